"""Is a signature right? Each question names one algorithm; neither a message nor a signature has a say in which."""

from __future__ import annotations

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

_SMALLEST_RSA: Final = 2048
_PRIME: Final = 2**255 - 19
# The y of the points whose order divides eight. A key on one of them has signatures that fit every message: nobody's key.
_SMALL_ORDER: Final = frozenset(
    {
        0,
        1,
        _PRIME - 1,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
    }
)


def ed25519_fits(public: bytes, signature: bytes, signed: bytes) -> bool:
    """Tell whether a key, 32 bytes, made a signature, 64 bytes, of a message (Ed25519, RFC 8032). Never raises for bytes."""
    if len(public) != 32 or len(signature) != 64 or weak_ed25519(public):
        return False
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, signed)
    except (InvalidSignature, ValueError):
        return False
    return True


def weak_ed25519(public: bytes) -> bool:
    """Tell whether 32 bytes are no key that somebody could have: a point of small order, or not the one way to write a point."""
    y = int.from_bytes(public, "little") & (2**255 - 1)
    return y >= _PRIME or y in _SMALL_ORDER


def p256_sha256_fits(key: EllipticCurvePublicKey, signature: bytes, signed: bytes) -> bool:
    """Tell whether a P-256 key made a signature, r and s of 32 bytes each, of a message (ES256, RFC 7518, section 3.4)."""
    if not isinstance(key.curve, SECP256R1) or len(signature) != 64:
        return False
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), signed, ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def rsa_sha256_fits(key: RSAPublicKey, signature: bytes, signed: bytes) -> bool:
    """Tell whether a key of 2048 bits or more made a signature of a message (RSASSA-PKCS1-v1_5 with SHA-256, RFC 8017)."""
    return _rsa_fits(key, signature, signed, PKCS1v15())


def rsa_pss_sha256_fits(key: RSAPublicKey, signature: bytes, signed: bytes) -> bool:
    """Tell whether a key of 2048 bits or more made a signature of a message (PS256, RFC 7518, section 3.5: a salt as long as the hash)."""
    return _rsa_fits(key, signature, signed, PSS(MGF1(hashes.SHA256()), hashes.SHA256.digest_size))


def _rsa_fits(key: RSAPublicKey, signature: bytes, signed: bytes, padding: AsymmetricPadding) -> bool:
    if key.key_size < _SMALLEST_RSA:
        return False
    try:
        key.verify(signature, signed, padding, hashes.SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
