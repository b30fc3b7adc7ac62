"""Reading and verifying an id_token (LTI 1.3 Security Framework 5.1.3). What may pass is fixed here, never by the token."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NoReturn

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from lti_tool.problem import Problem

# RSASSA-PKCS1-v1_5 with SHA-256 (RFC 7518, 3.3): the one algorithm that LTI's security framework has platforms sign with.
ALGORITHM: Final = "RS256"
REQUIRED: Final = ("exp", "iat", "iss", "aud", "nonce")
MOST_BYTES: Final = 100_000
MOST_HEADER: Final = 4_000
DEEPEST: Final = 24
# Seconds: tolerance for clocks in `exp`, how far ahead a platform's clock may run, how old a token may be.
LEEWAY: Final = 10
AHEAD: Final = 60
OLDEST: Final = 600

_PADDING: Final = PKCS1v15()
_HASH: Final = SHA256()


@dataclass(frozen=True, slots=True)
class Unverified:
    """A token that was taken apart and not yet verified: nothing in it may be believed."""

    text: str
    header: Mapping[str, Any]
    body: Mapping[str, Any]

    @property
    def kid(self) -> str:
        """The key id of the header; raises Problem("unknown-key") when there is none."""
        kid = self.header.get("kid")
        if not isinstance(kid, str) or not 0 < len(kid) <= 500:
            raise Problem("unknown-key")
        return kid

    @property
    def issuer(self) -> str:
        """The issuer that the token names; raises Problem("claim-missing") or Problem("claim-wrong")."""
        return required_text(self.body, "iss", 500)

    @property
    def client_id(self) -> str:
        """The client that the token is for: `azp` where there are several audiences, else the only audience."""
        audience = self.body.get("aud")
        listed = [audience] if isinstance(audience, str) else audience
        if not isinstance(listed, list) or not listed or not all(isinstance(one, str) and one for one in listed):
            raise Problem("audience-wrong")
        client_id = self.body.get("azp") if len(listed) > 1 else listed[0]
        if not isinstance(client_id, str) or not usable(client_id, 255):
            raise Problem("audience-wrong")
        return client_id


def take_apart(text: str) -> Unverified:
    """Split a token and read its two JSON parts.

    Raises Problem("token-missing"), Problem("token-too-large") or Problem("token-unreadable"); never anything else, whatever is sent.
    """
    if not text:
        raise Problem("token-missing")
    if len(text) > MOST_BYTES:
        raise Problem("token-too-large", most=MOST_BYTES // 1000)
    parts = text.split(".")
    if len(parts) != 3 or len(parts[0]) > MOST_HEADER:
        raise Problem("token-unreadable")
    header, payload = (_bytes(part) for part in parts[:2])
    read = _object(header)
    if "crit" in read:
        raise Problem("token-unreadable", note="crit")
    return Unverified(text, read, _object(payload))


def _bytes(part: str) -> bytes:
    try:
        return _decoded(part)
    except ValueError:
        raise Problem("token-unreadable") from None


def _decoded(part: str) -> bytes:
    """Return what a part of a token holds; raises ValueError for anything but base64url."""
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)


def _object(content: bytes) -> dict[str, Any]:
    try:
        found = json.loads(content, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise Problem("token-unreadable") from None
    if not isinstance(found, dict) or _depth(found) > DEEPEST:
        raise Problem("token-unreadable")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level and depth <= DEEPEST:
        depth += 1
        level = [inner for outer in level if isinstance(outer, dict | list) for inner in (outer.values() if isinstance(outer, dict) else outer)]
    return depth


def verify(token: Unverified, key: RSAPublicKey, *, issuer: str, client_id: str) -> Mapping[str, Any]:
    """Return the claims of a token whose signature, audience, issuer and authorised party are right; `check_times` does the rest.

    Raises Problem: bad-signature, audience-wrong or claim-missing.
    """
    _check_signature(token, key)
    claims = token.body
    for name in REQUIRED:
        if claims.get(name) is None:
            raise Problem("claim-missing", claim=name)
    audience = claims["aud"]
    if claims["iss"] != issuer or client_id not in ([audience] if isinstance(audience, str) else audience):
        raise Problem("audience-wrong")
    # OpenID Connect Core 3.1.3.7 (5): an authorised party, where there is one, must be us.
    if claims.get("azp", client_id) != client_id:
        raise Problem("audience-wrong", note="azp")
    return claims


def _check_signature(token: Unverified, key: RSAPublicKey) -> None:
    """Check an RS256 signature (RFC 7515, 5.2). What it covers is the very text that header and body were read from."""
    if token.header.get("alg") != ALGORITHM:
        raise Problem("bad-signature", note="alg")
    signed, _, signature = token.text.rpartition(".")
    try:
        key.verify(_decoded(signature), signed.encode("ascii"), _PADDING, _HASH)
    except (InvalidSignature, ValueError):
        raise Problem("bad-signature", note="signature") from None


def check_times(claims: Mapping[str, Any], now: datetime) -> None:
    """Check that a verified token holds at this moment; raises Problem: claim-wrong, or token-time with the seconds it is off."""
    present = now.timestamp()
    for name in ("exp", "iat", "nbf"):
        value = claims.get(name, present)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or not 0 < value < 1e11:
            raise Problem("claim-wrong", claim=name)
    if claims["exp"] + LEEWAY < present:
        raise _token_time("expired", claims["exp"], now)
    if claims["iat"] < present - OLDEST:
        raise _token_time("too old", claims["iat"], now)
    for name in ("iat", "nbf"):
        if claims.get(name, present) > present + AHEAD:
            raise _token_time(f"{name} in the future", claims[name], now)


def _token_time(note: str, instant: float, now: datetime) -> Problem:
    return Problem("token-time", note=note, seconds=round(abs(now.timestamp() - instant)), clock=f"{now:%Y-%m-%d %H:%M:%S} UTC")


def usable(text: str, most: int) -> bool:
    """Tell whether a text can be an identifier: not empty, not longer than `most`, nothing unprintable in it."""
    return 0 < len(text) <= most and text.isprintable()


def required_text(claims: Mapping[str, Any], name: str, most: int) -> str:
    """Return a claim that must be an identifier; raises Problem("claim-missing") or Problem("claim-wrong")."""
    value = claims.get(name)
    claim = name.rsplit("/", 1)[-1]
    if value is None or value == "":
        raise Problem("claim-missing", claim=claim)
    if not isinstance(value, str) or not usable(value, most):
        raise Problem("claim-wrong", claim=claim)
    return value
