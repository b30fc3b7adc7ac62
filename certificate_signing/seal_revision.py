"""A revision of a PDF that ends with a signature over all of it, first with room for the signature and then with it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from pikepdf import Object

from certificate_signing.pdf_increment import Increment

_RANGE_ROOM: Final = 40  # characters for the four numbers of /ByteRange
# Bytes kept for a timestamp. More than `seal_layout.MOST_UNUSED`, so that a seal which has lost its timestamp is told apart.
TOKEN_ROOM: Final = 8_192


@dataclass(frozen=True, slots=True)
class OpenSeal:
    """A whole file whose signature is still to be written: hexadecimal digits from `start` to `end`, angle brackets included."""

    content: bytes
    start: int
    end: int

    def digest(self) -> bytes:
        """Return the SHA-256 of all that the seal covers."""
        hashed = hashlib.sha256(memoryview(self.content)[: self.start])
        hashed.update(memoryview(self.content)[self.end :])
        return hashed.digest()

    def filled(self, cms: bytes) -> bytes:
        """Return the sealed file. Raises ValueError if the CMS is too long."""
        digits = cms.hex().upper().encode()
        room = self.end - self.start - 2
        if len(digits) > room:
            raise ValueError(f"a CMS of {len(cms)} bytes does not fit in {room // 2}")
        return b"".join((self.content[: self.start], b"<", digits.ljust(room, b"0"), b">", self.content[self.end :]))


def with_room(increment: Increment, signature: Object, entries: bytes, cms_bytes: int) -> OpenSeal:
    """Write the update with a signature dictionary of these entries, the ranges that it covers, and room for its CMS."""
    head, gap = b"<< " + entries + b" /ByteRange ", 2 * cms_bytes + 2
    text = head + b" " * _RANGE_ROOM + b" /Contents <" + b"0" * (gap - 2) + b"> >>"
    content, place = increment.written(signature, text)
    start = place + len(head) + _RANGE_ROOM + len(b" /Contents ")
    end = start + gap
    ranges = (b"[0 %d %d %d]" % (start, end, len(content) - end)).ljust(_RANGE_ROOM)
    place += len(head)
    return OpenSeal(content[:place] + ranges + content[place + _RANGE_ROOM :], start, end)
