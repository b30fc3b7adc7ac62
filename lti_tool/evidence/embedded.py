"""Credentials inside a document: attached to a PDF, or baked into a PNG (Open Badges 3.0, section 5.3). Bytes only, not yet believed."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Final

import pypdfium2 as pdfium

from lti_tool.evidence.formats import PNG, media_type

MOST: Final = 6
LARGEST: Final = 1_000_000  # bytes of one credential
_KEYWORD: Final = b"openbadgecredential"
_MOST_CHUNKS: Final = 2000
_SIGNATURE: Final = 8


def attached(pdf: pdfium.PdfDocument) -> list[bytes]:
    """Return the attachments of a PDF that look like credentials: JSON that speaks of one, or a compact JWT."""
    found = []
    for index in range(min(pdf.count_attachments(), 50)):
        try:
            content = bytes(pdf.get_attachment(index).get_data())
        except pdfium.PdfiumError:
            continue
        if len(content) <= LARGEST and looks_like_credential(content):
            found.append(content)
    return found[:MOST]


def baked(content: bytes) -> list[bytes]:
    """Return the credential that is baked into a PNG, if there is one; of several none is believed, so all are returned."""
    if media_type(content) != PNG or _KEYWORD not in content:
        return []
    return [text for text in _texts(content) if text][:MOST]


def looks_like_credential(content: bytes) -> bool:
    """Tell JSON that says it is a verifiable credential, or three parts of base64url."""
    start = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return b"VerifiableCredential" in content or b"OpenBadgeCredential" in content
    return start.startswith(b"eyJ") and start.count(b".") == 2


def _texts(content: bytes) -> Iterator[bytes]:
    at = _SIGNATURE
    for _ in range(_MOST_CHUNKS):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        if len(kind) < 4 or kind == b"IEND":
            return
        data = content[at + 8 : at + 8 + length]
        if kind == b"iTXt" and data.startswith(_KEYWORD + b"\0"):
            yield _text(data[len(_KEYWORD) + 1 :])
        at += length + 12


def _text(data: bytes) -> bytes:
    """Return the text of an iTXt chunk behind its keyword (PNG, section 11.3.3.4); empty if there is none, or too much of it."""
    compressed, rest = data[:1] == b"\x01", data[2:].split(b"\0", 2)
    if len(rest) != 3:
        return b""
    if not compressed:
        return rest[2] if len(rest[2]) <= LARGEST else b""
    try:
        inflating = zlib.decompressobj()
        text = inflating.decompress(rest[2], LARGEST)
    except zlib.error:
        return b""
    return text if inflating.eof else b""
