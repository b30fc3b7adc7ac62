"""For a P-256 signature that exists and another message: the key under which it fits (SEC 1, section 4.1.6).

So the vectors' unusual signatures come to stand in documents that the vectors' makers never saw.
"""

from __future__ import annotations

import hashlib
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey, EllipticCurvePublicNumbers

PRIME: Final = 2**256 - 2**224 + 2**192 + 2**96 - 1
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_B: Final = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_G: Final = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)
_Point = tuple[int, int] | None  # None is the neutral element


def recovered(r: int, s: int, message: bytes) -> EllipticCurvePublicKey | None:
    """Return a key that (r, s) is a signature of a message under; None if there is none."""
    if not (0 < r < ORDER and 0 < s < ORDER):
        return None
    # r is the x of a point modulo the order: for the smallest r there are two such x.
    point = _lifted(r) or (_lifted(r + ORDER) if r + ORDER < PRIME else None)
    if point is None:
        return None
    hashed = int.from_bytes(hashlib.sha256(message).digest(), "big")
    found = _times(pow(r, -1, ORDER), _sum(_times(s, point), _times(-hashed % ORDER, _G)))
    return None if found is None else EllipticCurvePublicNumbers(*found, SECP256R1()).public_key()


def _lifted(x: int) -> _Point:
    square = (x**3 - 3 * x + _B) % PRIME
    y = pow(square, (PRIME + 1) // 4, PRIME)
    return (x, y) if y * y % PRIME == square else None


def _sum(first: _Point, second: _Point) -> _Point:
    if first is None or second is None:
        return first or second
    (x1, y1), (x2, y2) = first, second
    if x1 == x2 and (y1 + y2) % PRIME == 0:
        return None
    slope = (3 * x1 * x1 - 3) * pow(2 * y1, -1, PRIME) if first == second else (y2 - y1) * pow(x2 - x1, -1, PRIME)
    x = (slope * slope - x1 - x2) % PRIME
    return x, (slope * (x1 - x) - y1) % PRIME


def _times(number: int, point: _Point) -> _Point:
    found: _Point = None
    while number:
        found = _sum(found, point) if number & 1 else found
        point, number = _sum(point, point), number >> 1
    return found
