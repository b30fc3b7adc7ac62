"""Pictures of single lines of a page, with the letters that the file says stand there; runs in the child only."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageDraw

from lti_tool.evidence.layout import Box, Word, around
from lti_tool.evidence.pdf_text import Character, PageShape

# How high a line is drawn, in pixels, and how much wider and higher than its words, in heights of the line.
_HIGH: Final = 44
_BESIDE: Final = 0.6
_ABOVE: Final = 0.12
_MOST_PIXELS: Final = 4_000_000
# Ink is what differs from the ground of the picture by more than a part of the greatest difference.
_LEAST_INK: Final = 48
_STEADY: Final = 0.3
# What a sign may reach of the height of its line and be taken for a mark that needs no look.
_LOW: Final = 0.35
_ON_A_LETTER: Final = 3
_HIGH_MARKS: Final = frozenset("/()[]|{}“”„\"'’‘«»&@:;!?")


@dataclass(frozen=True)
class Sheet:
    """A page that is open for drawing, its characters and its shape."""

    page: pdfium.PdfPage
    characters: Sequence[Character]
    shape: PageShape

    @cached_property
    def boxes(self) -> list[Box]:
        """The loose boxes of the characters in fractions of the page."""
        return [self.shape.box(character.edges) for character in self.characters]


@dataclass(frozen=True, slots=True)
class Letter:
    """What the file says one sign on the page is (several letters where they are joined), and the sign's ink: 255 on 0."""

    text: str
    ink: Image.Image


@dataclass(frozen=True, slots=True)
class Strip:
    """A line of a page: as drawn, dark on light; the letters of each of its words; and the ink that belongs to none, in letters' worth."""

    picture: Image.Image
    words: tuple[tuple[Letter, ...], ...]
    unexplained: float


def strip_of(sheet: Sheet, words: Sequence[Word]) -> Strip | None:
    """Draw one line's words; None where they stand on no steady ground, or reach over the edge of the page."""
    left, top, right, bottom = around(words)
    wide, high = sheet.page.get_size()
    beside, above = _BESIDE * (bottom - top) * high / wide, _ABOVE * (bottom - top)
    frame = (max(0.0, left - beside), max(0.0, top - above), min(1.0, right + beside), min(1.0, bottom + above))
    scale = _HIGH / max(1.0, (bottom - top) * high)
    if (frame[2] - frame[0]) * wide * (frame[3] - frame[1]) * high * scale * scale > _MOST_PIXELS or frame[2] <= frame[0] or frame[3] <= frame[1]:
        return None
    crop = (frame[0] * wide, (1 - frame[3]) * high, (1 - frame[2]) * wide, frame[1] * high)
    drawn: Image.Image = sheet.page.render(scale=scale, crop=crop, grayscale=True, may_draw_forms=False, draw_annots=False).to_pil()
    ink = _ink(drawn)
    if ink is None:
        return None
    near = _near(sheet, frame, (wide * scale, high * scale))
    rest = ink.copy()
    letters = tuple(tuple(_letters(near, word, ink, rest)) for word in words)
    _take_out_marks(near, words, ink, rest)
    each = sum(ink.histogram()[128:]) / max(1, sum(map(len, letters)))
    return Strip(ImageChops.invert(ink), letters, sum(rest.histogram()[128:]) / max(1.0, each))


def _ink(drawn: Image.Image) -> Image.Image | None:
    """Return what stands out from the ground, 255 where it does most; None where nothing does or the ground is no one colour."""
    histogram = drawn.histogram()
    ground = max(range(256), key=histogram.__getitem__)
    if sum(histogram[max(0, ground - 12) : ground + 13]) < _STEADY * sum(histogram):
        return None
    apart = drawn.point([abs(value - ground) for value in range(256)])
    most: int = apart.getextrema()[1]  # type: ignore[assignment]
    if most < _LEAST_INK:
        return None
    return apart.point([max(0, min(255, round((value - most / 8) * 255 / (most * 0.8)))) for value in range(256)])


@dataclass(frozen=True, slots=True)
class _Sign:
    """A character near a line: what the file says it is, its middle in fractions of the page, and its ink in pixels."""

    text: str
    middle: tuple[float, float]
    pixels: tuple[int, int, int, int]


def _near(sheet: Sheet, frame: Box, size: tuple[float, float]) -> list[_Sign]:
    """Return the signs of a page that may have ink within a frame; `size` is that of the whole page in pixels. A space explains no ink."""
    found = []
    for character, loose in zip(sheet.characters, sheet.boxes, strict=True):
        beside = loose[3] - loose[1]
        if character.code <= 0x20 or loose[2] + beside < frame[0] or loose[0] - beside > frame[2] or loose[3] < frame[1] or loose[1] > frame[3]:
            continue
        left, top, right, bottom = sheet.shape.box(character.ink)
        pixels = (
            round((left - frame[0]) * size[0] - 1),
            round((top - frame[1]) * size[1] - 1),
            round((right - frame[0]) * size[0] + 1),
            round((bottom - frame[1]) * size[1] + 1),
        )
        found.append(_Sign(chr(character.code), ((loose[0] + loose[2]) / 2, (loose[1] + loose[3]) / 2), pixels))
    return found


def _letters(near: Sequence[_Sign], word: Word, ink: Image.Image, rest: Image.Image) -> Iterator[Letter]:
    inside = [sign for sign in near if _within(sign, word)]
    for pixels, group in groupby(inside, key=lambda sign: sign.pixels):
        letters = "".join(sign.text for sign in group if sign.text.isalnum())
        if letters:
            yield Letter(unicodedata.normalize("NFC", letters), ink.crop(pixels))
            _take_out(rest, pixels)


def _within(sign: _Sign, word: Word) -> bool:
    left, top, right, bottom = word.box
    return left - 1e-4 <= sign.middle[0] <= right + 1e-4 and top - 1e-4 <= sign.middle[1] <= bottom + 1e-4


def _take_out_marks(near: Sequence[_Sign], words: Sequence[Word], ink: Image.Image, rest: Image.Image) -> None:
    """Take neighbours out of both pictures, and marks out of the rest; a mark as high as a letter explains nothing."""
    for sign in near:
        if not any(_within(sign, word) for word in words):
            ImageDraw.Draw(ink).rectangle(sign.pixels, fill=0)
            _take_out(rest, sign.pixels)
        elif sign.pixels[3] - sign.pixels[1] <= _LOW * _HIGH + 2 or sign.text in _HIGH_MARKS:
            _take_out(rest, sign.pixels)


def _take_out(rest: Image.Image, box: tuple[int, int, int, int]) -> None:
    ImageDraw.Draw(rest).rectangle((box[0] - _ON_A_LETTER, box[1] - _ON_A_LETTER, box[2] + _ON_A_LETTER, box[3] + _ON_A_LETTER), fill=0)
