"""The issuer's name on the web, `did:web`, and the document behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

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


def did_document(base_url: str, keys: Mapping[str, bytes]) -> dict[str, Any]:
    """Return the DID document that lists `keys`, fragment → the 32 bytes of an Ed25519 public key.

    Retired keys belong in it too: dropping one from assertionMethod voids every credential it signed.
    """
    did = did_web(base_url)
    methods = [_method(did, method, public) for method, public in verification_keys(base_url, keys).items()]
    return {
        "@context": ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"],
        "id": did,
        "verificationMethod": methods,
        "assertionMethod": [method["id"] for method in methods],
    }


def _method(did: str, method: str, public: bytes) -> dict[str, str]:
    return {"id": method, "type": "Multikey", "controller": did, "publicKeyMultibase": base58(ED25519_PUBLIC + public)}
