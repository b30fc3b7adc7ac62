"""Public keys of other issuers' credentials, as their DID documents or administrators write them."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from certificate_signing.multibase import ED25519_PUBLIC, from_base58
from certificate_signing.signatures import weak_ed25519

PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey
_P256_PUBLIC: Final = b"\x80\x24"  # multicodec prefix
_SMALLEST_RSA: Final = 2048


def public_key(text: str) -> PublicKey:
    """Read a key written as multibase `z` (Ed25519 or P-256) or as PEM (these, or RSA of 2048 bits or more). Raises ValueError."""
    key = _from_pem(text) if "BEGIN" in text else _from_multibase(text.strip())
    if isinstance(key, EllipticCurvePublicKey) and not isinstance(key.curve, SECP256R1):
        raise ValueError("a key on another curve than P-256")  # noqa: TRY004 - the text is at fault, not a type
    if isinstance(key, Ed25519PublicKey) and weak_ed25519(key.public_bytes_raw()):
        raise ValueError("a key whose signatures fit any message")
    if isinstance(key, RSAPublicKey) and key.key_size < _SMALLEST_RSA:
        raise ValueError("an RSA key of fewer than 2048 bits")
    return key


def _from_multibase(text: str) -> PublicKey:
    content = from_base58(text)
    if content.startswith(ED25519_PUBLIC):
        return Ed25519PublicKey.from_public_bytes(content[len(ED25519_PUBLIC) :])
    if content.startswith(_P256_PUBLIC):
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), content[len(_P256_PUBLIC) :])
    raise ValueError("neither an Ed25519 nor a P-256 key in multibase")


def _from_pem(text: str) -> PublicKey:
    try:
        key = load_pem_public_key(text.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("no public key in PEM (-----BEGIN PUBLIC KEY-----)") from None
    if not isinstance(key, PublicKey):
        raise ValueError("a key of a kind that signs no credentials")  # noqa: TRY004 - as above
    return key
