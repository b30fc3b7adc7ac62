"""Where the one seal lies in a PDF's bytes, found without trusting anything that the PDF says of itself."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import Final

_NAME: Final = b"/ByteRange"
_RANGE: Final = re.compile(rb"/ByteRange\s*\[\s*(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s+(\d{1,10})\s*\]")
_HEX: Final = re.compile(rb"<[0-9A-F]{64,200000}>")  # capitals, as we write them: the other case would be other bytes
# Bytes of room that a seal without a timestamp leaves at most: more were kept for a timestamp that has been taken out.
MOST_UNUSED: Final = 2048
_END: Final = re.compile(rb"startxref\s+\d{1,10}\s+%%EOF\r?\n?\Z")


class LayoutWrong(Exception):
    """The bytes are not laid out as our seals are; `args[0]` is a code of `pdf_check`."""


@dataclass(frozen=True, slots=True)
class SealLayout:
    """The signed bytes are all but those from `start` to `end`, which hold the CMS between angle brackets."""

    start: int
    end: int
    cms: bytes

    @property
    def unused(self) -> int:
        """The bytes that were kept for the CMS and that it does not take."""
        return (self.end - self.start - 2) // 2 - len(self.cms)

    def digest(self, pdf: bytes) -> bytes:
        """Return the SHA-256 of the signed bytes."""
        hashed = hashlib.sha256(memoryview(pdf)[: self.start])
        hashed.update(memoryview(pdf)[self.end :])
        return hashed.digest()


def find_seal(pdf: bytes) -> SealLayout:
    """Find the one seal and make sure that it covers the whole file. Raises LayoutWrong.

    Codes: ``no-seal``, ``more-than-one-seal``, ``seal-broken`` (no four plain numbers, no hex string where they point),
    ``changed-after-sealing`` (the ranges do not reach from the first byte to the last, or do not fit the seal).
    """
    count = pdf.count(_NAME)
    if count != 1:
        raise LayoutWrong("more-than-one-seal" if count else "no-seal")
    found = _RANGE.search(pdf)
    if found is None:
        raise LayoutWrong("seal-broken")
    first, length, second, rest = (int(number) for number in found.groups())
    if first != 0 or second + rest != len(pdf) or not _END.search(pdf[-64:]):
        raise LayoutWrong("changed-after-sealing")
    if not length < second or length < found.end() <= second:
        # The ranges meet, or their own numbers lie in the one part that is not signed.
        raise LayoutWrong("changed-after-sealing")
    return SealLayout(length, second, signature_in(pdf[length:second]))


def signature_in(gap: bytes) -> bytes:
    """Return the DER value in a hexadecimal string, which may be followed by zeros alone. Raises LayoutWrong("seal-broken")."""
    if not _HEX.fullmatch(gap) or len(gap) % 2:
        raise LayoutWrong("seal-broken")
    padded = bytes.fromhex(gap[1:-1].decode())
    size = _der_length(padded)
    if not 0 < size <= len(padded) or padded[size:].strip(b"\0"):
        raise LayoutWrong("seal-broken")
    return padded[:size]


def _der_length(content: bytes) -> int:
    """Return the length of the DER value at the start, its header included; 0 if it is no sequence of a known length."""
    if content[0] != 0x30 or content[1] & 0x80 == 0:
        return 0
    digits = content[1] & 0x7F
    if not 1 <= digits <= 3:
        return 0
    return 2 + digits + int.from_bytes(content[2 : 2 + digits], "big")
