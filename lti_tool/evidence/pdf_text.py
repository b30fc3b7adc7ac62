"""The words of a PDF page with their boxes, by PDFium; runs in the child only."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from lti_tool.evidence.layout import Box, Word

MAX_CHARACTERS: Final = 60_000
TINY: Final = 4.0
_INVISIBLE_MODES: Final = frozenset({raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP})
_HYPHENS: Final = frozenset({0xFFFE, 0x02, 0xAD})
# What PDFium puts where it takes a line to end, and how near the next character stands, in heights of the letters, if none does.
_LINE_ENDS: Final = frozenset({0x0A, 0x0D})
_TOUCHING: Final = 0.1


class TooMuch(Exception):
    """The page holds more than a certificate can."""


@dataclass(frozen=True, slots=True)
class Character:
    """One character; `edges` is its loose box and `ink` the tight one in page units (left, bottom, right, top), `angle` in radians."""

    code: int
    edges: tuple[float, float, float, float]
    angle: float
    drawn: bool
    ink: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PageShape:
    """From page units to fractions of the page as it is seen, its rotation and crop box applied."""

    origin: tuple[float, float]
    across: tuple[float, float]
    down: tuple[float, float]
    width: float
    height: float

    def box(self, edges: tuple[float, float, float, float]) -> Box:
        """Return a box in fractions of the page, origin top left."""
        if self.across[1] == 0.0 and self.down[0] == 0.0:
            # Most pages are not turned: each axis for itself, as the four corners would give it.
            one, other = self.origin[0] + edges[0] * self.across[0], self.origin[0] + edges[2] * self.across[0]
            low, high = self.origin[1] + edges[1] * self.down[1], self.origin[1] + edges[3] * self.down[1]
            return (min(one, other), min(low, high), max(one, other), max(low, high))
        corners = [self._point(x, y) for x in (edges[0], edges[2]) for y in (edges[1], edges[3])]
        xs, ys = [x for x, _ in corners], [y for _, y in corners]
        return (min(xs), min(ys), max(xs), max(ys))

    def turn(self) -> float:
        """Return the angle in radians by which level writing appears turned on this page."""
        return math.atan2(-self.across[1], self.across[0])

    def _point(self, x: float, y: float) -> tuple[float, float]:
        return (
            self.origin[0] + x * self.across[0] + y * self.down[0],
            self.origin[1] + x * self.across[1] + y * self.down[1],
        )


def shape_of(page: pdfium.PdfPage) -> PageShape:
    """Measure a page: three points tell the whole affine map."""
    scale = 100_000

    def device(x: float, y: float) -> tuple[float, float]:
        across, down = ctypes.c_int(), ctypes.c_int()
        raw.FPDF_PageToDevice(page.raw, 0, 0, scale, scale, 0, x, y, across, down)
        return across.value / scale, down.value / scale

    zero, east, north = device(0, 0), device(1000, 0), device(0, 1000)
    width, height = page.get_size()
    return PageShape(
        zero,
        ((east[0] - zero[0]) / 1000, (east[1] - zero[1]) / 1000),
        ((north[0] - zero[0]) / 1000, (north[1] - zero[1]) / 1000),
        width,
        height,
    )


def characters(page: pdfium.PdfPage) -> list[Character]:
    """Return the characters of a page in the order of the file. Raises TooMuch."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        if count > MAX_CHARACTERS:
            raise TooMuch
        return list(_characters(text, count, all_drawn=_all_drawn(page)))
    finally:
        text.close()


def _all_drawn(page: pdfium.PdfPage) -> bool:
    """Tell whether no writing of a page is of a kind that is never drawn: then no character needs to be asked for its own."""
    return not any(
        entry.type == raw.FPDF_PAGEOBJ_FORM or raw.FPDFTextObj_GetTextRenderMode(entry.raw) in _INVISIBLE_MODES
        for entry in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM], max_depth=1)
    )


def _characters(text: pdfium.PdfTextPage, count: int, *, all_drawn: bool) -> Iterator[Character]:
    rect = raw.FS_RECTF()
    left, right, bottom, top = edges = tuple(ctypes.c_double() for _ in range(4))
    # There are hundreds on a page, and each is asked four times: what can be made ready is made ready before.
    loose, tight, page = ctypes.byref(rect), tuple(map(ctypes.byref, edges)), text.raw
    unicode_of, angle_of, loose_box_of, box_of = (
        raw.FPDFText_GetUnicode, raw.FPDFText_GetCharAngle, raw.FPDFText_GetLooseCharBox, raw.FPDFText_GetCharBox,
    )  # fmt: skip
    modes: dict[int, bool] = {}
    for index in range(count):
        loose_box_of(page, index, loose)
        box_of(page, index, *tight)
        yield Character(
            unicode_of(page, index),
            (rect.left, rect.bottom, rect.right, rect.top),
            angle_of(page, index),
            all_drawn or _is_drawn(text, index, modes),
            (left.value, bottom.value, right.value, top.value),
        )


def _is_drawn(text: pdfium.PdfTextPage, index: int, modes: dict[int, bool]) -> bool:
    owner = raw.FPDFText_GetTextObject(text.raw, index)
    address = ctypes.cast(owner, ctypes.c_void_p).value or 0
    if address not in modes:
        modes[address] = not owner or raw.FPDFTextObj_GetTextRenderMode(owner) not in _INVISIBLE_MODES
    return modes[address]


def words_of_page(found: Sequence[Character], shape: PageShape, number: int) -> list[Word]:
    """Return the words of page `number`; whether the drawn ones can be seen is told by `visible.py`."""
    words: list[Word] = []
    run: list[Character] = []
    parted = False
    for character in found:
        if character.code in _LINE_ENDS:
            parted = True
            continue
        space = (character.code <= 0x20 and character.code not in _HYPHENS) or chr(character.code).isspace()
        torn, parted = parted and not (run and _touches(run[-1], character)), False
        if space or torn or (run and _jumps(run[-1], character)):
            _close(run, words, shape, number)
            run = []
        if not space:
            run.append(character)
    _close(run, words, shape, number)
    return words


def _touches(before: Character, after: Character) -> bool:
    """Tell a character that stands right behind another: on a page of one long line PDFium takes every letter for a line of its own."""
    if after.code in _HYPHENS or before.code in _HYPHENS or abs(before.angle - after.angle) > 0.05:
        return False
    height = max(before.edges[3] - before.edges[1], 0.1)
    return abs(after.edges[1] - before.edges[1]) < 0.3 * height and abs(after.edges[0] - before.edges[2]) < _TOUCHING * height


def _jumps(before: Character, after: Character) -> bool:
    """Tell whether the pen moved away between two characters that PDFium put no space between."""
    if after.code in _HYPHENS:
        return False
    if before.code in _HYPHENS:
        return True
    if abs(before.angle - after.angle) > 0.05 or before.drawn != after.drawn:
        return True
    if abs(math.sin(before.angle)) > 0.05:
        return False
    height = max(before.edges[3] - before.edges[1], 0.1)
    gap = after.edges[0] - before.edges[2]
    return abs(after.edges[1] - before.edges[1]) > 0.6 * height or gap > 0.4 * height or gap < -1.5 * height


def _close(run: list[Character], words: list[Word], shape: PageShape, number: int) -> None:
    if not run:
        return
    text = "".join(chr(character.code) for character in run if character.code <= 0x10FFFF and not 0xD800 <= character.code <= 0xDFFF)
    measured = [character for character in run if character.edges[2] > character.edges[0]] or run
    edges = (
        min(character.edges[0] for character in measured),
        min(character.edges[1] for character in measured),
        max(character.edges[2] for character in measured),
        max(character.edges[3] for character in measured),
    )
    angle = run[0].angle - shape.turn()
    turned = abs(math.sin(angle)) > 0.09 or math.cos(angle) < 0
    size = _turned_size(measured) if turned else _height(measured[0], run[0].angle)
    words.append(Word(text, number, shape.box(edges), size, turned, run[0].drawn and size >= TINY, shape.width / shape.height))


def _height(character: Character, angle: float) -> float:
    # On a page that is turned by a quarter, writing that stands upright for the reader runs along the file's other axis.
    left, bottom, right, top = character.edges
    return right - left if abs(math.sin(angle)) > 0.7 else top - bottom


def _turned_size(run: list[Character]) -> float:
    return max(max(character.edges[2] - character.edges[0], character.edges[3] - character.edges[1]) for character in run)
