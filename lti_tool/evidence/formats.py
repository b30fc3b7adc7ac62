"""What a file is, by its first bytes; its name and what the browser says of it do not count (threat U01)."""

from __future__ import annotations

from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
UNKNOWN: Final = "application/octet-stream"
TAKEN: Final = (PDF, PNG, JPEG)

_MAGIC: Final = (
    (b"%PDF-", PDF),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"PK\x03\x04", "application/zip"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"BM", "image/bmp"),
    (b"%!PS", "application/postscript"),
    (b"\xc5\xd0\xd3\xc6", "application/postscript"),
    (b"\xd0\xcf\x11\xe0", "application/msword"),
    (b"{\\rtf", "application/rtf"),
)


def media_type(content: bytes) -> str:
    """Return the media type that the content shows; ``text/html``, ``image/svg+xml`` or ``text/plain`` for writing."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content[4:8] == b"ftyp" or content[8:12] == b"WEBP":
        return _boxed(content)
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n\x00")
    if start.startswith(b"%PDF-"):
        return PDF
    return _writing(start)


def _boxed(content: bytes) -> str:
    if content[8:12] == b"WEBP":
        return "image/webp"
    return "image/heic" if content[8:12] in (b"heic", b"heix", b"mif1", b"hevc") else "video/mp4"


def _writing(start: bytes) -> str:
    lower = start[:512].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<script", b"<body")):
        return "text/html"
    if b"<svg" in lower:
        return "image/svg+xml"
    return "text/plain" if start and _is_text(start) else UNKNOWN


def is_polyglot(content: bytes) -> bool:
    """Tell a PDF that is something else as well: other bytes before its header, or an archive behind it."""
    before = content[: max(0, content.find(b"%PDF-"))]
    return bool(before.strip(b"\xef\xbb\xbf \t\r\n\x00")) or b"PK\x05\x06" in content[-70_000:]


def is_cut_off(content: bytes) -> bool:
    """Tell a PDF whose end is missing."""
    return b"%%EOF" not in content[-2048:]


def _is_text(start: bytes) -> bool:
    try:
        start[:900].decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        return error.start > 890
    return b"\x00" not in start
