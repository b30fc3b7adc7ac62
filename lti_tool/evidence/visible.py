"""Only what is visible counts (design rule 4): a page is drawn with and without its writing, and the two are compared.

A word whose ink makes no difference was never to be seen: white on white, covered, on a layer that is off, off the page, or
clipped. This needs no list of tricks. Its ink is known from a third and a fourth drawing, of the writing alone on white and on
black: without it, writing over a covered word would make the covered one look seen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
# A pixel is ink if it hides at least a fifth of its background; nearly all ink of a word that is seen makes a difference.
_INK: Final = 204
_CHANGED: Final = 10
_MOST: Final = 0.85
_WHITE: Final = (255, 255, 255, 255)
_BLACK: Final = (0, 0, 0, 255)
_LARGE_PICTURE: Final = 0.22
# A page that is covered this far by pictures, and has fewer words of its own (a scanner's or an app's), is a picture.
_COVERED: Final = 0.4
_FEW_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class Looks:
    """How a page looks: the `difference` (0 to 255) that its writing makes, the page without it, and the boxes that pictures cover.

    `ink` is 255 where writing was drawn, `seen_ink` where it also made a difference; `all_ink_is_seen` tells that the two are the same.
    """

    difference: Image.Image
    ink: Image.Image
    seen_ink: Image.Image
    all_ink_is_seen: bool
    without_text: Image.Image
    picture_boxes: tuple[tuple[float, float, float, float], ...]
    page_area: float


class TooManyObjects(Exception):
    """The page holds more drawing than a certificate can."""


def seen_words(page: pdfium.PdfPage, words: Sequence[Word]) -> tuple[list[Word], Looks]:
    """Return the words with `visible` as a reader of the drawn page would have it, and how the page looks. Raises TooManyObjects.

    What can be seen in shades of grey can be seen in colour too: only a page where something can't is drawn in colour, which costs more.
    """
    objects = list(_objects(page))
    try:
        looks = _look(page, objects, grey=True)
        if not all(_seen(word, looks) for word in words if word.visible):
            looks = _look(page, objects, grey=False)
        return [replace(word, visible=word.visible and _seen(word, looks)) for word in words], looks
    finally:
        for entry in objects:
            raw.FPDFPageObj_SetIsActive(entry.raw, True)


def _look(page: pdfium.PdfPage, objects: Sequence[pdfium.PdfObject], *, grey: bool) -> Looks:
    """Draw a page with and without its writing."""
    width, height = page.get_size()
    scale = min(_LONGEST / max(width, height, 1.0), 2.0)
    for entry in objects:
        raw.FPDFPageObj_SetIsActive(entry.raw, True)
    with_text = _draw(page, scale, grey=grey)
    _show(objects, writing=False)
    without = _draw(page, scale, grey=grey)
    _show(objects, writing=True)
    # In colour PDFium places the edges of letters otherwise than in grey: ink is compared with what was drawn in the same way.
    on_black = _draw(page, scale, _BLACK, grey=grey)
    ink = _smallest_band(ImageChops.difference(_draw(page, scale, grey=grey), on_black)).point(lambda change: 255 * (change < _INK))
    difference = _largest_band(ImageChops.difference(with_text, without))
    seen_ink = ImageChops.darker(ink, difference.point(lambda change: 255 * (change >= _CHANGED)))
    pictures = tuple(entry.get_bounds() for entry in objects if entry.type in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_SHADING))
    all_seen = ImageChops.difference(ink, seen_ink).getbbox() is None
    return Looks(difference, ink, seen_ink, all_seen, without, pictures, width * height)


def _show(objects: Iterable[pdfium.PdfObject], *, writing: bool) -> None:
    """Leave the writing of a page, or all the rest of it, to be drawn; forms stay, since they hold either."""
    for entry in objects:
        if entry.type != raw.FPDF_PAGEOBJ_FORM:
            raw.FPDFPageObj_SetIsActive(entry.raw, (entry.type == raw.FPDF_PAGEOBJ_TEXT) is writing)


def _largest_band(image: Image.Image) -> Image.Image:
    red, *others = image.split()
    return ImageChops.lighter(ImageChops.lighter(red, others[0]), others[1]) if others else red


def _smallest_band(image: Image.Image) -> Image.Image:
    red, *others = image.split()
    return ImageChops.darker(ImageChops.darker(red, others[0]), others[1]) if others else red


def _objects(page: pdfium.PdfPage) -> Iterator[pdfium.PdfObject]:
    for count, entry in enumerate(page.get_objects(max_depth=12)):
        if count >= MAX_OBJECTS:
            raise TooManyObjects
        yield entry


def _draw(page: pdfium.PdfPage, scale: float, background: tuple[int, int, int, int] = _WHITE, *, grey: bool) -> Image.Image:
    """Draw a page in one band of one byte or in four, which PDFium and Pillow can share without a copy."""
    bitmap = page.render(
        scale=scale, grayscale=grey, rev_byteorder=True, prefer_bgrx=True, may_draw_forms=False, draw_annots=False, fill_color=background
    )
    drawn: Image.Image = bitmap.to_pil()
    return drawn


def _seen(word: Word, looks: Looks) -> bool:
    return all(contrast(part, looks.difference) >= SEEN and (looks.all_ink_is_seen or _ink_is_seen(part, looks)) for part in _parts(word))


def _ink_is_seen(box: Box, looks: Looks) -> bool:
    area = _area(box, looks.ink)
    ink, seen = (image.crop(area).histogram()[255] for image in (looks.ink, looks.seen_ink))
    return seen >= _MOST * ink


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
    left, top, right, bottom = _area(box, difference)
    if right <= left or bottom <= top:
        return 0
    lowest_and_highest: tuple[int, int] = difference.crop((left, top, right, bottom)).getextrema()  # type: ignore[assignment]
    return lowest_and_highest[1]


def _area(box: Box, image: Image.Image) -> tuple[int, int, int, int]:
    """Return a box in pixels, cut to the page; empty if it lies outside."""
    width, height = image.size
    left, top = min(width, max(0, int(box[0] * width))), min(height, max(0, int(box[1] * height)))
    return left, top, max(left, min(width, int(box[2] * width) + 1)), max(top, min(height, int(box[3] * height) + 1))


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


def is_picture(words: Sequence[Word], looks: Looks) -> bool:
    """Tell a page that must be read as a picture: scanned, or with its writing drawn as shapes."""
    seen = sum(word.visible for word in words)
    dark = sum(looks.without_text.convert("L").histogram()[:160])
    if not seen:
        return dark > looks.without_text.width * looks.without_text.height // 2000
    covered = sum((right - left) * (top - bottom) for left, bottom, right, top in looks.picture_boxes)
    return seen < _FEW_WORDS and covered >= _COVERED * looks.page_area and hides_writing(looks)
