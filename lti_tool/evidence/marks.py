"""What a file carries beside its writing: links and codes, and whether it has signatures or credentials that must be checked.

Only a file with one of these is handed on to the process that checks them (`proof_work.py`): every other one pays next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from lti_tool.evidence import codes, embedded, links
from lti_tool.evidence.formats import PDF, TAKEN, media_type
from lti_tool.evidence.reading import Link, Reading

SIGNATURE: Final = "signature"
CREDENTIAL: Final = "credential"
_PICTURES: Final = frozenset(TAKEN) - {PDF}
# Pages that are searched for codes: a certificate has its code on the first or the last of few.
_MOST_PAGES: Final = 6


def links_of_page(pdf: pdfium.PdfDocument, page: pdfium.PdfPage, number: int) -> list[Link]:
    """Return what the areas and codes of a page lead to."""
    try:
        return links.under_areas(pdf, page, number) + (codes.on_page(page, number) if number <= _MOST_PAGES else [])
    except (pdfium.PdfiumError, ValueError):
        return []


def with_links(readings: Sequence[Reading], content: bytes, opened: Callable[[bytes], Image.Image]) -> tuple[Reading, ...]:
    """Look for codes also where nothing could be read, as in a picture; what was read keeps the links it has.

    `opened` opens a picture that is handed in as one, upright: places are those of the picture that is shown.
    """
    if any(reading.links for reading in readings) or not _is_picture(readings):
        return tuple(readings)
    found = _links_of_file(content, opened)
    return tuple(replace(reading, links=found) for reading in readings)


def to_check(content: bytes) -> list[str]:
    """Say what must be checked of a file: ``signature``, ``credential``, both or nothing."""
    if media_type(content) != PDF:
        return [CREDENTIAL] if embedded.baked(content) else []
    try:
        pdf = pdfium.PdfDocument(content)
    except pdfium.PdfiumError:
        return []
    signed = b"/ByteRange" in content or raw.FPDF_GetSignatureCount(pdf.raw) > 0
    return [SIGNATURE] * signed + [CREDENTIAL] * (pdf.count_attachments() > 0)


def _is_picture(readings: Sequence[Reading]) -> bool:
    # A PDF whose writing was read was searched page by page already; what was refused for its size or its make is not opened again.
    return any(reading.unreadable == "picture" or (reading.unreadable is None and reading.media_type in _PICTURES) for reading in readings)


def _links_of_file(content: bytes, opened: Callable[[bytes], Image.Image]) -> tuple[Link, ...]:
    if media_type(content) in _PICTURES:
        return links.once(codes.in_picture(opened(content), 1))
    pdf = pdfium.PdfDocument(content)
    return links.once(link for number in range(1, min(len(pdf), _MOST_PAGES) + 1) for link in links_of_page(pdf, pdf[number - 1], number))
