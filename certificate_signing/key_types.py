"""The three kinds of private key, each parsed once and held in memory."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

from certificate_signing.errors import KeyWrong


def private_pem(key: RSAPrivateKey | Ed25519PrivateKey) -> bytes:
    """Encode a private key as unencrypted PKCS#8 PEM; the folder's permissions protect it."""
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


@dataclass(frozen=True)
class SealKey:
    """The key of the PDF seal with its certificate and chain (issuing CA first, root last)."""

    id: str
    private_key: RSAPrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @classmethod
    def from_pem(cls, key_id: str, pem: bytes) -> SealKey:
        """Parse a key followed by its certificate and chain. Raises KeyWrong."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
            certificate, *chain = x509.load_pem_x509_certificates(pem)
        except ValueError as error:
            raise KeyWrong(f"the seal key {key_id} can not be read: {error}") from None
        if not isinstance(key, RSAPrivateKey):
            raise KeyWrong(f"the seal key {key_id} is no RSA key")
        return cls(key_id, key, certificate, tuple(chain))

    def to_pem(self) -> bytes:
        """Encode the key, then the certificate, then the chain."""
        certificates = (self.certificate, *self.chain)
        return private_pem(self.private_key) + b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


@dataclass(frozen=True)
class CredentialKey:
    """The Ed25519 key of credential proofs; `key_id` is the fragment of its verification method."""

    key_id: str
    private_key: Ed25519PrivateKey

    @classmethod
    def from_pem(cls, pem: bytes) -> CredentialKey:
        """Parse a PKCS#8 PEM. Raises KeyWrong."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise KeyWrong(f"the credential key can not be read: {error}") from None
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyWrong("the credential key is no Ed25519 key")
        return cls.of(key)

    @classmethod
    def of(cls, key: Ed25519PrivateKey) -> CredentialKey:
        """Name a key after its public half, so that the same key always has the same name."""
        public = key.public_key().public_bytes_raw()
        return cls(f"key-{hashlib.sha256(public).hexdigest()[:16]}", key)

    @cached_property
    def public_bytes(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private_key.public_key().public_bytes_raw()


@dataclass(frozen=True)
class LtiKey:
    """The RSA key that signs this tool's LTI messages (RS256); `kid` is the RFC 7638 thumbprint of its public JWK."""

    private_pem: bytes
    public_key: RSAPublicKey

    @classmethod
    def from_pem(cls, pem: bytes) -> LtiKey:
        """Parse a PKCS#8 PEM. Raises KeyWrong."""
        try:
            key = serialization.load_pem_private_key(pem, password=None)
        except ValueError as error:
            raise KeyWrong(f"the LTI key can not be read: {error}") from None
        if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
            raise KeyWrong("the LTI key is no RSA key of at least 2048 bits")
        return cls(pem, key.public_key())

    @cached_property
    def kid(self) -> str:
        """The RFC 7638 thumbprint."""
        members = json.dumps(self._members(), separators=(",", ":"), sort_keys=True)
        return _base64url(hashlib.sha256(members.encode()).digest())

    def public_jwk(self) -> dict[str, Any]:
        """Return the public JWK (RFC 7517) with alg RS256 and use sig."""
        return {**self._members(), "alg": "RS256", "use": "sig", "kid": self.kid}

    def _members(self) -> dict[str, str]:
        numbers = self.public_key.public_numbers()
        return {"e": _number(numbers.e), "kty": "RSA", "n": _number(numbers.n)}


def _number(value: int) -> str:
    return _base64url(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
