"""did:key of Ed25519 keys (the did:key method, W3C CCG): the name is the key, so that nothing has to be fetched."""

from __future__ import annotations

from typing import Final

from certificate_signing.multibase import ED25519_PUBLIC, base58, from_base58
from certificate_signing.signatures import weak_ed25519

_PREFIX: Final = "did:key:"


def did_key(public: bytes) -> str:
    """Return the DID of the 32 bytes of a public key."""
    return _PREFIX + base58(ED25519_PUBLIC + public)


def did_key_method(public: bytes) -> str:
    """Return the full DID URL of a public key, as proofs name it."""
    did = did_key(public)
    return f"{did}#{did.removeprefix(_PREFIX)}"


def did_key_public(method: str) -> bytes:
    """Return the 32 bytes of the key that a DID URL names. Raises ValueError for other methods and kinds of keys, and for weak keys."""
    did, _, fragment = method.partition("#")
    if not did.startswith(_PREFIX) or fragment != did.removeprefix(_PREFIX):
        raise ValueError("no DID URL of a did:key")
    content = from_base58(fragment)
    public = content.removeprefix(ED25519_PUBLIC)
    # The one spelling of a key: base58 would take others with leading zeros.
    if len(public) != 32 or did_key_method(public) != method or weak_ed25519(public):
        raise ValueError("a did:key of another kind of key than Ed25519, or of nobody's key")
    return public
