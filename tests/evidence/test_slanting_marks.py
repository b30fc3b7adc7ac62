"""A word across a scan is seen where nobody can read it; frames, stamps, shadows and pictures are no such word."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PIL import Image, ImageDraw, ImageFont

from lti_tool.evidence.ocr_marks import pale, slants
from lti_tool.evidence.ocr_page import Sheet

SIZE = (1240, 1754)


def sheet(draw: Callable[[Image.Image], None]) -> Sheet:
    page = Image.new("L", SIZE, 255)
    draw(page)
    return Sheet(1, page, None, 0, 0.0, "Latin")


def word(text: str, degrees: int) -> Callable[[Image.Image], None]:
    def draw(page: Image.Image) -> None:
        mark = Image.new("L", page.size, 0)
        font = ImageFont.load_default(230)
        ImageDraw.Draw(mark).text((620, 877), text, font=font, fill=255, anchor="mm", stroke_width=6)
        page.paste(200, mask=mark.rotate(degrees))

    return draw


@pytest.mark.parametrize("degrees", [-55, -30, 30, 45])
@pytest.mark.parametrize("text", ["EXEMPLO", "ΔΕΙΓΜΑ", "XYZXYZX"])
def test_a_word_across_the_page_slants(text: str, degrees: int) -> None:
    assert slants(pale(sheet(word(text, degrees))))


def frame(page: Image.Image) -> None:
    ImageDraw.Draw(page).rectangle((60, 60, 1180, 1694), outline=190, width=20)


def circle(page: Image.Image) -> None:
    ImageDraw.Draw(page).ellipse((700, 1200, 1150, 1650), fill=210)


def seal(page: Image.Image) -> None:
    ImageDraw.Draw(page).ellipse((700, 1200, 1000, 1500), outline=160, width=14)


def band(page: Image.Image) -> None:
    ImageDraw.Draw(page).rectangle((0, 0, 1240, 200), fill=200)


def double_frame(page: Image.Image) -> None:
    """As certificates have them: a dark thick line and a thin one, with the grey edges that a scan gives them."""
    drawn = ImageDraw.Draw(page)
    for inset, wide, grey in ((88, 12, 100), (90, 8, 60), (108, 3, 120)):
        drawn.rectangle((inset, inset, 1240 - inset, 1754 - inset), outline=grey, width=wide)


def side(wide: int, grey: int) -> Callable[[Image.Image], None]:
    """A band down the side of a page that was not laid quite straight."""

    def draw(page: Image.Image) -> None:
        band = Image.new("L", page.size, 0)
        ImageDraw.Draw(band).rectangle((12, 0, 12 + wide, SIZE[1]), fill=255)
        page.paste(grey, mask=band.rotate(0.7))

    return draw


@pytest.mark.parametrize("degrees", [-50, -35, 30, 45])
@pytest.mark.parametrize("wide", [30, 60, 120])
def test_a_band_down_the_side_does_not_hide_a_word_across_the_page(wide: int, degrees: int) -> None:
    def draw(page: Image.Image) -> None:
        word("EXEMPLAR", degrees)(page)
        side(wide, 110)(page)

    assert slants(pale(sheet(draw)))


@pytest.mark.parametrize("degrees", [-35, 30])
def test_a_frame_and_a_seal_do_not_hide_a_word_across_the_page(degrees: int) -> None:
    def draw(page: Image.Image) -> None:
        word("EXEMPLAR", degrees)(page)
        double_frame(page)
        seal(page)

    assert slants(pale(sheet(draw)))


PLAIN = [double_frame, frame, circle, seal, band, side(30, 110), side(60, 150), side(120, 110), word("CERTIFICATE", 0), lambda page: None]


@pytest.mark.parametrize(
    "draw", PLAIN, ids=["double frame", "frame", "circle", "seal", "band", "narrow side", "side", "wide side", "level word", "nothing"]
)
def test_what_is_no_word_across_the_page_does_not(draw: Callable[[Image.Image], None]) -> None:
    assert not slants(pale(sheet(draw)))
