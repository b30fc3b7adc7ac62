"""A PDF as a `Document`, or the reason why it can't be one; runs in the child only."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from lti_tool.evidence import links, marks, ocr
from lti_tool.evidence.active_content import active_content
from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.formats import is_cut_off, is_polyglot
from lti_tool.evidence.layout import Document, Word
from lti_tool.evidence.pdf_text import TooMuch, characters, shape_of, words_of_page
from lti_tool.evidence.picture_lines import Sheet
from lti_tool.evidence.reading import Doubt, Link
from lti_tool.evidence.visible import MAX_OBJECTS, TooManyObjects, hides_writing, is_picture, seen_words

# The longest edge of a page that is drawn, in points: A0 is 3370.
LONGEST_EDGE: Final = 5000.0
_HARMLESS: Final = frozenset({raw.FPDF_ANNOT_LINK, raw.FPDF_ANNOT_POPUP})
# What browsers give as the words of one joined sign.
_JOINED: Final = frozenset({"ff", "fi", "fl", "ffi", "ffl", "fj", "ffj", "ft", "tt", "ti", "tti", "st", "Th"})
# The widest that a sign with letters is drawn, and one without, in heights of the letters.
_WIDEST_SIGN: Final = 1.1
_WIDEST_MARK: Final = 0.9
_LOCKED: Final = frozenset({raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY})


class Unreadable(Exception):
    """The document can't be read; `reason` is a code of `Reading.unreadable`."""

    def __init__(self, reason: str, pages: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.pages = pages


@dataclass(frozen=True, slots=True)
class Opened:
    """A document laid out, the doubts about how it is made, its links (written, under areas, in codes), and its open pages.

    `pictured` are the numbers of pages that must be read as pictures; the document has none of their words. `under` are those that the
    file says lie unseen under them, as scanners put them there.
    """

    document: Document
    doubts: tuple[Doubt, ...]
    links: tuple[Link, ...] = ()
    sheets: tuple[Sheet, ...] = ()
    words: tuple[Word, ...] = ()
    pictured: tuple[int, ...] = ()
    under: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class _Page:
    """What one page holds; `pictured` tells that it must be read as a picture."""

    sheet: Sheet
    words: list[Word]
    doubts: list[Doubt]
    links: list[Link]
    pictured: bool


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
    pages = [_page(pdf, number, count) for number in range(1, count + 1)]
    words = [word for page in pages if not page.pictured for word in page.words]
    document = document_of(words, count)
    pictured = tuple(number for number, page in enumerate(pages, start=1) if page.pictured)
    if not document.segments and not pictured:
        raise Unreadable(_without_words(pdf, words), count)
    found_links = [link for page in pages for link in page.links]
    return Opened(
        document,
        tuple(dict.fromkeys((*doubts, *(doubt for page in pages for doubt in page.doubts)))),
        links.once((*found_links, *links.in_text(document))),
        tuple(page.sheet for page in pages),
        tuple(words),
        pictured,
        tuple(word for page in pages if page.pictured for word in page.words if not word.visible),
    )


def _of_file(content: bytes, pdf: pdfium.PdfDocument) -> list[Doubt]:
    doubts = []
    if is_polyglot(content):
        doubts.append(Doubt("polyglot"))
    if is_cut_off(content):
        doubts.append(Doubt("cut-off"))
    if raw.FPDFDoc_GetJavaScriptActionCount(pdf.raw) > 0 or raw.FPDF_GetFormType(pdf.raw) in (raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND):
        doubts.append(Doubt("active-content"))
    return doubts + active_content(content, pdf)


def _page(pdf: pdfium.PdfDocument, number: int, count: int) -> _Page:
    try:
        page = pdf[number - 1]
    except pdfium.PdfiumError:
        raise Unreadable("broken", count) from None
    try:
        width, height = page.get_size()
        if not 20 <= min(width, height) <= max(width, height) <= LONGEST_EDGE:
            raise Unreadable("page-size", count)
        doubts = _of_annotations(page) + _of_replacements(page)
        sheet = Sheet(page, characters(page), shape_of(page))
        words = words_of_page(sheet.characters, sheet.shape, number)
        words, looks = seen_words(page, words)
        pictured = ocr.ready() and is_picture(words, looks)
        if not pictured and hides_writing(looks) and any(word.visible for word in words):
            doubts.append(Doubt("writing-in-picture"))
        # Only now, when it is known that drawing the page costs little.
        found_links = marks.links_of_page(pdf, page, number)
    except (TooMuch, TooManyObjects):
        raise Unreadable("too-much", count) from None
    else:
        return _Page(sheet, words, doubts, found_links, pictured)


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
            if words is not None and _replaces(entry, words):
                return [Doubt("replaced-text", words[:200])]
    return []


def _replaces(entry: pdfium.PdfObject, words: str) -> bool:
    """Tell words that may be others than are drawn: more than a joined sign's, or for writing that is wider than one sign."""
    letters = sum(character.isalnum() for character in words)
    if letters > 1 and words not in _JOINED:
        return True
    left, bottom, right, top = entry.get_bounds()
    size, matrix = ctypes.c_float(), entry.get_matrix()
    raw.FPDFTextObj_GetFontSize(entry.raw, size)
    em = abs(size.value) * max(abs(matrix.a), abs(matrix.b))
    return bool(max(right - left, top - bottom) > (_WIDEST_SIGN if letters else _WIDEST_MARK) * em)


def _actual_text(mark: raw.FPDF_PAGEOBJECTMARK) -> str | None:
    buffer, length = (raw.FPDF_WCHAR * 512)(), ctypes.c_ulong()
    if not raw.FPDFPageObjMark_GetParamStringValue(mark, b"ActualText", buffer, 1024, length):
        return None
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
