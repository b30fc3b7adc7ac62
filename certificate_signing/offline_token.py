"""The token behind the `#` of a QR code: what the paper says, signed, small enough to be printed (CWT, RFC 8392).

A COSE_Sign1 by the credential key. Its claims are those of a CWT where there are such (`cti`, `exp`), the rest lies in one claim
of our own, as short integers. It never leaves the phone that scans it, and needs no network to be checked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from certificate_signing.cose_sign1 import CoseWrong, Signed, Signer, decoded, deterministic, read, sign1

LARGEST: Final = 512  # bytes of a token; what fits into a code on paper is smaller
LONGEST: Final = {"holder": 300, "award": 300, "level": 40}  # bytes in UTF-8
_EXPIRES, _NUMBER, _SAID = 4, 7, -65537
_HOLDER, _AWARD, _LEVEL, _ISSUED, _INDEX, _LAST, _CUT = range(1, 8)
_LABELS: Final = {"holder": _HOLDER, "award": _AWARD}
_FIRST: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class TokenClaims:
    """What a token says.

    `number` are the bytes that stand for the certificate's number; `last_day` the last day on which it counts and `ends_at` the
    instant after it, both or neither; `shortened` names those of ``holder`` and ``award`` of which only the beginning is said.
    """

    number: bytes
    holder: str
    award: str
    level: str
    issued_on: date
    status_index: int
    last_day: date | None = None
    ends_at: datetime | None = None
    shortened: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class TokenKey:
    """A public Ed25519 key, 32 bytes, and from when to when it signed. What a compromised key signed proves nothing by itself."""

    public: bytes
    created: datetime
    retired: datetime | None = None
    compromised: bool = False


@dataclass(frozen=True, slots=True)
class TokenCheck:
    """What a check of a token found; `claims` only if its signature is right, `code` "" if everything is.

    Codes, in the order of the steps: ``token-unreadable``, ``key-unknown``, ``token-altered``, ``key-compromised``,
    ``key-out-of-time``.
    """

    code: str
    claims: TokenClaims | None = None

    @property
    def ok(self) -> bool:
        """Tell whether every step held."""
        return not self.code


def sign_token(claims: TokenClaims, key: Signer) -> bytes:
    """Return the token. The same claims and key give the same bytes. Raises ValueError for claims that no check would take."""
    payload = _encoded(claims)
    if _claims(payload) != claims:
        raise ValueError("claims that can not be read back")
    return sign1(payload, key)


def check_token(token: bytes, keys: Mapping[bytes, TokenKey]) -> TokenCheck:
    """Check a token by the issuer's keys, key id → key. Never raises; asks no clock and no network.

    Whether it still counts is for the caller to see: by `ends_at`, and by the status list at `status_index`.
    """
    try:
        signed = read(token, LARGEST)  # 1
        claims = _claims(signed.payload)
    except (CoseWrong, ValueError, TypeError, OverflowError):
        return TokenCheck("token-unreadable")
    return _checked(signed, claims, keys.get(signed.key_id))


def _checked(signed: Signed, claims: TokenClaims, key: TokenKey | None) -> TokenCheck:
    if key is None:  # 2
        return TokenCheck("key-unknown")
    if not signed.holds(key.public):  # 3
        return TokenCheck("token-altered")
    if key.compromised:  # 4
        return TokenCheck("key-compromised", claims)
    if not _in_time(claims.issued_on, key):
        return TokenCheck("key-out-of-time", claims)
    return TokenCheck("", claims)


def _in_time(issued_on: date, key: TokenKey) -> bool:
    # The day of issue is one of the scheme's time zone, the key's times are instants: they may be a day apart. And a certificate
    # that was prepared under one key may be signed under the next.
    day = timedelta(days=1)
    return key.created.date() - day <= issued_on and (key.retired is None or issued_on <= key.retired.date() + day)


def _encoded(claims: TokenClaims) -> bytes:
    said: dict[int, Any] = {
        _HOLDER: claims.holder,
        _AWARD: claims.award,
        _ISSUED: (claims.issued_on - _FIRST).days,
        _INDEX: claims.status_index,
    }
    if claims.level:
        said[_LEVEL] = claims.level
    if claims.shortened:
        said[_CUT] = sorted(_LABELS[name] for name in claims.shortened)
    outer: dict[int, Any] = {_NUMBER: claims.number, _SAID: said}
    if claims.last_day is not None and claims.ends_at is not None:
        said[_LAST] = (claims.last_day - _FIRST).days
        outer[_EXPIRES] = int(claims.ends_at.timestamp())
    return deterministic(outer)


def _claims(payload: bytes) -> TokenClaims:
    """Read claims. Raises ValueError, TypeError or OverflowError for any that are missing, unknown, too long or of another type."""
    outer = _mapping(decoded(payload), {_NUMBER, _SAID}, {_EXPIRES})
    said = _mapping(outer[_SAID], {_HOLDER, _AWARD, _ISSUED, _INDEX}, {_LEVEL, _LAST, _CUT})
    if (_EXPIRES in outer) != (_LAST in said):
        raise ValueError("an end without its day, or a day without its end")
    number = outer[_NUMBER]
    if not isinstance(number, bytes) or not 8 <= len(number) <= 32:
        raise ValueError("no number")
    return TokenClaims(
        number=number,
        holder=_text(said[_HOLDER], "holder"),
        award=_text(said[_AWARD], "award"),
        level=_text(said[_LEVEL], "level") if _LEVEL in said else "",
        issued_on=_FIRST + timedelta(days=_whole(said[_ISSUED])),
        status_index=_whole(said[_INDEX]),
        last_day=_FIRST + timedelta(days=_whole(said[_LAST])) if _LAST in said else None,
        ends_at=datetime.fromtimestamp(_whole(outer[_EXPIRES]), UTC) if _EXPIRES in outer else None,
        shortened=_shortened(said[_CUT]) if _CUT in said else frozenset(),
    )


def _mapping(value: object, needed: set[int], optional: set[int]) -> dict[int, Any]:
    if not isinstance(value, dict) or not needed <= set(value) <= needed | optional or any(type(name) is not int for name in value):
        raise ValueError("claims missing or unknown")
    return value


def _text(value: object, name: str) -> str:
    if not isinstance(value, str) or not 0 < len(value.encode()) <= LONGEST[name]:
        raise ValueError(f"no {name}")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in value):
        raise ValueError(f"control characters in {name}")
    return value


def _whole(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**32:
        raise ValueError("no whole number")
    return value


def _shortened(value: object) -> frozenset[str]:
    found = frozenset(name for name, label in _LABELS.items() if isinstance(value, list) and label in value)
    if not found or value != sorted(_LABELS[name] for name in found):
        raise ValueError("no list of what is shortened")
    return found
