"""The main job, end to end, as issue 2 tells it: seven documents become a certificate that an employer can check."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import story
from playwright.sync_api import expect
from story import APPLY, FINAL, REVIEW, Demo, Opener, Visitor

pytestmark = pytest.mark.browser

ALL = ["mooc-1", "mooc-2", "mooc-3", "mooc-4", "mooc-5", "mooc-6", "nql"]
STAFF = "3"


@pytest.mark.parametrize(
    ("person", "name", "way", "hand"),
    [
        ("5", "Þóra Guðmundsdóttir", "frame", story.drop),
        ("7", "María José García-Lorca Ñíguez", "window", story.choose),
        ("6", "Ελένη Παπαδοπούλου", "window", story.drop),
        ("8", "Цветелина Йорданова", "frame", story.choose),
    ],
    ids=["thora-frame", "mariajose-window", "eleni-window", "tsvetelina-frame"],
)
def test_from_seven_documents_to_a_certificate(
    *, demo: Demo, browser: Opener, tmp_path: Path, person: str, name: str, way: str, hand: story.Hand
) -> None:
    teacher = Visitor.arrive(demo, browser(), person)
    assert teacher.name == name
    documents = teacher.documents("right")
    # Opened first, and without a line item: the score must reach the gradebook all the same.
    teacher.open(FINAL, way)
    tool = teacher.open(APPLY, way)
    hand(tool, documents)
    story.wait_until_read(tool, 7)
    assert story.found(tool) == ALL
    story.declare(tool)
    # Nothing is lost by a reload.
    tool = teacher.open(APPLY, way)
    assert story.found(tool) == ALL
    story.submit(tool)
    story.certificate(tool)
    page = teacher.page if way == "frame" else tool
    final = teacher.open(FINAL, way)
    story.certificate(final)
    page = teacher.page if way == "frame" else final
    pdf = story.download(page, final, tmp_path)
    the_lms_has_one_score(demo, teacher)
    anybody_can_check(demo, browser, pdf, name, "read and checked by a program", changed=flipped if way == "frame" else appended)


def test_what_is_doubtful_is_awarded_by_staff(another_demo: Demo, browser: Opener, tmp_path: Path) -> None:
    demo = another_demo
    teacher = Visitor.arrive(demo, browser(), "6")
    documents = {**teacher.documents("right"), "photo.jpg": teacher.document("wrong", "photo.jpg")}
    del documents["mooc-5-empowering-learners.pdf"]
    tool = teacher.open(APPLY, "frame")
    story.drop(tool, documents)
    story.wait_until_read(tool, 7)
    assert "mooc-5" not in story.found(tool)
    tool.fill("#comment", "Η φωτογραφία είναι το MOOC 5.")
    story.submit(tool)
    assert tool.locator("section.certificate").count() == 0
    staff = Visitor.arrive(demo, browser(), STAFF)
    desk = staff.open(REVIEW, "frame")
    desk.locator("table a", has_text=re.compile(".*")).first.click()
    expect(desk.locator("h1")).to_have_text("Ελένη Παπαδοπούλου")
    expect(desk.locator("body")).to_contain_text("Η φωτογραφία είναι το MOOC 5.")
    desk.locator('a[href$="/award"]').click()
    desk.locator('form[action$="/award"] button').click()
    expect(desk.locator("h1")).to_be_visible()
    final = teacher.open(FINAL, "frame")
    story.certificate(final)
    pdf = story.download(teacher.page, final, tmp_path)
    the_lms_has_one_score(demo, teacher)
    anybody_can_check(demo, browser, pdf, "Ελένη Παπαδοπούλου", "seen by a person")


def test_an_lms_that_is_down_gets_its_one_score_later(another_demo: Demo, browser: Opener) -> None:
    demo = another_demo
    teacher = Visitor.arrive(demo, browser(), "8")
    documents = teacher.documents("right")
    tool = teacher.open(APPLY, "frame")
    story.drop(tool, documents)
    story.wait_until_read(tool, 7)
    before = demo.behave(services="down")["turned_away"]
    story.submit(tool)
    story.certificate(tool)
    story.until(lambda: demo.get("/behaviour.json")["turned_away"] > before, "the tool tried to send the score")
    assert demo.scores("8") == []
    demo.behave(services="working")
    the_lms_has_one_score(demo, teacher)


def the_lms_has_one_score(demo: Demo, teacher: Visitor) -> None:
    story.until(lambda: bool(demo.scores(teacher.person)), "a score arrives at the LMS")
    assert teacher.grade() == "100.00 of 100"
    time.sleep(2)
    assert [receipt["status"] for receipt in demo.scores(teacher.person)] == [200]


def flipped(pdf: bytes) -> bytes:
    return pdf[:2000] + bytes([pdf[2000] ^ 1]) + pdf[2001:]


def appended(pdf: bytes) -> bytes:
    return pdf + b"\n"


def anybody_can_check(demo: Demo, browser: Opener, pdf: Path, name: str, checked: str, *, changed: Callable[[bytes], bytes] = flipped) -> None:
    """The command line, and the page behind the QR code in a browser that was never here: the true file, then a changed one."""
    other = pdf.with_name("changed.pdf")
    other.write_bytes(changed(pdf.read_bytes()))
    assert [demo.verify(file).returncode for file in (pdf, other)] == [0, 1]
    address = story.qr_address(pdf)
    assert address.startswith(f"{demo.tool_url}/c/")
    stranger = browser()
    page = stranger.new_page()
    assert stranger.cookies() == []
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Valid")
    for words in (name, checked, "B2"):
        expect(page.locator("main")).to_contain_text(words)
    story.check_file(page, pdf)
    expect(page.locator("h1")).to_have_text("Valid")
    story.check_file(page, other)
    expect(page.locator("h1")).to_have_text("Not genuine")
