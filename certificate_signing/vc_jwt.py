"""Credentials as JWTs (Open Badges 3.0, section 8.2; W3C Securing Verifiable Credentials using JOSE and COSE, section 3.1).

The payload is the credential itself, beside the registered claims that mirror it; the header names one key by the address of
its public JWK.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from certificate_signing.canonical import CONTEXTS, canonical
from certificate_signing.canonical_template import Path, canonical_by_template
from certificate_signing.credential_text import LARGEST, read_object, refuse_wild
from certificate_signing.errors import CredentialLossy, CredentialUnreadable
from certificate_signing.key_types import JwtKey
from certificate_signing.signatures import p256_sha256_fits

ALGORITHM: Final = "ES256"
# Open Badges 3.0 allows no other type, and no header that is not named here.
_HEADER: Final = {"alg": ALGORITHM, "typ": "JWT"}
_REGISTERED: Final = ("iss", "jti", "sub", "nbf", "exp")
# Claims that the contexts know too, and that we never make.
_OTHERS: Final = frozenset({"aud", "iat", "cnf"})


@dataclass(frozen=True, slots=True)
class JwtCheck:
    """What a check of a JWT found; `document` is the credential in it, without the claims, trusted only if `ok`.

    Codes: ``jwt-unreadable`` (no compact JWS, or its parts are not strict JSON), ``header-unknown`` (another algorithm, type
    or header), ``method-unknown`` (no key of ours), ``content-changed``, ``issuer-differs``, ``claims-differ`` (they do not
    mirror the credential), ``context-unknown``, ``credential-unreadable``, ``terms-lost``, ``cannot-be-verified``.
    """

    ok: bool
    codes: tuple[str, ...] = ()
    key_id: str | None = None
    document: Mapping[str, Any] | None = None


class _Refused(Exception):
    """Ends a check with a code."""


def sign_jwt(document: Mapping[str, Any], key: JwtKey, kid: str, *, varying: tuple[Path, ...] = ()) -> str:
    """Return the credential, without an embedded proof, as a compact JWT; `kid` is the address of the key's JWK.

    The credential needs an `id` and one subject with an `id`. Raises CredentialLossy if anything in it would mean nothing to
    readers of JSON-LD, as `add_proof` does; `varying` is as there.
    """
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    if varying:
        canonical_by_template(unsigned, varying)
    else:
        canonical(unsigned)
    payload = {**unsigned, **_claims(unsigned)}
    signed = ".".join(_encoded(part) for part in ({**_HEADER, "kid": kid}, payload))
    return f"{signed}.{_base64url(key.sign(signed.encode()))}"


def check_jwt(token: bytes, keys: Mapping[str, EllipticCurvePublicKey], issuer: str) -> JwtCheck:
    """Check a compact JWT; `keys` are the trusted ones, address of the JWK → public key, all of `issuer` (its DID). Never raises."""
    kid = document = None
    try:
        header, payload = _parts(token)
        kid = _known_key(header, keys)
        _refuse_unsigned(token, keys[kid])
        document = _mirrored(payload, issuer)
        _refuse_foreign(document)
        canonical(document)
    except _Refused as refused:
        return JwtCheck(False, (str(refused),), kid, document)
    except CredentialUnreadable:
        return JwtCheck(False, ("credential-unreadable",), kid, document)
    except CredentialLossy:
        return JwtCheck(False, ("terms-lost",), kid, document)
    except Exception:
        return JwtCheck(False, ("cannot-be-verified",), kid, document)
    return JwtCheck(True, (), kid, document)


def looks_like_jwt(content: bytes) -> bool:
    """Tell whether bytes may be a compact JWS: three parts, of which the first begins as every JSON object does in base64url."""
    return content.strip().startswith(b"eyJ") and content.count(b".") == 2


def _parts(token: bytes) -> tuple[dict[str, Any], dict[str, Any]]:
    """Take step 1: three parts in strict base64url, of which two are strict JSON objects."""
    parts = token.strip().split(b".")
    if len(token) > 2 * LARGEST or len(parts) != 3:
        raise _Refused("jwt-unreadable")
    try:
        header, payload, _ = (_decoded(part) for part in parts)
        return read_object(header), read_object(payload)
    except (ValueError, CredentialUnreadable):
        raise _Refused("jwt-unreadable") from None


def _known_key(header: Mapping[str, Any], keys: Mapping[str, EllipticCurvePublicKey]) -> str:
    """Take step 2: exactly the headers that we write, and a key of ours. What the header says never chooses how to check."""
    if set(header) != {*_HEADER, "kid"} or any(header[name] != value for name, value in _HEADER.items()):
        raise _Refused("header-unknown")
    kid = header["kid"]
    if not isinstance(kid, str) or kid not in keys:
        raise _Refused("method-unknown")
    return kid


def _refuse_unsigned(token: bytes, key: EllipticCurvePublicKey) -> None:
    """Take step 3: the signature is right."""
    signed, _, signature = token.strip().rpartition(b".")
    if not p256_sha256_fits(key, _decoded(signature), signed):
        raise _Refused("content-changed")


def _mirrored(payload: dict[str, Any], issuer: str) -> dict[str, Any]:
    """Take step 4: the claims say what the credential says, neither less nor more."""
    document = {name: value for name, value in payload.items() if name not in _REGISTERED}
    try:
        mirrored = _claims(document)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise _Refused("claims-differ") from None
    stated = {name: payload[name] for name in _REGISTERED if name in payload}
    # In Python True equals 1; in JSON they are two.
    if stated != mirrored or _OTHERS & document.keys() or any(isinstance(value, bool) for value in stated.values()):
        raise _Refused("claims-differ")
    if mirrored["iss"] != issuer:
        raise _Refused("issuer-differs")
    return document


def _refuse_foreign(document: dict[str, Any]) -> None:
    """Take step 5: contexts of ours, nothing wild, no second proof inside; that nothing is lost is the last step."""
    if document.get("@context") not in (list(CONTEXTS), list(CONTEXTS)[:1]):
        raise _Refused("context-unknown")
    if "proof" in document:
        raise CredentialUnreadable("a proof inside")
    refuse_wild(document)


def _claims(document: Mapping[str, Any]) -> dict[str, Any]:
    issuer = document["issuer"]
    claims = {
        "iss": issuer["id"] if isinstance(issuer, dict) else issuer,
        "jti": document["id"],
        "sub": document["credentialSubject"]["id"],
        "nbf": _numeric(document["validFrom"]),
    }
    return claims | ({"exp": _numeric(document["validUntil"])} if "validUntil" in document else {})


def _numeric(instant: str) -> int:
    """Return an instant as a NumericDate (RFC 7519, section 2)."""
    at = datetime.fromisoformat(instant)
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return int(at.timestamp())


def _encoded(part: Mapping[str, Any]) -> str:
    return _base64url(json.dumps(part, ensure_ascii=False, separators=(",", ":")).encode())


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _decoded(part: bytes) -> bytes:
    content = base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    # Python's decoder skips what it does not know; a second spelling of the same bytes is not taken.
    if _base64url(content).encode() != part:
        raise ValueError("no base64url")
    return content
