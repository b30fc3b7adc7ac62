"""The links of a document: in its visible text, under its areas (PDF link annotations), and in its QR codes. None is ever followed."""

from __future__ import annotations

import ctypes
import re
from collections.abc import Iterable, Iterator
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from lti_tool.evidence.addresses import plain
from lti_tool.evidence.layout import Document
from lti_tool.evidence.pdf_text import shape_of
from lti_tool.evidence.reading import Link, Place

MOST: Final = 20
_MOST_ON_PAGE: Final = 200
_ADDRESS: Final = re.compile(r"https?://[^\s<>\"']{4,2000}", re.IGNORECASE)
_TAIL: Final = ".,;:!?)]}»”’"


def in_text(document: Document) -> tuple[Link, ...]:
    """Return the addresses that are written on the pages, each with its line."""
    found = [
        Link(match.group().rstrip(_TAIL), Place(segment.page, segment.box))
        for segment in document.segments
        for match in _ADDRESS.finditer(segment.text)
    ]
    return once(found)


def under_areas(pdf: pdfium.PdfDocument, page: pdfium.PdfPage, number: int) -> list[Link]:
    """Return the addresses behind the areas of a page that can be clicked, whatever they hold."""
    shape, found = shape_of(page), []
    for link in _links(page):
        if address := _address(pdf, link):
            rect = raw.FS_RECTF()
            placed = raw.FPDFLink_GetAnnotRect(link, rect)
            place = Place(number, shape.box((rect.left, rect.bottom, rect.right, rect.top))) if placed else None
            found.append(Link(plain(address), place))
    return found


def once(found: Iterable[Link]) -> tuple[Link, ...]:
    """Return each text once, where it was found first, and not more than can be shown."""
    first: dict[str, Link] = {}
    for link in found:
        if link.text:
            first.setdefault(link.text, link)
    return tuple(first.values())[:MOST]


def _links(page: pdfium.PdfPage) -> Iterator[object]:
    position, link = ctypes.c_int(0), raw.FPDF_LINK()
    for _ in range(_MOST_ON_PAGE):
        if not raw.FPDFLink_Enumerate(page.raw, position, link):
            return
        yield link


def _address(pdf: pdfium.PdfDocument, link: object) -> str:
    action = raw.FPDFLink_GetAction(link)
    if not action or raw.FPDFAction_GetType(action) != raw.PDFACTION_URI:
        return ""
    size = raw.FPDFAction_GetURIPath(pdf.raw, action, None, 0)
    buffer = ctypes.create_string_buffer(size)
    raw.FPDFAction_GetURIPath(pdf.raw, action, buffer, size)
    return bytes(buffer.raw[: max(size - 1, 0)]).decode("utf-8", "replace")
