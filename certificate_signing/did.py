"""The issuer's name on the web, `did:web`, and the document behind it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

from certificate_signing.key_types import public_point
from certificate_signing.multibase import ED25519_PUBLIC, base58


def did_web(base_url: str) -> str:
    """Return the did:web of a base URL without a path, such as ``https://certificates.example.org``. Raises ValueError."""
    parts = urlsplit(base_url)
    if not parts.hostname or parts.path not in {"", "/"} or parts.username is not None:
        raise ValueError(f"no did:web for {base_url}")
    port = f"%3A{parts.port}" if parts.port else ""
    return f"did:web:{parts.hostname}{port}"


def verification_method(base_url: str, key_id: str) -> str:
    """Return the full DID URL of a key, as proofs name it."""
    return f"{did_web(base_url)}#{key_id}"


def verification_keys(base_url: str, keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """Turn fragment → public bytes (`KeyRing.credential_public`) into full DID URL → public bytes."""
    return {verification_method(base_url, key_id): public for key_id, public in keys.items()}


def jwk_address(base_url: str, key_id: str) -> str:
    """Return the address of one public JWK, as the headers of JWTs name it (Open Badges 3.0, section 8.2.3).

    The fragment changes nothing for whoever fetches it; libraries that look into the DID document instead find the key by it.
    """
    return f"{base_url}/keys/{key_id}#{key_id}"


def jwt_keys(base_url: str, keys: Mapping[str, EllipticCurvePublicKey]) -> dict[str, EllipticCurvePublicKey]:
    """Turn id → key (`KeyRing.jwt_public`) into address of the JWK → key."""
    return {jwk_address(base_url, key_id): key for key_id, key in keys.items()}


def public_jwk(key: EllipticCurvePublicKey) -> dict[str, str]:
    """Return a P-256 key as a bare JWK (RFC 7518, section 6.2.1)."""
    point = public_point(key)
    x, y = (base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in (point[1:33], point[33:]))
    return {"kty": "EC", "crv": "P-256", "x": x, "y": y}


def did_document(base_url: str, keys: Mapping[str, bytes], for_jwts: Mapping[str, EllipticCurvePublicKey] | None = None) -> dict[str, Any]:
    """Return the DID document that lists `keys`, fragment → the 32 bytes of an Ed25519 public key, and the keys `for_jwts`.

    Retired keys belong in it too: dropping one from assertionMethod voids every credential it signed. Compromised ones do not:
    other people's libraries ignore what else the document might say of a key.
    """
    did = did_web(base_url)
    methods: list[dict[str, Any]] = [_method(did, method, public) for method, public in verification_keys(base_url, keys).items()]
    methods += [_jwk_method(base_url, key_id, key) for key_id, key in (for_jwts or {}).items()]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1", "https://w3id.org/security/jwk/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _method(did: str, method: str, public: bytes) -> dict[str, str]:
    return {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": base58(ED25519_PUBLIC + public)}


def _jwk_method(base_url: str, key_id: str, key: EllipticCurvePublicKey) -> dict[str, Any]:
    # Found by either name: the DID URL, or the `kid` of a JWT inside the JWK.
    jwk = public_jwk(key) | {"kid": jwk_address(base_url, key_id), "alg": "ES256"}
    return {"id": verification_method(base_url, key_id), "type": "JsonWebKey", "controller": did_web(base_url), "publicKeyJwk": jwk}
