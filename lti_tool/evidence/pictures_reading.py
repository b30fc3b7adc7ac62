"""From pictures handed in, alone or as pages of a PDF, to readings; runs in the child only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from PIL import Image

from lti_tool.evidence import ocr
from lti_tool.evidence.ocr_page import Sheet, sheet_of
from lti_tool.evidence.ocr_reading import Pictures, readings_of_pictures
from lti_tool.evidence.pdf import Opened, Unreadable
from lti_tool.evidence.pictures import grey_of
from lti_tool.evidence.reading import Reading
from lti_tool.evidence.scan_layer import with_layer
from lti_tool.scheme.model import Scheme

# More pages than these can't be read as pictures in the time that a document has.
MOST_PICTURES: Final = 8
# The longer edge in pixels of a page that is drawn to be read: A4 at 250 dots an inch.
_LONGEST: Final = 2924


def readings_of_picture(picture: Image.Image, scheme: Scheme, *, sha256: str, media_type: str) -> tuple[Reading, ...]:
    """Return what a picture says. Raises Unreadable("picture") where pictures can't be read, or nothing is read on this one."""
    if not ocr.ready():
        raise Unreadable("picture", 1)
    with _in_time(1):
        pictures = Pictures((sheet_of(grey_of(picture), 1),))
        readings = readings_of_pictures(pictures, scheme, sha256=sha256, media_type=media_type)
    return _said(readings, 1)


def readings_of_scan(opened: Opened, scheme: Scheme, *, sha256: str, media_type: str) -> tuple[Reading, ...]:
    """Return what a PDF says of which pages are pictures. Raises Unreadable("picture") for more of them than can be read, or for none read."""
    count = len(opened.sheets)
    if len(opened.pictured) > MOST_PICTURES:
        raise Unreadable("picture", count)
    with _in_time(len(opened.pictured), count):
        sheets = tuple(_sheet(opened, number) for number in opened.pictured)
        pictures = Pictures(sheets, opened.words, count)
        readings = readings_of_pictures(pictures, scheme, sha256=sha256, media_type=media_type, doubts=opened.doubts)
    return tuple(with_layer(reading, opened.under, scheme) for reading in _said(readings, count))


@contextmanager
def _in_time(pictures: int, pages: int = 1) -> Iterator[None]:
    """Leave a document to a person that takes too long: half of it read might say the opposite of the whole."""
    ocr.allow_time(pictures)
    try:
        yield
    except ocr.OutOfTime:
        raise Unreadable("picture", pages) from None


def _sheet(opened: Opened, number: int) -> Sheet:
    page = opened.sheets[number - 1].page
    drawn: Image.Image = page.render(scale=_LONGEST / max(page.get_size()), grayscale=True, may_draw_forms=False, draw_annots=False).to_pil()
    return sheet_of(drawn.convert("L"), number)


def _said(readings: tuple[Reading, ...], pages: int) -> tuple[Reading, ...]:
    if not any(reading.text_sha256 for reading in readings):
        raise Unreadable("picture", pages)
    return readings
