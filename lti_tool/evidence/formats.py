"""What a file is, by its first bytes; its name and what the browser says of it do not count (threat U01)."""

from __future__ import annotations

import re
from typing import Final

PDF: Final = "application/pdf"
PNG: Final = "image/png"
JPEG: Final = "image/jpeg"
WEBP: Final = "image/webp"
UNKNOWN: Final = "application/octet-stream"
TAKEN: Final = (PDF, PNG, JPEG, WEBP)

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

# What other programs look for: archives and scripts found wherever they begin, a tar's and a CD's mark at their places, and the end
# of a ZIP or JAR, which lies within its longest comment of the end.
_ANYWHERE: Final = (b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07", b"__HALT_COMPILER();")
_AT: Final = ((257, b"ustar"), (32_769, b"CD001"))
_LONGEST_END: Final = 70_000
_MARKUP: Final = re.compile(rb"<(?:html|script|\?php|!doctype html)", re.IGNORECASE)
_BLANK: Final = b"\xef\xbb\xbf \t\r\n\x00\x1a"
# Some programs leave a word behind the end of a PDF.
_STRAY: Final = 8


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
        return WEBP
    return "image/heic" if content[8:12] in (b"heic", b"heix", b"mif1", b"hevc") else "video/mp4"


def _writing(start: bytes) -> str:
    lower = start[:512].lower()
    if lower.startswith((b"<!doctype html", b"<html", b"<script", b"<body")):
        return "text/html"
    if b"<svg" in lower:
        return "image/svg+xml"
    return "text/plain" if start and _is_text(start) else UNKNOWN


def is_polyglot(content: bytes) -> bool:
    """Tell a PDF or a picture that is something else as well, for another program: an archive, a page of HTML, a script, a disk."""
    if any(mark in content for mark in _ANYWHERE) or b"PK\x05\x06" in content[-_LONGEST_END:]:
        return True
    if any(content[at : at + len(mark)] == mark for at, mark in _AT):
        return True
    return _pdf_and_more(content) if media_type(content) == PDF else _picture_and_more(content)


def _pdf_and_more(content: bytes) -> bool:
    before, behind = content[: max(0, content.find(b"%PDF-"))], content[content.rfind(b"%%EOF") + 5 :]
    more_behind = b"%%EOF" in content and len(behind.strip(_BLANK)) > _STRAY
    return bool(before.strip(_BLANK)) or more_behind or _MARKUP.search(content[:1024]) is not None


def _picture_and_more(content: bytes) -> bool:
    return b"%PDF-" in content[:1024] or _MARKUP.search(content) is not None


def is_cut_off(content: bytes) -> bool:
    """Tell a PDF whose end is missing."""
    return b"%%EOF" not in content[-2048:]


def _is_text(start: bytes) -> bool:
    try:
        start[:900].decode("utf-8", errors="strict")
    except UnicodeDecodeError as error:
        return error.start > 890
    return b"\x00" not in start
