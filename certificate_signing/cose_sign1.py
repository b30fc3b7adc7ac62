"""COSE_Sign1 with Ed25519 (RFC 9052, section 4.2; RFC 9053, section 2.2), in exactly one form.

What is written is deterministic CBOR (RFC 8949, section 4.2.1), and what is read must be, byte for byte, what this module would
have written: so there are no duplicate keys, no longer ways to say the same, no headers that we do not know, nothing behind the end.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final, Protocol

import cbor2

from certificate_signing.signatures import ed25519_fits

KEY_ID_LENGTH: Final = 8
_TAG: Final = 18
# Header parameters (RFC 9052, section 3.1; `typ` by RFC 9596) and the algorithm EdDSA.
_ALGORITHM, _KEY_ID, _TYPE, _EDDSA = 1, 4, 16, -8


class Signer(Protocol):
    """A private Ed25519 key, wherever it lies: what signs, and the 32 bytes of its public half."""

    @property
    def public_bytes(self) -> bytes:
        """The 32 bytes of the public key."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over `data`, 64 bytes."""


class CoseWrong(ValueError):
    """The bytes are no COSE_Sign1 in the one form that is written here."""


@dataclass(frozen=True, slots=True)
class Signed:
    """What a COSE_Sign1 says of itself: nothing of it is to be believed before `holds` was asked."""

    key_id: bytes
    payload: bytes
    signature: bytes
    to_be_signed: bytes

    def holds(self, public: bytes) -> bool:
        """Tell whether the signature is right under the 32 bytes of an Ed25519 public key."""
        return ed25519_fits(public, self.signature, self.to_be_signed)


def key_id(public: bytes) -> bytes:
    """Return the short name of a public key: the first 8 bytes of its SHA-256, as in the names of credential keys."""
    return hashlib.sha256(public).digest()[:KEY_ID_LENGTH]


def deterministic(value: object) -> bytes:
    """Encode as deterministic CBOR."""
    return cbor2.dumps(value, canonical=True)


def sign1(payload: bytes, key: Signer, *, media_type: str = "") -> bytes:
    """Return the payload signed; `media_type` says what it is (RFC 9596)."""
    protected = _protected(key_id(key.public_bytes), media_type)
    return deterministic(cbor2.CBORTag(_TAG, [protected, {}, payload, key.sign(_to_be_signed(protected, payload))]))


def read(content: bytes, most: int, *, media_type: str = "") -> Signed:
    """Take a COSE_Sign1 of at most `most` bytes apart. Raises CoseWrong for anything that `sign1` does not write."""
    protected, unprotected, payload, signature = _parts(content, most)
    kid = _header(protected).get(_KEY_ID)
    if not (isinstance(kid, bytes) and len(kid) == KEY_ID_LENGTH and protected == _protected(kid, media_type)):
        raise CoseWrong("a header that we do not write")
    if unprotected != {} or not isinstance(payload, bytes) or not isinstance(signature, bytes) or len(signature) != 64:
        raise CoseWrong("no payload and signature of ours")
    if deterministic(cbor2.CBORTag(_TAG, [protected, {}, payload, signature])) != content:
        raise CoseWrong("not the one form")
    return Signed(kid, payload, signature, _to_be_signed(protected, payload))


def decoded(content: bytes) -> Any:
    """Decode CBOR that must be in its one form. Raises CoseWrong."""
    try:
        value = cbor2.loads(content)
        same = deterministic(value) == content
    except Exception:
        # Beside its own errors, the decoder lets those of Python through: RecursionError, OverflowError, UnicodeDecodeError …
        raise CoseWrong("no CBOR") from None
    if not same:
        raise CoseWrong("not the one form")
    return value


def _parts(content: bytes, most: int) -> list[Any]:
    if not 0 < len(content) <= most:
        raise CoseWrong("too long, or nothing")
    value = decoded(content)
    if not isinstance(value, cbor2.CBORTag) or value.tag != _TAG or not isinstance(value.value, list | tuple) or len(value.value) != 4:
        raise CoseWrong("no COSE_Sign1")
    return list(value.value)


def _header(protected: object) -> dict[Any, Any]:
    header = decoded(protected) if isinstance(protected, bytes) else None
    if not isinstance(header, dict):
        raise CoseWrong("no header")
    return header


def _protected(kid: bytes, media_type: str) -> bytes:
    return deterministic({_ALGORITHM: _EDDSA, _KEY_ID: kid, **({_TYPE: media_type} if media_type else {})})


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return deterministic(["Signature1", protected, b"", payload])
