"""Public keys of other issuers' credentials, as their DID documents or administrators write them, and what a key says of its use."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from certificate_signing.credential_text import read_object
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.multibase import ED25519_PUBLIC, from_base58
from certificate_signing.signatures import ed25519_fits, p256_sha256_fits, rsa_pss_sha256_fits, rsa_sha256_fits, weak_ed25519


@dataclass(frozen=True, slots=True)
class RsaForOne:
    """An RSA key whose JWK says which one algorithm it is for, RS256 or PS256."""

    key: RSAPublicKey
    algorithm: str


PublicKey = Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey | RsaForOne
_P256_PUBLIC: Final = b"\x80\x24"  # multicodec prefix
_SMALLEST_RSA: Final = 2048
# RFC 7518, section 3.1, and RFC 8037: what signs credentials. "EdDSA" names several curves, which is why RFC 9864 retires it.
_RSA: Final[dict[str, Callable[[RSAPublicKey, bytes, bytes], bool]]] = {"RS256": rsa_sha256_fits, "PS256": rsa_pss_sha256_fits}
_ALGORITHMS: Final[dict[str, Any]] = {"RSA": _RSA.keys(), "EC": {"ES256"}, "OKP": {"EdDSA", "Ed25519"}}
_KINDS: Final[dict[str, Any]] = {"RSA": (RSAKey, ("kty", "n", "e")), "EC": (ECKey, ("kty", "crv", "x", "y")), "OKP": (OKPKey, ("kty", "crv", "x"))}


def public_key(text: str) -> PublicKey:
    """Read a key: multibase `z` (Ed25519 or P-256), PEM or a JWK (these, or RSA of 2048 bits or more). Raises ValueError."""
    key = _from_pem(text) if "BEGIN" in text else _from_jwk(text) if text.strip().startswith("{") else _from_multibase(text.strip())
    bare = key.key if isinstance(key, RsaForOne) else key
    if isinstance(bare, EllipticCurvePublicKey) and not isinstance(bare.curve, SECP256R1):
        raise ValueError("a key on another curve than P-256")  # noqa: TRY004 - the text is at fault, not a type
    if isinstance(bare, Ed25519PublicKey) and weak_ed25519(bare.public_bytes_raw()):
        raise ValueError("a key whose signatures fit any message")
    if isinstance(bare, RSAPublicKey) and bare.key_size < _SMALLEST_RSA:
        raise ValueError("an RSA key of fewer than 2048 bits")
    return key


def fits_jws(key: PublicKey, algorithm: object, signature: bytes, signed: bytes) -> bool:
    """Tell whether a key made the signature of a JWS whose header names an algorithm.

    The kind of key, and what its JWK says, decide what the algorithm may be; the header only says which of them it was.
    """
    if not isinstance(algorithm, str):
        return False
    if isinstance(key, Ed25519PublicKey):
        return algorithm in _ALGORITHMS["OKP"] and ed25519_fits(key.public_bytes_raw(), signature, signed)
    if isinstance(key, EllipticCurvePublicKey):
        return algorithm in _ALGORITHMS["EC"] and p256_sha256_fits(key, signature, signed)
    if isinstance(key, RsaForOne):
        return algorithm == key.algorithm and _RSA[key.algorithm](key.key, signature, signed)
    return algorithm in _RSA and _RSA[algorithm](key, signature, signed)


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
    if not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey | RSAPublicKey):
        raise ValueError("a key of a kind that signs no credentials")  # noqa: TRY004 - the text is at fault, not a type
    return key


def _from_jwk(text: str) -> PublicKey:
    """Read a JWK (RFC 7517), and refuse one that says of itself that it is not for what it would be used for (sections 4.2 to 4.4)."""
    try:
        jwk = read_object(text.strip().encode())
    except CredentialUnreadable:
        raise ValueError("no JWK") from None
    kind = jwk.get("kty")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise ValueError("a JWK of a kind that signs no credentials")
    _refuse_other_use(jwk, _ALGORITHMS[kind])
    reader, members = _KINDS[kind]
    try:
        key = reader.import_key({name: jwk[name] for name in members}).public_key
    except (JoseError, KeyError, ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("no key in the JWK") from None
    if isinstance(key, RSAPublicKey):
        return RsaForOne(key, jwk["alg"]) if "alg" in jwk else key
    if not isinstance(key, Ed25519PublicKey | EllipticCurvePublicKey):
        raise ValueError("a key of a kind that signs no credentials")  # noqa: TRY004 - as above
    return key


def _refuse_other_use(jwk: Mapping[str, Any], algorithms: Any) -> None:
    if "d" in jwk:
        raise ValueError("a private key, which is nobody else's to have")
    if jwk.get("use", "sig") != "sig":
        raise ValueError("a JWK whose `use` is not `sig`")
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise ValueError("a JWK whose `key_ops` leave out `verify`")
    if "alg" in jwk and not (isinstance(jwk["alg"], str) and jwk["alg"] in algorithms):
        raise ValueError("a JWK for another algorithm (`alg`) than those that credentials are checked by: RS256, PS256, ES256, EdDSA, Ed25519")
