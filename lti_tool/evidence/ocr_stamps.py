"""Words of a stamp set slantwise on a page that is a picture ("CANCELLED" in a box): ink that no read word explains, read at its own angle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from PIL import Image

from lti_tool.evidence import ocr
from lti_tool.evidence.layout import Word
from lti_tool.evidence.ocr_marks import sharpness, without_words
from lti_tool.evidence.ocr_page import ReadPage, Sheet

_DPI: Final = 200.0
# Darker than this is ink.
_INK: Final = 170
# Ink is looked for in squares of so many pixels, and belongs together where squares touch.
_SQUARE: Final = 10
# A stamp is so many inches wide and high; what is smaller is a speck or a stroke, what is larger a frame or a picture.
_WIDE, _HIGH = (0.5, 4.5), (0.25, 3.0)
# At least this share of its squares holds ink: signatures and frames have less.
_LEAST_INK: Final = 0.12
_MOST: Final = 4
# Degrees: a level word is read with the page, and nobody stamps steeper.
_ANGLES: Final = tuple(angle for angle in range(-45, 46, 5) if angle)
_TRIED: Final = 2
_SURE: Final = 0.5
_SHORTEST: Final = 4
# A stamp is a word or two; what takes longer is none.
_MOST_MILLISECONDS: Final = 500
# Tesseract's mode for words anywhere in a picture (PSM_SPARSE_TEXT).
_SPARSE: Final = 11
# In points: what such a word says counts only where it is a word that is looked for.
_SMALL: Final = 6.0
_SOMEWHERE: Final = (0.0, 0.0, 1.0, 1.0)

Square = tuple[int, int]


def stamped(sheet: Sheet, page: ReadPage) -> tuple[Word, ...]:
    """Return the words of slanting stamps as small turned writing; where on the page they are is not told."""
    seen = sheet.view(_DPI).shown(sheet.lit)
    ink = without_words(page, seen.point(lambda value: 255 * (value > _INK)))
    found: dict[str, None] = {}
    for box in _islands(ink):
        piece = seen.crop(box)
        for angle in sorted(_ANGLES, key=lambda angle: -sharpness(piece, angle))[:_TRIED]:
            level = piece.rotate(angle, expand=True, fillcolor=255, resample=Image.Resampling.BICUBIC)
            for word in ocr.recognised(level, dpi=_DPI, script=sheet.script, mode=_SPARSE, milliseconds=_MOST_MILLISECONDS):
                if word.sure >= _SURE and sum(map(str.isalpha, word.text)) >= _SHORTEST:
                    found[word.text] = None
    return tuple(Word(text, sheet.number, _SOMEWHERE, _SMALL, turned=True, proportion=seen.width / seen.height) for text in found)


def _islands(ink: Image.Image) -> list[tuple[int, int, int, int]]:
    """Return the boxes of ink that may be stamps, in pixels, the largest first."""
    small = ink.reduce(_SQUARE)
    squares = {(at % small.width, at // small.width) for at, light in enumerate(small.tobytes()) if light < 250}
    boxes: list[tuple[int, int, int, int]] = []
    for island in _joined(squares):
        columns, rows = [x for x, _ in island], [y for _, y in island]
        left, top, right, bottom = min(columns), min(rows), max(columns) + 1, max(rows) + 1
        wide, high = (right - left) * _SQUARE / _DPI, (bottom - top) * _SQUARE / _DPI
        if _WIDE[0] <= wide <= _WIDE[1] and _HIGH[0] <= high <= _HIGH[1] and len(island) >= _LEAST_INK * (right - left) * (bottom - top):
            boxes.append(((left - 1) * _SQUARE, (top - 1) * _SQUARE, (right + 1) * _SQUARE, (bottom + 1) * _SQUARE))
    return sorted(boxes, key=lambda box: -(box[2] - box[0]) * (box[3] - box[1]))[:_MOST]


def _joined(squares: set[Square]) -> Iterator[set[Square]]:
    """Yield the squares that touch, a gap of one between them included."""
    left = set(squares)
    while left:
        island: set[Square] = set()
        edge = [left.pop()]
        while edge:
            x, y = edge.pop()
            island.add((x, y))
            near = {(x + across, y + down) for across in range(-2, 3) for down in range(-2, 3)} & left
            left -= near
            edge += near
        yield island
