"""The status of every certificate in one small signed list: a Token Status List as a CWT (draft-ietf-oauth-status-list, section 5.2).

The Bitstring Status List says the same to wallets; this one a page can verify with the few lines that verify an offline token. Two
bits a certificate, the least significant bits of a byte first, compressed with zlib.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from certificate_signing.cose_sign1 import CoseWrong, Signer, decoded, deterministic, read, sign1

MEDIA_TYPE: Final = "application/statuslist+cwt"
# Status types (section 7.1): a replaced certificate is our application's own.
VALID, REVOKED, REPLACED = 0, 1, 3
LARGEST: Final = 4_000_000  # bytes; ten thousand revoked of a million are some twenty thousand
MOST_ENTRIES: Final = 16_777_216
_SUBJECT, _ISSUED, _STATUS_LIST, _TTL = 2, 6, 65533, 65534
_BITS: Final = 2
_IN_A_BYTE: Final = 8 // _BITS


@dataclass(frozen=True, slots=True)
class StatusToken:
    """A list: at which address it is published, of when it is (to the second), and the statuses as `packed` packs them."""

    address: str
    issued_at: datetime
    packed: bytes

    def __len__(self) -> int:
        return len(self.packed) * _IN_A_BYTE

    def status(self, index: int) -> int:
        """Return the status at an index. Raises IndexError for one outside of the list."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        return self.packed[index // _IN_A_BYTE] >> index % _IN_A_BYTE * _BITS & 0b11


def packed(statuses: Mapping[int, int], size: int) -> bytes:
    """Return the statuses of `size` certificates, of which those that `statuses` does not name are valid. Raises IndexError."""
    content = bytearray(size // _IN_A_BYTE)
    for index, status in statuses.items():
        if not 0 <= index < size:
            raise IndexError(index)
        content[index // _IN_A_BYTE] |= status << index % _IN_A_BYTE * _BITS
    return bytes(content)


def sign_status(status: StatusToken, ttl: timedelta, key: Signer) -> bytes:
    """Return the signed list; `ttl` is how long others may keep it where there is a network."""
    claims: dict[int, Any] = {
        _SUBJECT: status.address,
        _ISSUED: int(status.issued_at.timestamp()),
        _STATUS_LIST: {"bits": _BITS, "lst": zlib.compress(status.packed, 9)},
        _TTL: int(ttl.total_seconds()),
    }
    return sign1(deterministic(claims), key, media_type=MEDIA_TYPE)


def read_status(content: bytes, keys: Mapping[bytes, bytes]) -> StatusToken:
    """Verify a list by the trusted keys, key id → 32 public bytes. Raises CoseWrong for any that is not as `sign_status` makes it."""
    signed = read(content, LARGEST, media_type=MEDIA_TYPE)
    if signed.key_id not in keys or not signed.holds(keys[signed.key_id]):
        raise CoseWrong("not signed by a trusted key")
    claims = decoded(signed.payload)
    if not isinstance(claims, dict) or set(claims) != {_SUBJECT, _ISSUED, _STATUS_LIST, _TTL}:
        raise CoseWrong("claims missing or unknown")
    listed, issued = claims[_STATUS_LIST], claims[_ISSUED]
    if not isinstance(listed, dict) or set(listed) != {"bits", "lst"} or listed["bits"] != _BITS:
        raise CoseWrong("no list of two bits an entry")
    if not isinstance(claims[_SUBJECT], str) or type(issued) is not int or not 0 <= issued < 2**32:
        raise CoseWrong("no address, or no instant")
    return StatusToken(claims[_SUBJECT], datetime.fromtimestamp(issued, UTC), _inflated(listed["lst"]))


def _inflated(compressed: object) -> bytes:
    inflater = zlib.decompressobj()
    most = MOST_ENTRIES // _IN_A_BYTE
    try:
        packed = inflater.decompress(compressed, most + 1)  # type: ignore[arg-type]  # what is no bytes raises TypeError
    except (zlib.error, TypeError) as error:
        raise CoseWrong(f"the list can not be inflated: {error}") from None
    if not inflater.eof or inflater.unused_data or not 0 < len(packed) <= most:
        raise CoseWrong("the list is too long, cut off, or followed by something else")
    return packed
