"""One page that is a picture: set upright and level, and read as often as is asked, each time a little differently."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from PIL import Image, ImageFilter

from lti_tool.evidence import ocr, ocr_level, ocr_light, ocr_sheet
from lti_tool.evidence.layout import Word
from lti_tool.evidence.neighbours import brightest, darkest, middle_of_nine
from lti_tool.evidence.ocr_lines import NOTHING, lines, lines_read
from lti_tool.evidence.ocr_view import A4_INCHES, Point, View, view

# How a page is read, one after the other: its resolution, were it A4, and how specks are taken away, which takes something from letters too.
WAYS: Final = ((200.0, "not"), (250.0, "by-median"), (200.0, "by-closing"))
# A filter takes away what is thinner than three pixels. On a page of fewer dots an inch than this that is the strokes of letters: it is
# first drawn at the resolution at which it is read, and the third time with its edges sharpened.
_COARSE: Final = 165.0
_SHARPENED: Final = (300.0, "by-sharpening")
# What is enough to tell which way up a page is.
_GLANCE: Final = 130.0
# Of the scripts, those that are tried where nothing tells which it is.
_TRIED: Final = 3
# So many lines of a page, which seem to be in another script or no line at all, are read again at most.
_MOST_FOREIGN: Final = 6


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page's picture under even light, and how it must be turned to be read: see `ocr_view.view`; `script` is the page's."""

    number: int
    lit: Image.Image
    corners: tuple[Point, ...] | None
    quarters: int
    angle: float
    script: str

    @property
    def dpi(self) -> float:
        """The resolution of its picture, were it A4."""
        if self.corners is None:
            return max(self.lit.size) / A4_INCHES
        return max(math.dist(one, other) for one, other in pairwise((*self.corners, self.corners[0]))) / A4_INCHES

    def view(self, dpi: float) -> View:
        """Return the view of the page, upright and level, at a resolution."""
        return view(self.lit.size, dpi=dpi, corners=self.corners, quarters=self.quarters, angle=self.angle)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """The words of a page as seen in `view`, and beside each how sure it is, 0 to 1."""

    words: tuple[Word, ...]
    sure: tuple[float, ...]
    view: View


def known_sheet(grey: Image.Image, number: int, quarters: int, script: str) -> Sheet:
    """Return page `number` where it is known how often it must be turned clockwise and in which script it is written."""
    return _levelled(Sheet(number, ocr_light.even_light(grey), ocr_sheet.corners(grey), quarters, 0.0, script))


def sheet_of(grey: Image.Image, number: int) -> Sheet:
    """Return page `number` from its picture (mode L), set upright and level by what can be read."""
    flat = Sheet(number, ocr_light.even_light(grey), ocr_sheet.corners(grey), 0, 0.0, "Latin")
    sheet = _levelled(flat)
    if not ocr_light.has_ink(sheet.lit) or _fluency(sheet) >= ocr.FLUENT:
        return sheet
    guess = ocr.orientation(sheet.view(_GLANCE).shown(sheet.lit), dpi=_GLANCE) or (0, "Latin")
    tried: list[tuple[float, Sheet]] = []
    for turn in dict.fromkeys((guess[0], 0, 1, 3, 2)):
        turned = _levelled(replace(flat, quarters=turn))
        for script in dict.fromkeys((guess[1], *ocr.scripts()[:_TRIED])):
            if script in ocr.scripts():
                tried.append((_fluency(one := replace(turned, script=script)), one))
                if tried[-1][0] >= ocr.FLUENT:
                    return one
    return max(tried, key=lambda entry: entry[0])[1]


def read_page(sheet: Sheet, dpi: float, specks: str, *, most_foreign: int = _MOST_FOREIGN) -> ReadPage:
    """Return the words of a page, read in one of WAYS; of lines that seem to be in another script so many are read again."""
    coarse = sheet.dpi < _COARSE
    if coarse and specks == "by-closing":
        dpi, specks = _SHARPENED
    seen, without = sheet.view(dpi), _WITHOUT_SPECKS[specks]
    picture = without(seen.shown(sheet.lit)) if coarse else seen.shown(without(sheet.lit))
    found = lines_read(ocr.recognised(picture, dpi=dpi, script=sheet.script), picture, dpi, sheet.script, most_foreign)
    proportion = picture.width / picture.height
    words = tuple(Word(word.text, sheet.number, word.box, word.size, proportion=proportion) for word in found)
    return ReadPage(words, tuple(word.sure for word in found), seen)


_WITHOUT_SPECKS: Final[dict[str, Callable[[Image.Image], Image.Image]]] = {
    "not": lambda lit: lit,
    "by-median": middle_of_nine,
    "by-closing": lambda lit: darkest(brightest(lit, 3), 3),
    "by-sharpening": lambda lit: lit.filter(ImageFilter.UnsharpMask(2, 120, 2)),
}


def _levelled(sheet: Sheet) -> Sheet:
    flat = replace(sheet, angle=0.0)
    return replace(flat, angle=ocr_level.falling(flat.view(_GLANCE).shown(flat.lit)))


def _fluency(sheet: Sheet) -> float:
    """Return how sure its words are; a page with no more than a few letters is not."""
    picture = sheet.view(_GLANCE).shown(sheet.lit)
    words = [word for line in lines(ocr.recognised(picture, dpi=_GLANCE, script=sheet.script)) for word in line if ocr.fluency(line) >= NOTHING]
    return ocr.fluency(words) if sum(len(word.text) for word in words) >= 20 else 0.0
