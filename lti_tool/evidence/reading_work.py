"""What the forks do with a document: read it, or draw a page of it. Nothing here runs in the serving process."""

from __future__ import annotations

import codecs
import hashlib
import io
import json
from dataclasses import replace
from typing import Any, Final

from PIL import Image

from lti_tool.evidence import formats, ocr, picture_check, pictures
from lti_tool.evidence.codec import to_json
from lti_tool.evidence.fingerprints import of_page, page_of, with_fingerprints
from lti_tool.evidence.marks import to_check, with_links
from lti_tool.evidence.pdf import Unreadable, open_pdf, read_pdf
from lti_tool.evidence.picture_check import compared
from lti_tool.evidence.pictures import PICTURES, open_picture
from lti_tool.evidence.pictures_reading import readings_of_picture, readings_of_scan
from lti_tool.evidence.reading import Doubt, Kind, Reading
from lti_tool.evidence.readings import links_of, readings_of
from lti_tool.scheme.model import Scheme

_schemes: dict[str, Scheme] = {}


def warm() -> None:
    """Load everything a fork may need, so that no fork opens a file of ours."""
    pictures.warm()
    codecs.lookup("utf-16-le")
    picture_check.warm()
    _draw(_SAMPLE_PDF, 1, 100)


def load(name: str) -> bool:
    """Load a model that a document needs; False for one that is loaded already or can't be."""
    return ocr.load(name)


def prepare(content: bytes) -> None:
    """Take a scheme that documents will be read for."""
    scheme = Scheme.model_validate_json(content)
    # The first reading imports and compiles; every fork then has it done.
    read(_SAMPLE_PDF, scheme, 1)
    _schemes[scheme.sha256] = scheme


def reading_work(request: dict[str, Any], content: bytes) -> bytes:
    """Answer one request: ``read`` gives a reading as JSON, or ``{"parts": readings}`` for several in one file, ``draw`` a PNG.

    ``to_check`` beside them says which proofs the file carries (see `marks.py`).
    """
    if request["task"] == "draw":
        return _draw(content, int(request["page"]), int(request["width"]))
    readings = with_links(read(content, _schemes[request["scheme"]], int(request["max_pages"])), content, _opened)
    readings = with_fingerprints(readings, content, _opened)
    found = [to_json(reading) for reading in readings]
    answer = found[0] if len(found) == 1 else {"parts": found}
    return json.dumps(answer | {"to_check": to_check(content)}).encode()


def read(content: bytes, scheme: Scheme, max_pages: int) -> tuple[Reading, ...]:
    """Read a file in this process, a reading for each certificate in it; only a fork may call it with bytes from outside."""
    digest, kind = hashlib.sha256(content).hexdigest(), formats.media_type(content)
    try:
        if not content:
            raise Unreadable("empty")
        if kind in PICTURES:
            return _doubted(readings_of_picture(open_picture(content, kind), scheme, sha256=digest, media_type=kind), content)
        if kind != formats.PDF:
            raise Unreadable("not-supported")
        opened = read_pdf(content, max_pages)
        if opened.pictured:
            readings = readings_of_scan(opened, scheme, sha256=digest, media_type=kind)
        else:
            readings = readings_of(opened.document, scheme, sha256=digest, media_type=kind, doubts=opened.doubts)
        # While the pages are open and their fonts loaded, drawing them once more costs little.
        readings = tuple(replace(reading, fingerprints=of_page(opened.sheets[page_of(reading) - 1].page)) for reading in readings)
        return tuple(replace(compared(reading, opened.document, opened.sheets), links=links_of(opened.links, reading.part)) for reading in readings)
    except Unreadable as unreadable:
        return (Reading(digest, kind, unreadable.pages, Kind.UNKNOWN, unreadable=unreadable.reason),)


def _opened(content: bytes) -> Image.Image:
    """Open a picture that was handed in as one, upright."""
    return open_picture(content, formats.media_type(content))


def _doubted(readings: tuple[Reading, ...], content: bytes) -> tuple[Reading, ...]:
    """Doubt a picture that is something else as well (threat U01); a PDF's doubts are found where it is opened."""
    if not formats.is_polyglot(content):
        return readings
    return tuple(replace(reading, doubts=(*reading.doubts, Doubt("polyglot"))) for reading in readings)


def _draw(content: bytes, page: int, width: int) -> bytes:
    kind = formats.media_type(content)
    picture = open_picture(content, kind) if kind in PICTURES else _draw_page(content, page, width)
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
