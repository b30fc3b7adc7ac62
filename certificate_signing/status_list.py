"""Bitstring Status List (W3C Recommendation v1.0): one bit a credential, the most significant bit of a byte first."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from certificate_signing.errors import StatusListWrong
from certificate_signing.instants import xsd_instant
from certificate_signing.multibase import base64url, from_base64url

SMALLEST: Final = 131_072  # entries; fewer would tell who looks up whom
LARGEST: Final = 16_777_216
CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"


class Purpose(StrEnum):
    """What a set bit says (section 2.2). A list has one purpose.

    `REVOCATION`: no longer to be relied on, for good. `REFRESH`: the issuer has issued a newer one in its place.
    """

    REVOCATION = "revocation"
    REFRESH = "refresh"


@dataclass(frozen=True, slots=True)
class StatusList:
    """The bits of a status list. Raises StatusListWrong for fewer than 131,072 or more than 16,777,216 entries."""

    bits: bytes

    def __post_init__(self) -> None:
        if not SMALLEST <= len(self) <= LARGEST:
            raise StatusListWrong(f"a list of {len(self)} entries")

    def __len__(self) -> int:
        return 8 * len(self.bits)

    @classmethod
    def empty(cls, entries: int = SMALLEST) -> StatusList:
        """Make a list in which nothing is set."""
        return cls(bytes(entries // 8))

    def with_set(self, indexes: Iterable[int]) -> StatusList:
        """Return a list in which these entries are set too. Raises StatusListWrong for an index outside."""
        bits = bytearray(self.bits)
        for index in indexes:
            byte, mask = self._place(index)
            bits[byte] |= mask
        return StatusList(bytes(bits))

    def is_set(self, index: int) -> bool:
        """Tell whether an entry is set. Raises StatusListWrong for an index outside."""
        byte, mask = self._place(index)
        return bool(self.bits[byte] & mask)

    def encoded(self) -> str:
        """Return the value of `encodedList`: gzip, then base64url as multibase. The same bits give the same text."""
        return base64url(gzip.compress(self.bits, mtime=0))

    def _place(self, index: int) -> tuple[int, int]:
        if not 0 <= index < len(self):
            raise StatusListWrong(f"index {index} lies outside a list of {len(self)} entries")
        return index // 8, 0x80 >> index % 8


def decode(encoded: str) -> StatusList:
    """Decode `encodedList`, inflating at most LARGEST entries. Raises StatusListWrong."""
    inflater = zlib.decompressobj(wbits=31)
    try:
        bits = inflater.decompress(from_base64url(encoded), LARGEST // 8 + 1)
    except (ValueError, zlib.error) as error:
        raise StatusListWrong(f"the encoded list can not be decoded: {error}") from None
    if not inflater.eof or inflater.unused_data:
        raise StatusListWrong("the encoded list is too long, cut off, or followed by something else")
    return StatusList(bits)


def status_list_credential(  # noqa: PLR0913 - what the credential states
    status: StatusList, *, address: str, issuer: str, valid_from: datetime, ttl: timedelta | None = None, purpose: Purpose = Purpose.REVOCATION
) -> dict[str, Any]:
    """Return the credential, not yet signed, that publishes a list at `address`; `ttl` is how long to cache it."""
    subject: dict[str, Any] = {
        "id": f"{address}#list",
        "type": "BitstringStatusList",
        "statusPurpose": purpose.value,
        "encodedList": status.encoded(),
    }
    if ttl is not None:
        subject["ttl"] = int(ttl.total_seconds() * 1000)
    return {
        "@context": [CONTEXT],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": issuer,
        "validFrom": xsd_instant(valid_from),
        "credentialSubject": subject,
    }


def status_entry(address: str, index: int) -> dict[str, str]:
    """Return the `credentialStatus` that points at one bit of the revocation list at `address`. The index is a string there."""
    return {
        "id": f"{address}#{index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": Purpose.REVOCATION.value,
        "statusListIndex": str(index),
        "statusListCredential": address,
    }
