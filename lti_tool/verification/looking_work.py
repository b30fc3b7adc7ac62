"""What the forks do with something shown to be verified: find its codes, read its writing, compare its pages with ours.

Runs in the child of `evidence/child.py` only: nothing here is imported by the serving process.
"""

from __future__ import annotations

import base64
import codecs
import io
import json
from dataclasses import dataclass
from typing import Any, Final

import pypdfium2 as pdfium
from PIL import Image

from lti_tool.evidence import codes, formats, ocr, pictures
from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.layout import Box, Document
from lti_tool.evidence.ocr_page import WAYS, known_sheet, read_page
from lti_tool.evidence.pdf import Unreadable, open_pdf
from lti_tool.evidence.pdf_text import TooMuch, characters, shape_of, words_of_page
from lti_tool.evidence.pictures import PICTURES, grey_of, open_picture
from lti_tool.evidence.reading import Link
from lti_tool.evidence.visible import TooManyObjects, is_picture, seen_words
from lti_tool.verification import line_changes, page_pictures

# Pages that are looked at; our certificates have one, and what was added to one shows on the first few.
MOST_PAGES: Final = 5
_LONGEST_EDGE: Final = 5000.0
# The longer edge in pixels of a page that is drawn to be read.
_READ: Final = 2924
# Lines, and characters of one, that are handed back.
_MOST_LINES: Final = 400
_MOST_CHARACTERS: Final = 300


def warm() -> None:
    """Load everything a fork may need, so that no fork opens a file of ours."""
    pictures.warm()
    codecs.lookup("utf-16-le")
    ocr.warm()
    page_pictures.warm()
    codes.in_picture(Image.new("L", (32, 32), 255), 1)


def load(name: str) -> bool:
    """Load a model that a picture needs; False for one that is loaded already or can't be."""
    return ocr.load(name)


def looking_work(request: dict[str, Any], content: bytes) -> bytes:
    """Answer one request (see `looking.py`): ``codes``, ``read`` what a picture of a page says, or ``compare`` a PDF with ours."""
    try:
        if request["task"] == "compare":
            ours, given = content[: request["split"]], content[request["split"] :]
            return json.dumps(_compared(ours, given, pictures_too=bool(request["pictures"]))).encode()
        pages = _pages(content)
        if request["task"] == "read":
            return json.dumps(_read(pages, str(request["script"]), again=bool(request["again"]))).encode()
        texts = [link.text for page in pages for link in page.codes]
        return json.dumps({"scan": all(page.picture for page in pages), "codes": list(dict.fromkeys(texts))}).encode()
    except Unreadable as unreadable:
        return json.dumps({"failed": unreadable.reason}).encode()


@dataclass(frozen=True, slots=True)
class _Page:
    """A page's codes, and its picture if it is nothing else."""

    number: int
    codes: list[Link]
    picture: Image.Image | None = None


def _pages(content: bytes) -> list[_Page]:
    kind = formats.media_type(content)
    if kind in PICTURES:
        return [_pictured(grey_of(open_picture(content, kind)), 1)]
    pdf = _opened(content)
    return [_page(_sized(pdf, number), number) for number in range(1, min(len(pdf), MOST_PAGES) + 1)]


def _page(page: pdfium.PdfPage, number: int) -> _Page:
    try:
        words, looks = seen_words(page, words_of_page(characters(page), shape_of(page), number))
    except (TooMuch, TooManyObjects):
        raise Unreadable("too-much", number) from None
    if not is_picture(words, looks):
        return _Page(number, codes.on_page(page, number))
    return _pictured(page.render(scale=_READ / max(page.get_size()), grayscale=True, may_draw_forms=False).to_pil().convert("L"), number)


def _pictured(picture: Image.Image, number: int) -> _Page:
    # A dense code far away needs every pixel there is.
    return _Page(number, codes.in_picture(picture, number) or codes.at_full_size(picture, number), picture)


def _read(pages: list[_Page], script: str, *, again: bool) -> dict[str, Any]:
    """Return the lines of the page that bears the code, and how sure they are; none where pictures can't be read here, or not in time."""
    page = next((page for page in pages if page.picture and page.codes and page.codes[0].place), None)
    if page is None or page.picture is None or page.codes[0].place is None or not ocr.ready():
        return {"lines": [], "sure": 0.0}
    ocr.allow_time(1)
    sheet = known_sheet(page.picture, page.number, _quarters(page.codes[0].place.box), script if script in ocr.scripts() else "Latin")
    try:
        read = read_page(sheet, *WAYS[again], most_foreign=0)
    except ocr.OutOfTime:
        return {"lines": [], "sure": 0.0}
    letters = sum(len(word.text) for word in read.words)
    sure = sum(len(word.text) * each for word, each in zip(read.words, read.sure, strict=True)) / letters if letters else 0.0
    return {**_lines(document_of(read.words, page.number)), "sure": sure}


def _quarters(box: Box) -> int:
    """Return how often a page must be turned clockwise until its code is where ours have it: at the lower right."""
    right, low = box[0] + box[2] > 1, box[1] + box[3] > 1
    return {(True, True): 0, (True, False): 1, (False, False): 2, (False, True): 3}[right, low]


def _lines(document: Document) -> dict[str, Any]:
    found = [{"page": segment.page, "box": list(segment.box), "text": segment.text[:_MOST_CHARACTERS]} for segment in document.segments[:_MOST_LINES]]
    return {"lines": found}


def _opened(content: bytes) -> pdfium.PdfDocument:
    pdf = open_pdf(content)
    if len(pdf) == 0:
        raise Unreadable("blank")
    return pdf


def _sized(pdf: pdfium.PdfDocument, number: int) -> pdfium.PdfPage:
    try:
        page = pdf[number - 1]
    except pdfium.PdfiumError:
        raise Unreadable("broken", len(pdf)) from None
    width, height = page.get_size()
    if not 20 <= min(width, height) <= max(width, height) <= _LONGEST_EDGE:
        raise Unreadable("page-size", len(pdf))
    return page


def _compared(ours: bytes, given: bytes, *, pictures_too: bool) -> dict[str, Any]:
    """Return our lines with what the given file shows in their places, its codes, and where its pages look different."""
    one, other = _opened(ours), _opened(given)
    ocr.allow_time(1)
    count = min(max(len(one), len(other)), MOST_PAGES)
    pages: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    texts: list[str] = []
    for number in range(1, count + 1):
        if number > len(one) or number > len(other):
            # One of the two has no such page.
            pages.append({"page": number, "boxes": [[0.0, 0.0, 1.0, 1.0]]})
            continue
        mine, theirs = _sized(one, number), _sized(other, number)
        found = page_pictures.compared(page_pictures.drawn(mine, mine), page_pictures.drawn(theirs, mine))
        # On a page that looks the same there is nothing to read.
        lines += line_changes.lines(mine, theirs, number, found) if found.boxes else []
        texts += [link.text for link in codes.on_page(theirs, number)]
        if found.boxes:
            pages.append(_page_told(mine, number, found, pictures_too=pictures_too))
    return {"pages": pages, "lines": lines[:_MOST_LINES], "codes": list(dict.fromkeys(texts))}


def _page_told(mine: pdfium.PdfPage, number: int, found: page_pictures.Compared, *, pictures_too: bool) -> dict[str, Any]:
    """Return where a page differs; pictures only of a page that is mostly ours, and of ours without its code."""
    told: dict[str, Any] = {"page": number, "boxes": [list(box) for box in found.boxes]}
    if pictures_too and found.alike:
        hidden = [link.place.box for link in codes.on_page(mine, number) if link.place]
        told["ours"] = _png(page_pictures.marked(page_pictures.without(found.ours, hidden), found.boxes))
        told["given"] = _png(page_pictures.marked(found.given, found.boxes))
    return told


def _png(picture: Image.Image) -> str:
    stream = io.BytesIO()
    picture.quantize(64).save(stream, "PNG")
    return base64.b64encode(stream.getvalue()).decode()
