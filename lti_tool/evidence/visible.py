"""Only what is visible counts (design rule 4): a page is drawn with and without its writing, and the two are compared.

A word whose box looks the same either way was never to be seen: white on white, covered, on a layer that is off, off the page,
or clipped. This needs no list of tricks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops, ImageFilter
from pypdfium2 import raw

from lti_tool.evidence.layout import Box, Word

SEEN: Final = 40
FAINT: Final = 6
MAX_OBJECTS: Final = 40_000
_LONGEST: Final = 1000
_LARGE_PICTURE: Final = 0.22


@dataclass(frozen=True, slots=True)
class Looks:
    """How a page looks: `difference` that its writing makes, the page without it, and the share that pictures cover."""

    difference: Image.Image
    without_text: Image.Image
    picture_boxes: tuple[tuple[float, float, float, float], ...]
    page_area: float


class TooManyObjects(Exception):
    """The page holds more drawing than a certificate can."""


def look(page: pdfium.PdfPage) -> Looks:
    """Draw a page with and without its writing. Raises TooManyObjects. The page is spoilt for further drawing."""
    width, height = page.get_size()
    scale = min(_LONGEST / max(width, height, 1.0), 2.0)
    objects = list(_objects(page))
    with_text = _draw(page, scale)
    for entry in objects:
        if entry.type == raw.FPDF_PAGEOBJ_TEXT:
            raw.FPDFPageObj_SetIsActive(entry.raw, False)
    without = _draw(page, scale)
    pictures = tuple(entry.get_bounds() for entry in objects if entry.type in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING))
    return Looks(ImageChops.difference(with_text, without), without, pictures, width * height)


def _objects(page: pdfium.PdfPage) -> Iterator[pdfium.PdfObject]:
    for count, entry in enumerate(page.get_objects(max_depth=12)):
        if count >= MAX_OBJECTS:
            raise TooManyObjects
        yield entry


def _draw(page: pdfium.PdfPage, scale: float) -> Image.Image:
    bitmap = page.render(scale=scale, rev_byteorder=True, may_draw_forms=False, draw_annots=False)
    try:
        drawn: Image.Image = bitmap.to_pil()
        return drawn.convert("RGB") if drawn.mode != "RGB" else drawn.copy()
    finally:
        bitmap.close()


def mark_visible(words: Iterable[Word], looks: Looks) -> list[Word]:
    """Return the words with `visible` as a reader of the drawn page would have it."""
    return [replace(word, visible=word.visible and _seen(word, looks.difference)) for word in words]


def _seen(word: Word, difference: Image.Image) -> bool:
    return all(contrast(part, difference) >= SEEN for part in _parts(word))


def _parts(word: Word) -> list[Box]:
    """Return the parts that must each be seen: a figure hidden inside a number changes a date, so numbers are looked at two figures at a time."""
    left, top, right, bottom = word.box
    if word.turned or not any(character.isdigit() for character in word.text):
        return [word.box]
    count = max(1, len(word.text) // 2)
    step = (right - left) / count
    return [(left + part * step, top, left + (part + 1) * step, bottom) for part in range(count)]


def contrast(box: Box, difference: Image.Image) -> int:
    """Return the largest change (0 to 255) that the writing makes inside a box; 0 off the page."""
    width, height = difference.size
    left, top = max(0, int(box[0] * width)), max(0, int(box[1] * height))
    right, bottom = min(width, int(box[2] * width) + 1), min(height, int(box[3] * height) + 1)
    if right <= left or bottom <= top:
        return 0
    return max(int(high) for _, high in _extremes(difference.crop((left, top, right, bottom))))


def _extremes(image: Image.Image) -> list[tuple[float, float]]:
    return [image.getchannel(band).getextrema() for band in image.getbands()]  # type: ignore[misc]


def hides_writing(looks: Looks) -> bool:
    """Tell whether a large picture on the page looks as if it held writing or lines of its own, which nobody has read."""
    for left, bottom, right, top in looks.picture_boxes:
        if (right - left) * (top - bottom) >= _LARGE_PICTURE * looks.page_area:
            return _edges(looks.without_text) > 0.02
    return False


def _edges(image: Image.Image) -> float:
    """Return the share of pixels in the middle of a page that stand out from their neighbours."""
    width, height = image.size
    middle = image.convert("L").crop((width // 7, height // 7, width - width // 7, height - height // 7))
    sharp = middle.filter(ImageFilter.FIND_EDGES).histogram()
    return sum(sharp[60:]) / max(1, sum(sharp))
