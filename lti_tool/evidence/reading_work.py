"""What the forks do with a document: read it, or draw a page of it. Nothing here runs in the serving process."""

from __future__ import annotations

import codecs
import hashlib
import io
import json
from typing import Any, Final

from PIL import Image, ImageOps

from lti_tool.evidence import formats
from lti_tool.evidence.codec import to_json
from lti_tool.evidence.facts import reading_of
from lti_tool.evidence.pdf import Unreadable, open_pdf, read_pdf
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.scheme.model import Scheme

# Pillow alone may open a picture, as one of these two, and none larger than this (threat U02).
MOST_PIXELS: Final = 60_000_000
PICTURES: Final = {"image/png": ("PNG",), "image/jpeg": ("JPEG",)}
_schemes: dict[str, Scheme] = {}


def warm() -> None:
    """Load everything a fork may need, so that no fork opens a file of ours."""
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    Image.init()
    codecs.lookup("utf-16-le")
    for kind in ("PNG", "JPEG"):
        stream = io.BytesIO()
        Image.new("RGB", (8, 8)).save(stream, kind)
        _draw(stream.getvalue(), 1, 8)
    _draw(_SAMPLE_PDF, 1, 100)


def prepare(content: bytes) -> None:
    """Take a scheme that documents will be read for."""
    scheme = Scheme.model_validate_json(content)
    # The first reading imports and compiles; every fork then has it done.
    read(_SAMPLE_PDF, scheme, 1)
    _schemes[scheme.sha256] = scheme


def reading_work(request: dict[str, Any], content: bytes) -> bytes:
    """Answer one request: ``read`` gives a reading as JSON, ``draw`` a PNG."""
    if request["task"] == "draw":
        return _draw(content, int(request["page"]), int(request["width"]))
    return json.dumps(to_json(read(content, _schemes[request["scheme"]], int(request["max_pages"])))).encode()


def read(content: bytes, scheme: Scheme, max_pages: int) -> Reading:
    """Read a document in this process; only a fork may call it with bytes from outside."""
    digest, kind = hashlib.sha256(content).hexdigest(), formats.media_type(content)
    try:
        if not content:
            raise Unreadable("empty")
        if kind in PICTURES:
            _open_picture(content, kind)
            raise Unreadable("picture", 1)
        if kind != formats.PDF:
            raise Unreadable("not-supported")
        opened = read_pdf(content, max_pages)
        return reading_of(opened.document, scheme, sha256=digest, media_type=kind, doubts=opened.doubts)
    except Unreadable as unreadable:
        return Reading(digest, kind, unreadable.pages, Kind.UNKNOWN, unreadable=unreadable.reason)


def _open_picture(content: bytes, kind: str) -> Image.Image:
    """Decode a picture, upright. Raises Unreadable("too-much") before decoding a bomb, Unreadable("broken") for no picture."""
    try:
        picture = Image.open(io.BytesIO(content), formats=PICTURES[kind])
        if picture.width * picture.height > MOST_PIXELS:
            raise Unreadable("too-much")
        picture.load()
        return ImageOps.exif_transpose(picture)
    except Image.DecompressionBombError:
        raise Unreadable("too-much") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise Unreadable("broken") from None


def _draw(content: bytes, page: int, width: int) -> bytes:
    kind = formats.media_type(content)
    picture = _open_picture(content, kind) if kind in PICTURES else _draw_page(content, page, width)
    height = max(1, round(picture.height * width / max(1, picture.width)))
    fresh = Image.new("RGB", (width, min(height, 6 * width)), "white")
    fresh.paste(picture.convert("RGB").resize((width, height)))
    stream = io.BytesIO()
    fresh.save(stream, "PNG")
    return stream.getvalue()


def _draw_page(content: bytes, page: int, width: int) -> Image.Image:
    if formats.media_type(content) != formats.PDF:
        raise Unreadable("not-supported")
    pdf = open_pdf(content)
    if not 1 <= page <= len(pdf):
        raise Unreadable("no-such-page")
    wide, high = pdf[page - 1].get_size()
    if high > 6 * wide or wide < 1:
        raise Unreadable("page-size")
    picture: Image.Image = pdf[page - 1].render(scale=width / wide, may_draw_forms=False).to_pil()
    return picture


_SAMPLE_TEXT: Final = (
    "Certificate",
    "This is to certify that Anna Muster",
    "was awarded the eTwinning National Quality Label",
    "No. AB-12345",
    "Issued on 01/02/2026",
    "This certificate can be used in the application for a digital competencies certificate.",
)


def _sample_pdf() -> bytes:
    lines = " ".join(f"({line}) Tj 0 -20 Td" for line in _SAMPLE_TEXT)
    content = f"BT /F 12 Tf 20 280 Td {lines} ET"
    objects = (
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 300]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        f"<</Length {len(content)}>>\nstream\n{content}\nendstream",
    )
    body, table = "%PDF-1.4\n", "0000000000 65535 f \n"
    for number, entry in enumerate(objects, start=1):
        table += f"{len(body):010} 00000 n \n"
        body += f"{number} 0 obj\n{entry}\nendobj\n"
    size = len(objects) + 1
    return f"{body}xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{len(body)}\n%%EOF\n".encode()


_SAMPLE_PDF: Final = _sample_pdf()
