"""What an upload is, decided by its content, and what its name is good for: being shown."""

from __future__ import annotations

import unicodedata
from typing import Final

from lti_tool.evidence import formats
from lti_tool.problem import Problem

# Bidirectional controls and invisible marks that make a name look like another (Unicode category Cf covers them all).
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NAME_BYTES: Final = 255


def taken_type(content: bytes) -> str:
    """Return the media type that the content shows, one of those that are taken. Raises Problem("file-type")."""
    found = formats.media_type(content)
    if found not in formats.TAKEN:
        raise Problem("file-type")
    return found


def check_size(content: bytes, most_mib: int) -> None:
    """Raise Problem("file-empty") or Problem("file-too-large") for sizes that are not taken."""
    check_length(len(content), most_mib)


def check_length(size: int, most_mib: int) -> None:
    """Do the same for a file that is still to come."""
    if size < 1:
        raise Problem("file-empty")
    if size > most_mib * 1024 * 1024:
        raise Problem("file-too-large", limit=most_mib)


def clean_name(name: str) -> str:
    """Return a file name that is safe to show: NFC, no path, no control or invisible characters, at most 255 bytes of UTF-8.

    It is never a storage key. An empty result becomes ``document``.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    visible = "".join(character for character in last if unicodedata.category(character) not in _INVISIBLE)
    visible = " ".join(visible.split()).strip(". ")
    return _shortened(visible) or "document"


def _shortened(name: str) -> str:
    # The end says what kind of file it is, so the middle goes.
    if len(name.encode()) <= _NAME_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"…{dot}{ending}" if dot and len(ending) <= 8 else "…"
    head = (stem or name).encode()[: _NAME_BYTES - len(tail.encode())].decode(errors="ignore")
    return head + tail
