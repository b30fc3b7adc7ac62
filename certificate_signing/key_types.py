"""The kinds of key, each opened once: what signs, and what its signatures are checked with.

Whoever signs calls `sign` and never needs the private key itself, so that it may lie in a file or in a hardware token.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Protocol, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from certificate_signing.errors import KeyWrong


class Signs(Protocol):
    """A private key that signs bytes, wherever it is kept."""

    def sign(self, data: bytes, /) -> bytes:
        """Return the signature over `data`, hashing included."""
        ...


class SignsEd25519(Signs, Protocol):
    """One that makes Ed25519 signatures and names its public half."""

    def public_key(self) -> Ed25519PublicKey:
        """Return the public key."""
        ...


class SignsP256(Signs, Protocol):
    """One in a hardware token that makes ES256 signatures, r and s of 32 bytes each, and names its public half."""

    def public_key(self) -> EllipticCurvePublicKey:
        """Return the public key."""
        ...


def private_pem(key: object, password: bytes | None = None) -> bytes:
    """Encode a private key as PKCS#8 PEM, encrypted if there is a password; else the folder's permissions protect it.

    Raises KeyWrong for a key that does not leave its hardware token.
    """
    if not isinstance(key, RSAPrivateKey | Ed25519PrivateKey | EllipticCurvePrivateKey):
        raise KeyWrong("the private key lies in a hardware token and does not leave it")
    encryption = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, encryption)


def load_private(pem: bytes, password: bytes | None, name: str) -> object:
    """Parse a PKCS#8 PEM; the password is used if it is encrypted. Raises KeyWrong, naming the key by `name`."""
    encrypted = b"ENCRYPTED" in pem
    if encrypted and not password:
        raise KeyWrong(f"{name} is encrypted, and no password was given")
    try:
        return serialization.load_pem_private_key(pem, password if encrypted else None)
    except ValueError as error:
        raise KeyWrong(f"{name} can not be read{' (is the password right?)' if encrypted else ''}: {error}") from None


def public_pem(key: RSAPublicKey | Ed25519PublicKey | EllipticCurvePublicKey) -> str:
    """Encode a public key as PEM (SubjectPublicKeyInfo, RFC 5280)."""
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode()


def ed25519_public(pem: str) -> bytes:
    """Return the 32 bytes of an Ed25519 public key in PEM. Raises KeyWrong."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except ValueError as error:
        raise KeyWrong(f"the public key can not be read: {error}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise KeyWrong("the public key is no Ed25519 key")
    return key.public_bytes_raw()


def certificates_pem(certificates: Iterable[x509.Certificate]) -> str:
    """Encode certificates as PEM, one after the other."""
    return "".join(each.public_bytes(serialization.Encoding.PEM).decode() for each in certificates)


@dataclass(frozen=True)
class SealKey:
    """The key of the PDF seal with its certificate and chain (issuing CA first, root last)."""

    id: str
    private_key: RSAPrivateKey | Signs
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    @classmethod
    def from_pem(cls, key_id: str, pem: bytes, password: bytes | None = None) -> SealKey:
        """Parse a key followed by its certificate and chain. Raises KeyWrong."""
        key = load_private(pem, password, f"the seal key {key_id}")
        if not isinstance(key, RSAPrivateKey):
            raise KeyWrong(f"the seal key {key_id} is no RSA key")
        try:
            certificate, *chain = x509.load_pem_x509_certificates(pem)
        except ValueError as error:
            raise KeyWrong(f"the certificates of the seal key {key_id} can not be read: {error}") from None
        return cls(key_id, key, certificate, tuple(chain))

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`: RSA PKCS#1 v1.5 with SHA-256 (RFC 8017, section 8.2), as long as the modulus.

        Raises KeyWrong if the hardware token that holds the key does not answer.
        """
        if isinstance(self.private_key, RSAPrivateKey):
            return self.private_key.sign(data, PKCS1v15(), hashes.SHA256())
        return self.private_key.sign(data)

    @property
    def signature_length(self) -> int:
        """The length of every signature of this key, in bytes."""
        key = self.certificate.public_key()
        assert isinstance(key, RSAPublicKey)  # noqa: S101 - a seal key is an RSA key
        return key.key_size // 8

    def to_pem(self, password: bytes | None = None) -> bytes:
        """Encode the key, then the certificate, then the chain. Raises KeyWrong for a key in a hardware token."""
        return private_pem(self.private_key, password) + self.public_pem().encode()

    def public_pem(self) -> str:
        """Encode the certificate, then the chain."""
        return certificates_pem((self.certificate, *self.chain))


@dataclass(frozen=True)
class Ed25519Key:
    """An Ed25519 key (RFC 8032), named after its public half, of 32 bytes."""

    NAMED: ClassVar = "key"

    key_id: str
    private_key: SignsEd25519

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> Self:
        """Parse a PKCS#8 PEM. Raises KeyWrong."""
        key = load_private(pem, password, "the Ed25519 key")
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyWrong("the key is no Ed25519 key")
        return cls.of(key)

    @classmethod
    def of(cls, key: SignsEd25519) -> Self:
        """Name a key after its public half, so that the same key always has the same name."""
        public = key.public_key().public_bytes_raw()
        return cls(f"{cls.NAMED}-{hashlib.sha256(public).hexdigest()[:16]}", key)

    def sign(self, data: bytes) -> bytes:
        """Return the signature over `data`, 64 bytes. Raises KeyWrong if the hardware token that holds the key does not answer."""
        return self.private_key.sign(data)

    def public_pem(self) -> str:
        """Encode the public key as PEM."""
        return public_pem(self.private_key.public_key())

    @cached_property
    def public_bytes(self) -> bytes:
        """The 32 bytes of the public key."""
        return self.private_key.public_key().public_bytes_raw()


@dataclass(frozen=True)
class CredentialKey(Ed25519Key):
    """The key of credential proofs; `key_id` is the fragment of its verification method."""


@dataclass(frozen=True)
class LogKey(Ed25519Key):
    """The key that signs the checkpoints of the transparency log."""

    NAMED: ClassVar = "log"


@dataclass(frozen=True)
class JwtKey:
    """The P-256 key that signs credentials in the form of a JWT (ES256); `key_id` ends the public address of its JWK."""

    key_id: str
    private_key: EllipticCurvePrivateKey | SignsP256

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> JwtKey:
        """Parse a PKCS#8 PEM. Raises KeyWrong."""
        key = load_private(pem, password, "the key for JWTs")
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise KeyWrong("the key for JWTs is no P-256 key")
        return cls.of(key)

    @classmethod
    def of(cls, key: EllipticCurvePrivateKey | SignsP256) -> JwtKey:
        """Name a key after its public half, so that the same key always has the same name."""
        return cls(f"jwt-{hashlib.sha256(public_point(key.public_key())).hexdigest()[:16]}", key)

    @cached_property
    def public_key(self) -> EllipticCurvePublicKey:
        """The public key."""
        return self.private_key.public_key()

    def sign(self, content: bytes) -> bytes:
        """Return the 64 bytes of an ES256 signature (RFC 7518, section 3.4), the same for the same content (RFC 6979) if the key lies in a file.

        Raises KeyWrong if the hardware token that holds the key does not answer.
        """
        if not isinstance(self.private_key, EllipticCurvePrivateKey):
            return self.private_key.sign(content)
        r, s = decode_dss_signature(self.private_key.sign(content, ECDSA(hashes.SHA256(), deterministic_signing=True)))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def p256_public(pem: str) -> EllipticCurvePublicKey:
    """Return a P-256 public key in PEM. Raises KeyWrong."""
    try:
        key = serialization.load_pem_public_key(pem.encode())
    except ValueError as error:
        raise KeyWrong(f"the public key can not be read: {error}") from None
    if not isinstance(key, EllipticCurvePublicKey) or not isinstance(key.curve, SECP256R1):
        raise KeyWrong("the public key is no P-256 key")
    return key


def public_point(key: EllipticCurvePublicKey) -> bytes:
    """Return the 65 bytes of a P-256 public key: 04, x, y."""
    return key.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)


@dataclass(frozen=True)
class LtiKey:
    """The RSA key that signs this tool's LTI messages (RS256); `kid` is the RFC 7638 thumbprint of its public JWK."""

    private_pem: bytes = field(repr=False)
    public_key: RSAPublicKey

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> LtiKey:
        """Parse a PKCS#8 PEM. Raises KeyWrong."""
        key = load_private(pem, password, "the LTI key")
        if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
            raise KeyWrong("the LTI key is no RSA key of at least 2048 bits")
        # What signs LTI messages takes the key as text, unencrypted; it stays in memory.
        return cls(private_pem(key), key.public_key())

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
