"""Our lines, and what a changed page shows in their places: read from its pixels, since what its letters claim may be hidden.

Runs in the child only.
"""

from __future__ import annotations

from typing import Any, Final

import pypdfium2 as pdfium
from PIL import Image

from lti_tool.evidence import ocr
from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.layout import Box, Word
from lti_tool.evidence.pdf_text import characters, shape_of, words_of_page
from lti_tool.evidence.visible import seen_words
from lti_tool.verification import page_pictures
from lti_tool.verification.page_pictures import Compared

# Lines that are read anew; a page of more changed ones is another page.
_MOST_READ: Final = 8
# Pixels across of a page that lines are read from, and how much higher than the line its picture is, in heights of the line.
_WIDE: Final = 2400
_ABOVE: Final = 0.2
_LONGEST: Final = 300


def lines(mine: pdfium.PdfPage, theirs: pdfium.PdfPage, number: int, found: Compared) -> list[dict[str, Any]]:
    """Return for each of our lines whether it looks the same, and else what is read in its place; nothing is read on a page unlike ours."""
    told: list[dict[str, Any]] = []
    read = 0
    sheet: Image.Image | None = None
    for segment in document_of(_written(mine, number), number).segments:
        same = not page_pictures.differs_in(found, segment.box)
        shown = ""
        if not same and found.alike and read < _MOST_READ:
            read += 1
            sheet = sheet or theirs.render(scale=_WIDE / theirs.get_width(), grayscale=True).to_pil().convert("L")
            shown = _read(sheet, theirs, number, _widened(segment.box, found))
        told.append({"text": segment.text[:_LONGEST], "same": same, "theirs": shown[:_LONGEST]})
    return told


def _widened(box: Box, found: Compared) -> Box:
    """Return the place of a line with what was changed beside it: another name may be longer."""
    left, top, right, bottom = box
    beside = [other for other in found.boxes if min(bottom, other[3]) - max(top, other[1]) > (bottom - top) / 2]
    touching = [other for other in beside if other[0] <= right and other[2] >= left]
    above = _ABOVE * (bottom - top)
    edges = (min([left, *(other[0] for other in touching)]), max([right, *(other[2] for other in touching)]))
    return max(0.0, edges[0]), max(0.0, top - above), min(1.0, edges[1]), min(1.0, bottom + above)


def _read(sheet: Image.Image, page: pdfium.PdfPage, number: int, box: Box) -> str:
    """Return what stands in a part of a page as it is drawn; where pictures can't be read, its visible letters."""
    if ocr.ready():
        try:
            return ocr.read_line(sheet.crop(page_pictures.pixels(sheet, box, 4)))[0]
        except ocr.OutOfTime:
            return ""
    inside = [word for word in _written(page, number) if box[1] <= (word.box[1] + word.box[3]) / 2 <= box[3] and box[0] <= word.box[0] <= box[2]]
    return " ".join(word.text for word in inside)


def _written(page: pdfium.PdfPage, number: int) -> list[Word]:
    words, _ = seen_words(page, words_of_page(characters(page), shape_of(page), number))
    return [word for word in words if word.visible]
