"""What a holder does with the certificate, in a real browser: copy its link, and print the sheet for an application."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
import story
import zxingcpp
from playwright.sync_api import Page, expect
from story import APPLY, FINAL, Demo, Opener, Surface, Visitor

pytestmark = pytest.mark.browser


@pytest.fixture
def holder(demo: Demo, browser: Opener) -> Visitor:
    """Somebody who has just got a certificate."""
    context = browser()
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    teacher = Visitor.arrive(demo, context, "5")
    documents = teacher.documents("right")
    tool = teacher.open(APPLY, "window")
    if not tool.locator("section.certificate").count():
        story.drop(tool, documents)
        story.wait_until_read(tool, 7)
        story.declare(tool)
        story.submit(tool)
        story.certificate(tool)
    return teacher


def copied(page: Page, surface: Surface) -> str:
    """Press the button, and read what another program would paste."""
    page.evaluate("navigator.clipboard.writeText('nothing yet')")
    button = surface.locator("[data-copy]")
    button.click()
    expect(button).to_have_text("Copied")
    return str(page.evaluate("navigator.clipboard.readText()"))


def test_the_link_is_copied_in_a_window_and_in_a_frame(holder: Visitor, demo: Demo) -> None:
    window = holder.open(FINAL, "window")
    address = window.locator('input[id^="share-"]').input_value()
    assert address.startswith(f"{demo.tool_url}/c/")
    assert copied(story.page_of(window), window) == address
    frame = holder.open(FINAL, "frame")
    holder.page.bring_to_front()
    assert copied(holder.page, frame) == address


def test_the_sheet_is_one_page_whose_code_can_be_read(holder: Visitor, tmp_path: Path) -> None:
    window = story.page_of(holder.open(FINAL, "window"))
    address = window.locator('input[id^="share-"]').input_value()
    window.locator("details.forms summary").click()
    with holder.context.expect_page() as opening:
        window.locator('details.forms a[href$="/sheet"]').click()
    sheet = opening.value
    expect(sheet.get_by_role("button", name="Print this sheet")).to_be_visible()
    drawn = "[...document.images].every(img => img.complete && img.naturalWidth > 500)"
    story.until(lambda: bool(sheet.evaluate(drawn)), "the certificate's picture is drawn")
    assert story.complaints(sheet) == []
    file = tmp_path / "sheet.pdf"
    for size in ("A4", "Letter"):
        sheet.pdf(path=file, format=size)
        with pypdfium2.PdfDocument(file) as printed:
            assert len(printed) == 1
            picture, text = printed[0].render(scale=200 / 72).to_pil(), printed[0].get_textpage().get_text_bounded()
        (code,) = zxingcpp.read_barcodes(picture)
        assert code.text.partition("#")[0] == address
        assert address in text
        assert holder.name in text
        # The button is for the screen.
        assert "Print this sheet" not in text
