"""Open Badges 3.0 of other issuers: a Data Integrity proof (`eddsa-rdfc-2022`) or a JWT (VC-JOSE-COSE), checked with given keys.

Nothing is fetched, so whether a credential was revoked since can't be told here.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from certificate_signing.credential_text import LARGEST, read_object
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.foreign_keys import PublicKey, fits_jws
from certificate_signing.foreign_proofs import ProofRules, check_proofs
from certificate_signing.restated import restated

_LONGEST_HEADER: Final = 16_384  # bytes of base64url; a chain of certificates in it (x5c) takes five thousand
_CODES: Final = {
    "content-changed": "broken",
    "method-unknown": "unknown",
    "controller-differs": "unknown",
    "no-proof": "unsigned",
    "expired": "expired",
}


@dataclass(frozen=True, slots=True)
class ForeignCredential:
    """What was found of one credential.

    `code` is ``good``, ``broken`` (not what was signed), ``unknown`` (signed by nobody given), ``unsigned``, ``expired``,
    ``not-yet-valid``, ``unreadable`` or ``unchecked`` (a kind of proof or context that is not known here). `document` is the
    credential, trusted only if ``good``, and then, if it has a proof, in the one form of `restated`; `key_id` is then the key that proved it.
    """

    code: str
    document: Mapping[str, Any]
    key_id: str = ""


def foreign_credential(content: bytes, keys: Mapping[str, PublicKey], at: datetime) -> ForeignCredential:
    """Check a credential, JSON or a compact JWT, with trusted keys (key id → key) at an instant. Never raises, but for MemoryError."""
    try:
        found = _with_proof(content, keys, at) if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else _jwt(content, keys, at)
        return ForeignCredential(_in_time(found.document, at), found.document, found.key_id) if found.code == "good" else found
    except MemoryError:
        raise
    except CredentialUnreadable:
        return ForeignCredential("unreadable", {})
    except Exception:
        return ForeignCredential("unchecked", {})


def _with_proof(content: bytes, keys: Mapping[str, PublicKey], at: datetime) -> ForeignCredential:
    document = read_object(content)
    raw = {key_id: key.public_bytes(Encoding.Raw, PublicFormat.Raw) for key_id, key in keys.items() if isinstance(key, Ed25519PublicKey)}
    issuer = _issuer({}, document)
    checked = check_proofs(document, raw.__getitem__, ProofRules(controller=issuer, at=at))
    if checked.ok:
        return ForeignCredential("good", restated(document), next(method for method in checked.methods if method.partition("#")[0] == issuer))
    return ForeignCredential(_CODES.get(checked.code, "unchecked"), document)


def _jwt(content: bytes, keys: Mapping[str, PublicKey], at: datetime) -> ForeignCredential:
    if len(content) > LARGEST:
        raise CredentialUnreadable("more than a megabyte")
    token = content.decode("ascii").strip()
    header, payload, _, _ = _parts(token)
    claims = read_object(payload)
    document = claims["vc"] if isinstance(claims.get("vc"), dict) else claims
    # Whatever else the header says is ignored (RFC 7515, section 4).
    if "crit" in header:
        return ForeignCredential("unchecked", document)
    own = {key_id: key for key_id, key in keys.items() if key_id.partition("#")[0] == _issuer(claims, document)}
    if not own:
        return ForeignCredential("unknown", document)
    for key_id, key in own.items():
        if token_signed(token, key):
            return ForeignCredential(_claimed_time(claims, at), document, key_id)
    return ForeignCredential("broken", document)


def token_signed(token: str, key: PublicKey) -> bool:
    """Tell whether a compact JWS is signed by a key, whatever its payload is. Never raises, but for MemoryError."""
    try:
        header, _, signature, signed = _parts(token)
    except CredentialUnreadable:
        return False
    return "crit" not in header and fits_jws(key, header.get("alg"), signature, signed)


def _parts(token: str) -> tuple[dict[str, Any], bytes, bytes, bytes]:
    """Return the header, the payload and the signature of a compact JWS (RFC 7515, section 7.1), and what is signed."""
    parts = token.split(".")
    if len(parts) != 3 or len(parts[0]) > _LONGEST_HEADER:
        raise CredentialUnreadable("neither JSON nor a compact JWT")
    header, payload, signature = (_decoded(part) for part in parts)
    return read_object(header), payload, signature, token.rpartition(".")[0].encode()


def _decoded(part: str) -> bytes:
    try:
        content = base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except ValueError:
        raise CredentialUnreadable("no base64url") from None
    # One spelling for one text: neither padding nor bits that nobody reads.
    if base64.urlsafe_b64encode(content).rstrip(b"=").decode() != part:
        raise CredentialUnreadable("no base64url")
    return content


def _issuer(claims: Mapping[str, Any], document: Mapping[str, Any]) -> str:
    """Return the one issuer; the claim and the credential must name the same."""
    named = document.get("issuer")
    named = named.get("id") if isinstance(named, dict) else named
    if not isinstance(named, str) or claims.get("iss", named) != named:
        raise CredentialUnreadable("the issuer is not named, or two are")
    return named


def _in_time(document: Mapping[str, Any], at: datetime) -> str:
    begins, ends = (instant(document.get(name)) for name in ("validFrom", "validUntil"))
    if ends is not None and at > ends:
        return "expired"
    return "not-yet-valid" if begins is not None and at < begins else "good"


def _claimed_time(claims: Mapping[str, Any], at: datetime) -> str:
    """Judge the token's own times (RFC 7519, sections 4.1.4 and 4.1.5), which need not be those of the credential in it."""
    begins, ends = (_numeric_date(claims.get(name)) for name in ("nbf", "exp"))
    if ends is not None and at >= ends:
        return "expired"
    return "not-yet-valid" if begins is not None and at < begins else "good"


def _numeric_date(value: object) -> datetime | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("no numeric date")  # noqa: TRY004 - the token is at fault, not a type
    return datetime.fromtimestamp(value, UTC)


def instant(text: object) -> datetime | None:
    """Read an instant of a credential (xsd:dateTime); None if there is none. Raises ValueError for any other text."""
    if text is None:
        return None
    found = datetime.fromisoformat(str(text))
    return found if found.tzinfo else found.replace(tzinfo=UTC)
