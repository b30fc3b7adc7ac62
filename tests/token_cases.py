"""Offline tokens, genuine and wrong, for every checker of them: the library's and the page's."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificate_signing.cose_sign1 import Signer, key_id, sign1
from certificate_signing.key_types import CredentialKey
from certificate_signing.offline_token import TokenClaims, TokenKey, sign_token


@dataclass(frozen=True)
class Impostor:
    """One key that signs under the name of another."""

    key: CredentialKey
    public_bytes: bytes

    def sign(self, data: bytes) -> bytes:
        return self.key.sign(data)


KEY, STOLEN, STRANGER = (CredentialKey.of(Ed25519PrivateKey.from_private_bytes(seed)) for seed in (bytes(range(32)), b"\x07" * 32, b"\x09" * 32))
KID = key_id(KEY.public_bytes)
CREATED, RETIRED = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
KEYS = {
    KID: TokenKey(KEY.public_bytes, CREATED, RETIRED),
    key_id(STOLEN.public_bytes): TokenKey(STOLEN.public_bytes, CREATED, RETIRED, compromised=True),
}
CLAIMS = TokenClaims(bytes(range(1, 16)), "Þóra Guðmundsdóttir", "Digital competencies for educators", "B2", date(2026, 11, 21), 94_567)
ENDING = TokenClaims(
    bytes(range(1, 16)),
    "Ελένη",
    "Digital",
    "",
    date(2026, 11, 21),
    0,
    date(2028, 11, 21),
    datetime(2028, 11, 21, 23, tzinfo=UTC),
    frozenset({"award"}),
)
GENUINE = sign_token(CLAIMS, KEY)
ORDER = 2**252 + 27742317777372353535851937790883648493

Payload = dict[Any, Any]


def signed(payload: object, key: Signer = KEY) -> bytes:
    """Sign whatever there is, as our key would."""
    return sign1(payload if isinstance(payload, bytes) else cbor2.dumps(payload, canonical=True), key)


def payload(**changes: object) -> Payload:
    """The payload of the genuine token with fields of its inner map changed; `...` leaves one out."""
    said: Payload = {1: CLAIMS.holder, 2: CLAIMS.award, 3: CLAIMS.level, 4: 20778, 5: CLAIMS.status_index}
    outer: Payload = {7: CLAIMS.number, -65537: said}
    for name, value in changes.items():
        place, label = (outer, int(name[1:])) if name.startswith("o") else (said, int(name[1:]))
        place[label] = value
        if value is ...:
            del place[label]
    return outer


def parts(token: bytes = GENUINE) -> list[Any]:
    """The four parts of a token."""
    return list(cbor2.loads(token).value)


def joined(value: list[Any], tag: int = 18) -> bytes:
    """Put parts together again."""
    return cbor2.dumps(cbor2.CBORTag(tag, value), canonical=True)


def with_part(place: int, value: object) -> bytes:
    """The genuine token with one of its four parts replaced."""
    changed = parts()
    changed[place] = value
    return joined(changed)


def headed(header: object) -> bytes:
    """A token with another protected header, rightly signed over it."""
    protected = cbor2.dumps(header, canonical=True)
    body = parts()[2]
    return joined([protected, {}, body, KEY.sign(cbor2.dumps(["Signature1", protected, b"", body], canonical=True))])


def signature(change: Callable[[bytes], bytes]) -> bytes:
    """The genuine token with its signature changed."""
    return with_part(3, change(parts()[3]))


def _malleable(found: bytes) -> bytes:
    scalar = int.from_bytes(found[32:], "little") + ORDER
    return found[:32] + scalar.to_bytes(32, "little")


def _longer_integer(token: bytes) -> bytes:
    """The same meaning in more bytes: the length of the signature in two bytes instead of one."""
    at = len(token) - 66
    assert token[at : at + 2] == b"\x58\x40"
    return token[:at] + b"\x59\x00\x40" + token[at + 2 :]


def _indefinite(token: bytes) -> bytes:
    return token[:1] + b"\x9f" + token[2:] + b"\xff"


def _twice(body: bytes) -> bytes:
    """A map in which the number stands twice."""
    assert body[0] == 0xA2
    return b"\xa3" + body[1:18] + body[1:]


UNREADABLE = "token-unreadable"
ALTERED = "token-altered"
CASES: dict[str, tuple[bytes, str]] = {
    "genuine": (GENUINE, ""),
    "genuine, with an end, shortened": (sign_token(ENDING, KEY), ""),
    "genuine, on the first day of the key": (signed(payload(i4=20454)), ""),
    "nothing": (b"", UNREADABLE),
    "a zero": (b"\0", UNREADABLE),
    "no tag": (cbor2.dumps(parts(), canonical=True), UNREADABLE),
    "another tag": (joined(parts(), 98), UNREADABLE),
    "tagged as a CWT around": (cbor2.dumps(cbor2.CBORTag(61, cbor2.CBORTag(18, parts())), canonical=True), UNREADABLE),
    "three parts": (joined(parts()[:3]), UNREADABLE),
    "five parts": (joined([*parts(), b""]), UNREADABLE),
    "something behind": (GENUINE + b"\0", UNREADABLE),
    "cut": (GENUINE[:-1], UNREADABLE),
    "cut in the middle": (GENUINE[:90], UNREADABLE),
    "doubled": (GENUINE + GENUINE, UNREADABLE),
    "too long": (signed(payload(i1="x" * 290, i2="y" * 290)), UNREADABLE),
    "a longer way to say a length": (_longer_integer(GENUINE), UNREADABLE),
    "an array without a length": (_indefinite(GENUINE), UNREADABLE),
    "deep": (b"\xd2" + b"\x81" * 400 + b"\x80", UNREADABLE),
    "a length beyond the end": (b"\xd2\x84\x5b\xff\xff\xff\xff\xff\xff\xff\xff", UNREADABLE),
    "an unprotected header": (with_part(1, {4: KID}), UNREADABLE),
    "a critical header": (headed({1: -8, 2: [4], 4: KID}), UNREADABLE),
    "an unknown header": (headed({1: -8, 4: KID, 99: 1}), UNREADABLE),
    "no key named": (headed({1: -8}), UNREADABLE),
    "the key's name too long": (headed({1: -8, 4: KID + b"\0"}), UNREADABLE),
    "the key's name as text": (headed({1: -8, 4: "key-1234"}), UNREADABLE),
    "another algorithm": (headed({1: -7, 4: KID}), UNREADABLE),
    "no algorithm": (headed({4: KID}), UNREADABLE),
    "a MAC's algorithm": (headed({1: 5, 4: KID}), UNREADABLE),
    "typed as a status list": (headed({1: -8, 4: KID, 16: "application/statuslist+cwt"}), UNREADABLE),
    "the header is no map": (headed([1, -8]), UNREADABLE),
    "the header is empty": (with_part(0, b""), UNREADABLE),
    "no payload": (with_part(2, None), UNREADABLE),
    "the payload as text": (with_part(2, "x"), UNREADABLE),
    "a short signature": (signature(lambda found: found[:63]), UNREADABLE),
    "a long signature": (signature(lambda found: found + b"\0"), UNREADABLE),
    "no signature": (with_part(3, b""), UNREADABLE),
    "the payload is no map": (signed([1, 2]), UNREADABLE),
    "the payload is empty": (signed({}), UNREADABLE),
    "a key twice": (signed(_twice(parts()[2])), UNREADABLE),
    "a number as a truth": (signed(payload(i5=True)), UNREADABLE),
    "a floating number": (signed(payload(i5=1.0)), UNREADABLE),
    "a negative index": (signed(payload(i5=-1)), UNREADABLE),
    "an index out of all bounds": (signed(payload(i5=2**32)), UNREADABLE),
    "a great number": (signed(payload(i5=2**70)), UNREADABLE),
    "an index as text": (signed(payload(i5="94567")), UNREADABLE),
    "no holder": (signed(payload(i1=...)), UNREADABLE),
    "an empty holder": (signed(payload(i1="")), UNREADABLE),
    "the holder as bytes": (signed(payload(i1=b"Anna")), UNREADABLE),
    "a holder over two lines": (signed(payload(i1="Anna\nBerta")), UNREADABLE),
    "a holder too long": (signed(payload(i1="x" * 301)), UNREADABLE),
    "no award": (signed(payload(i2=...)), UNREADABLE),
    "an empty level": (signed(payload(i3="")), UNREADABLE),
    "no day of issue": (signed(payload(i4=...)), UNREADABLE),
    "no index": (signed(payload(i5=...)), UNREADABLE),
    "a last day without an end": (signed(payload(i6=21000)), UNREADABLE),
    "an end without a last day": (signed(payload(o4=1_900_000_000)), UNREADABLE),
    "an unknown field": (signed(payload(i9=1)), UNREADABLE),
    "an unknown claim": (signed(payload(o1="https://elsewhere.example")), UNREADABLE),
    "shortened, but nothing": (signed(payload(i7=[])), UNREADABLE),
    "shortened, unknown": (signed(payload(i7=[5])), UNREADABLE),
    "shortened, twice": (signed(payload(i7=[1, 1])), UNREADABLE),
    "a short number": (signed(payload(o7=b"\1\2\3")), UNREADABLE),
    "a number as text": (signed(payload(o7="7QK3M9ZVXH2C8R4TBWND5YAS")), UNREADABLE),
    "a stranger's key": (signed(payload(), STRANGER), "key-unknown"),
    "a stranger's key under our name": (signed(payload(), Impostor(STRANGER, KEY.public_bytes)), ALTERED),
    "another name": (with_part(2, cbor2.dumps(payload(i1="Anna Muster"), canonical=True)), ALTERED),
    "another level": (with_part(2, cbor2.dumps(payload(i3="C1"), canonical=True)), ALTERED),
    "another index": (with_part(2, cbor2.dumps(payload(i5=1), canonical=True)), ALTERED),
    "a signature of zeros": (signature(lambda _: bytes(64)), ALTERED),
    "a signature of ones": (signature(lambda _: b"\xff" * 64), ALTERED),
    "the first bit turned": (signature(lambda found: bytes([found[0] ^ 0x80]) + found[1:]), ALTERED),
    "the last bit turned": (signature(lambda found: found[:-1] + bytes([found[-1] ^ 1])), ALTERED),
    "the scalar plus the group's order": (signature(_malleable), ALTERED),
    "halves exchanged": (signature(lambda found: found[32:] + found[:32]), ALTERED),
    "R is the neutral element, s is zero": (signature(lambda _: b"\1" + bytes(63)), ALTERED),
    "R of small order": (
        signature(lambda found: bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a") + found[32:]),
        ALTERED,
    ),
    "R not canonical": (
        signature(lambda found: bytes.fromhex("edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f") + found[32:]),
        ALTERED,
    ),
    "a stolen key": (signed(payload(), STOLEN), "key-compromised"),
    "a stolen key, altered": (signed(payload(), Impostor(STRANGER, STOLEN.public_bytes)), ALTERED),
    "before the key was made": (signed(payload(i4=20400)), "key-out-of-time"),
    "after the key was retired": (signed(payload(i4=20822)), "key-out-of-time"),
}
