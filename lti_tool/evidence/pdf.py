"""A PDF as a `Document`, or the reason why it can't be one; runs in the child only."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.formats import is_cut_off, is_polyglot
from lti_tool.evidence.layout import Document, Word
from lti_tool.evidence.pdf_text import TooMuch, characters, shape_of, words_of_page
from lti_tool.evidence.reading import Doubt
from lti_tool.evidence.visible import MAX_OBJECTS, TooManyObjects, hides_writing, look, mark_visible

# The longest edge of a page that is drawn, in points: A0 is 3370.
LONGEST_EDGE: Final = 5000.0
_HARMLESS: Final = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})
_LOCKED: Final = frozenset({raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})


class Unreadable(Exception):
    """The document can't be read; `reason` is a code of `Reading.unreadable`."""

    def __init__(self, reason: str, pages: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pages = pages


@dataclass(frozen=True, slots=True)
class Opened:
    """A document laid out, and the doubts about how it is made."""

    document: Document
    doubts: tuple[Doubt, ...]


def open_pdf(content: bytes) -> pdfium.PdfDocument:
    """Open a PDF. Raises Unreadable("locked") or Unreadable("broken")."""
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        raise Unreadable("locked" if getattr(error, "err_code", None) in _LOCKED else "broken") from None


def read_pdf(content: bytes, max_pages: int) -> Opened:
    """Lay out a PDF. Raises Unreadable with the reason."""
    pdf = open_pdf(content)
    count = len(pdf)
    if count == 0:
        raise Unreadable("blank")
    if count > max_pages:
        raise Unreadable("too-many-pages", count)
    doubts = _of_file(content, pdf)
    words: list[Word] = []
    for number in range(1, count + 1):
        found, page_doubts = _page(pdf, number, count)
        words += found
        doubts += page_doubts
    document = document_of(words, count)
    if not document.segments:
        raise Unreadable(_without_words(pdf, words), count)
    return Opened(document, tuple(dict.fromkeys(doubts)))


def _of_file(content: bytes, pdf: pdfium.PdfDocument) -> list[Doubt]:
    doubts = []
    if is_polyglot(content):
        doubts.append(Doubt("polyglot"))
    if is_cut_off(content):
        doubts.append(Doubt("cut-off"))
    if raw.FPDFDoc_GetJavaScriptActionCount(pdf.raw) > 0 or raw.FPDF_GetFormType(pdf.raw) in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
        doubts.append(Doubt("active-content"))
    return doubts


def _page(pdf: pdfium.PdfDocument, number: int, count: int) -> tuple[list[Word], list[Doubt]]:
    try:
        page = pdf[number - 1]
    except pdfium.PdfiumError:
        raise Unreadable("broken", count) from None
    try:
        width, height = page.get_size()
        if not 20 <= min(width, height) <= max(width, height) <= LONGEST_EDGE:
            raise Unreadable("page-size", count)
        doubts = _of_annotations(page) + _of_replacements(page)
        words = words_of_page(characters(page), shape_of(page), number)
        looks = look(page)
        words = mark_visible(words, looks)
        if hides_writing(looks) and any(word.visible for word in words):
            doubts.append(Doubt("writing-in-picture"))
    except (TooMuch, TooManyObjects):
        raise Unreadable("too-much", count) from None
    else:
        return words, doubts
    finally:
        page.close()


def _of_annotations(page: pdfium.PdfPage) -> list[Doubt]:
    """Doubt notes, stamps and form fields: they lie over the page and may say anything; links and signature fields do not."""
    doubts: list[Doubt] = []
    for index in range(min(raw.FPDFPage_GetAnnotCount(page.raw), 1000)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, index)
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        if subtype == raw.FPDF_ANNOT_WIDGET:
            doubts += [] if _is_signature(annotation) else [Doubt("form-fields")]
        elif subtype not in _HARMLESS:
            doubts.append(Doubt("annotations"))
        raw.FPDFPage_CloseAnnot(annotation)
    return doubts


def _of_replacements(page: pdfium.PdfPage) -> list[Doubt]:
    """Doubt writing for which the file gives other words than it draws (ActualText), which PDFium then hands out as text."""
    for count, entry in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], max_depth=12)):
        if count >= MAX_OBJECTS:
            raise TooManyObjects
        for index in range(raw.FPDFPageObj_CountMarks(entry.raw)):
            words = _actual_text(raw.FPDFPageObj_GetMark(entry.raw, index))
            if sum(character.isalnum() for character in words) > 1:
                return [Doubt("replaced-text", words[:200])]
    return []


def _actual_text(mark: raw.FPDF_PAGEOBJECTMARK) -> str:
    buffer, length = (raw.FPDF_WCHAR * 512)(), ctypes.c_ulong()
    if not raw.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", buffer, 1024, length):
        return ""
    # A string longer than the buffer is not copied; that there is one is what matters.
    return bytes(buffer)[: length.value].decode("utf-16-le", "replace").rstrip("\0") if length.value <= 1024 else "longer than is read"


def _is_signature(annotation: raw.FPDF_ANNOTATION) -> bool:
    buffer = (raw.FPDF_WCHAR * 8)()
    length = raw.FPDFAnnot_GetStringValue(annotation, b"FT", buffer, 16)
    return bytes(buffer)[: max(0, length - 2)].decode("utf-16-le", "replace") == "Sig"


def _without_words(pdf: pdfium.PdfDocument, words: Sequence[Word]) -> str:
    """Say why nothing can be read: a picture, writing that nobody sees, or nothing at all."""
    for number in range(len(pdf)):
        page = pdf[number]
        drawn = any(entry.type != raw.FPDF_PAGEOBJ_TEXT for entry in page.get_objects(max_depth=4))
        page.close()
        if drawn:
            return "picture"
    return "hidden" if words else "blank"
