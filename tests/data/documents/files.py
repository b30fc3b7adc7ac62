"""What is done to a finished file: by scanners and phones, by mail programs, by people who cheat."""

from __future__ import annotations

import io
from random import Random

import pikepdf
import pypdfium2 as pdfium
from PIL import Image
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

DEJAVU = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


def _font() -> str:
    if "everything" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("everything", DEJAVU))
    return "everything"


def page_pictures(pdf: bytes, dpi: float = 150) -> list[Image.Image]:
    """Return the pages as they look."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [page.render(scale=dpi / 72).to_pil().convert("RGB") for page in document]
    finally:
        document.close()


def overlaid(pdf: bytes, overlay: bytes) -> bytes:
    """Put a page over the first page of a file."""
    with pikepdf.open(io.BytesIO(pdf)) as under, pikepdf.open(io.BytesIO(overlay)) as over:
        page = under.pages[0]
        page.add_overlay(over.pages[0], pikepdf.Rectangle(*page.mediabox))
        stream = io.BytesIO()
        under.save(stream)
    return stream.getvalue()


def canvas_over(pdf: bytes) -> tuple[Canvas, io.BytesIO, float, float]:
    """Return an empty page as large as the first one."""
    document = pdfium.PdfDocument(pdf)
    width, height = document[0].get_size()
    document.close()
    stream = io.BytesIO()
    return Canvas(stream, pagesize=(width, height)), stream, width, height


def with_hidden(pdf: bytes, lines: list[str], way: str) -> bytes:
    """Write lines where nobody sees them: ``white``, ``invisible``, ``tiny``, ``outside``, ``under`` a picture."""
    canvas, stream, width, height = canvas_over(pdf)
    size = 0.5 if way == "tiny" else 11
    text = canvas.beginText(-500 if way == "outside" else 60, height - 40)
    text.setFont(_font(), size)
    if way == "invisible":
        text.setTextRenderMode(3)
    if way == "white":
        text.setFillColorRGB(1, 1, 1)
    for line in lines:
        text.textLine(line)
    canvas.drawText(text)
    if way == "under":
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(50, height - 50 - 14 * len(lines), width - 100, 24 + 14 * len(lines), stroke=0, fill=1)
    canvas.save()
    return overlaid(pdf, stream.getvalue())


def place_of(pdf: bytes, text: str) -> tuple[float, float, float, float]:
    """Return where a text stands on the first page, in points from the bottom left. Raises ValueError if it is not found."""
    document = pdfium.PdfDocument(pdf)
    try:
        textpage = document[0].get_textpage()
        found = textpage.search(text, match_case=True).get_next()
        if found is None:
            raise ValueError(text)
        boxes = [textpage.get_charbox(index) for index in range(found[0], found[0] + found[1])]
    finally:
        document.close()
    seen = [box for box in boxes if box[2] > box[0]]
    return min(box[0] for box in seen), min(box[1] for box in seen), max(box[2] for box in seen), max(box[3] for box in seen)


def patched(pdf: bytes, old: str, new: str, way: str = "page") -> bytes:
    """Paste a text over another one: on the ``page``, or as an ``annotation`` that covers it."""
    left, bottom, right, top = place_of(pdf, old)
    canvas, stream, _, _ = canvas_over(pdf)
    size = (top - bottom) * 1.05
    wide = max(right - left, pdfmetrics.stringWidth(new, _font(), size)) + 4
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(left - 2, bottom - 3, wide + 4, top - bottom + 6, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    canvas.setFont(_font(), size)
    canvas.drawString(left, bottom, new)
    canvas.save()
    if way == "page":
        return overlaid(pdf, stream.getvalue())
    return _annotated(pdf, stream.getvalue(), (left - 2, bottom - 3, left + wide, top + 3))


def _annotated(pdf: bytes, drawing: bytes, box: tuple[float, float, float, float]) -> bytes:
    with pikepdf.open(io.BytesIO(pdf)) as under, pikepdf.open(io.BytesIO(drawing)) as over:
        form = under.copy_foreign(over.pages[0].as_form_xobject())
        form.BBox = pikepdf.Array(list(box))
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=pikepdf.Array(list(box)), F=4, AP=pikepdf.Dictionary(N=form)
        )
        under.pages[0].Annots = under.make_indirect(pikepdf.Array([under.make_indirect(note)]))
        stream = io.BytesIO()
        under.save(stream)
    return stream.getvalue()


def searchable(pdf: bytes, words_from: bytes, rng: Random) -> bytes:
    """Return a scan of a document with an invisible layer of words, as scanners make them: those of another document, or its own."""
    picture = page_pictures(pdf, 150)[0].rotate(rng.uniform(-0.4, 0.4), fillcolor=(255, 255, 255))
    canvas, stream, width, height = canvas_over(pdf)
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=80)
    from reportlab.lib.utils import ImageReader

    canvas.drawImage(ImageReader(jpeg), 0, 0, width, height)
    for text, left, bottom, size in _lines(words_from):
        layer = canvas.beginText(left, bottom)
        layer.setFont(_font(), size)
        layer.setTextRenderMode(3)
        layer.textLine(text)
        canvas.drawText(layer)
    canvas.save()
    return stream.getvalue()


def _lines(pdf: bytes) -> list[tuple[str, float, float, float]]:
    document = pdfium.PdfDocument(pdf)
    try:
        page = document[0].get_textpage()
        found = []
        for index in range(page.count_rects()):
            left, bottom, right, top = page.get_rect(index)
            text = page.get_text_bounded(left, bottom, right, top).strip()
            if text:
                found.append((text.splitlines()[0], left, bottom, max(4.0, (top - bottom) * 0.9)))
        return found
    finally:
        document.close()


def locked(pdf: bytes, *, owner_only: bool = False) -> bytes:
    """Encrypt a file: to open it takes a password, or only to change it."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        stream = io.BytesIO()
        allow = pikepdf.Permissions(extract=False, modify_other=False)
        document.save(stream, encryption=pikepdf.Encryption(owner="owner-secret", user="" if owner_only else "open-sesame", R=6, allow=allow))
    return stream.getvalue()


def merged(*pdfs: bytes) -> bytes:
    """Put files one behind the other."""
    with pikepdf.new() as whole:
        for each in pdfs:
            with pikepdf.open(io.BytesIO(each)) as part:
                whole.pages.extend(part.pages)
        stream = io.BytesIO()
        whole.save(stream)
    return stream.getvalue()
