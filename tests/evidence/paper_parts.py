"""Certificates written byte by byte, so that a test can hide, cover or spoil any part of them."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Sequence

CATALOGUE = "<</Type/Catalog/Pages 2 0 R>>"
COURSE = (
    "Certificate of Completion",
    "This is to certify that",
    "Anna Muster",
    "has successfully completed the course",
    "MOOC 3: Teaching and Learning",
    "of the series Unlocking the power of teachers' digital competencies",
    "European School Education Platform",
    "Issued on 12 March 2026",
)
LABEL = (
    "eTwinning National Quality Label",
    "This certificate is awarded to",
    "Anna Muster",
    "for the eTwinning project Rivers of Europe",
    "Date of issue: 12 March 2026",
    "National Support Organisation",
    "This certificate can be used in the application for a digital competencies certificate.",
)


def place(index: int) -> tuple[int, int]:
    """Where line `index` begins, in points from the bottom left."""
    return 60, 760 - 50 * index


def shown(text: str, at: tuple[float, float], size: float = 14, before: str = "", render: int = 0) -> str:
    """The operators that write a text."""
    escaped = text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
    return f"q {before} BT /F {size} Tf {render} Tr {at[0]} {at[1]} Td ({escaped}) Tj ET Q\n"


def lines(texts: Sequence[str], *, without: Iterable[int] = ()) -> str:
    """The operators that write lines one below the other, all but some."""
    return "".join(shown(text, place(index)) for index, text in enumerate(texts) if index not in without)


def rectangle(at: tuple[float, float], size: tuple[float, float], colour: str = "1 1 1") -> str:
    """A filled rectangle."""
    return f"q {colour} rg {at[0]} {at[1]} {size[0]} {size[1]} re f Q\n"


def pdf(
    content: str | bytes,
    *,
    resources: str = "",
    page: str = "",
    catalogue: str = CATALOGUE,
    more: Sequence[str | bytes] = (),
    info: str = "",
    pack: bool = False,
    media: str = "0 0 595 842",
) -> bytes:
    """A PDF of one page; `more` are objects from number 6 on."""
    stream = content.encode("cp1252") if isinstance(content, str) else content
    filters = b""
    if pack:
        stream, filters = zlib.compress(stream, 9), b"/Filter/FlateDecode"
    objects: list[bytes] = [
        catalogue.encode(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{media}]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>{resources}>>{page}>>".encode(),
        b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(stream), filters, stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        *(entry.encode() if isinstance(entry, str) else entry for entry in more),
    ]
    return assembled(objects, info)


def assembled(objects: Sequence[bytes], info: str = "") -> bytes:
    """Number objects from 1 on and put a table and a trailer behind them."""
    body = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, entry in enumerate(objects, start=1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    body += b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, info.encode(), table)
    return bytes(body)


def course(**options: object) -> bytes:
    """The course certificate that fits every rule."""
    return pdf(lines(COURSE), **options)  # type: ignore[arg-type]


def stream(dictionary: str, content: bytes) -> bytes:
    """A stream object."""
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary.encode(), len(content), content)
