"""What in a file claims to be ours, when the file itself can't be trusted or even parsed.

A file that bears a trace of us and fails is a forgery or a damaged certificate: not valid. A file without one has nothing to
do with us: we can't tell. Nothing here parses; bytes are searched, and streams inflated within limits.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from lti_tool.issuing.number import parse

_ADDRESS: Final = re.compile(rb"/c/([0-9A-Za-z-]{24,29})")
_STREAM: Final = re.compile(rb"stream\r?\n")
# Limits of the search: streams looked at, and bytes that one stream and all of them together may grow to.
_MOST_STREAMS: Final = 200
_STREAM_BYTES: Final = 1_000_000
_ALL_BYTES: Final = 8_000_000
# A certificate is looked for in pieces, so that one changed byte does not hide it.
_PIECE: Final = 48


@dataclass(frozen=True, slots=True)
class Traces:
    """What was found: numbers in addresses of our form (perhaps somebody else's), our own address, our seal's certificate."""

    numbers: tuple[str, ...]
    address: bool
    seal: bool

    def __bool__(self) -> bool:
        """Tell whether anything is surely ours; a number is only if the register knows it."""
        return self.address or self.seal


def find(content: bytes, base_url: str, seals: Sequence[x509.Certificate]) -> Traces:
    """Look for traces of us in any bytes."""
    numbers: list[str] = []
    address = False
    ours = f"{base_url}/c/".encode()
    for part in _parts(content):
        address = address or ours in part
        numbers += [number for match in _ADDRESS.findall(part) if (number := parse(match.decode()))]
    return Traces(tuple(dict.fromkeys(numbers)), address, any(_bears(content, seal) for seal in seals))


def decoded_jwt(content: bytes) -> bytes:
    """Return a JWT with whatever its parts hold, as far as they can be decoded at all: where to look for traces of us."""
    found = content
    for part in content.strip().split(b".")[:3]:
        try:
            found += b"\n" + base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
        except (ValueError, binascii.Error):
            continue
    return found


def _parts(content: bytes) -> Iterator[bytes]:
    yield content
    left = _ALL_BYTES
    for count, match in enumerate(_STREAM.finditer(content)):
        if count >= _MOST_STREAMS or left <= 0:
            return
        inflated = _inflated(content[match.end() : match.end() + _STREAM_BYTES], min(left, _STREAM_BYTES))
        left -= len(inflated)
        yield inflated


def _inflated(compressed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(compressed, most)
    except zlib.error:
        return b""


def _bears(content: bytes, seal: x509.Certificate) -> bool:
    der = seal.public_bytes(Encoding.DER)
    # The signature stands in the file as hexadecimal digits, in whichever case.
    lowered = content.lower()
    pieces = [der[start : start + _PIECE] for start in range(0, len(der) - _PIECE, _PIECE)]
    return any(piece.hex().encode() in lowered or piece in content for piece in pieces)
