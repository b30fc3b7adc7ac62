"""Bring a production key into the ring: PKCS#12 or PEM, checked before it is stored."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import pkcs12

from certificate_signing.errors import KeyWrong
from certificate_signing.key_folder import KeyEntry, KeyFolder, KeyUse
from certificate_signing.key_making import ED25519_USES, store_ed25519, store_jwt, store_seal
from certificate_signing.key_token import ed25519_in_token, p256_in_token, refuse_other_ed25519, refuse_other_p256, refuse_other_seal, seal_in_token
from certificate_signing.key_types import JwtKey, SealKey


def seal_from_container(content: bytes, password: bytes | None, now: datetime) -> SealKey:
    """Read a seal from PKCS#12. Raises KeyWrong."""
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, password)
    except ValueError as error:
        raise KeyWrong(f"the PKCS#12 file can not be opened (is the password right?): {error}") from None
    if key is None or certificate is None:
        raise KeyWrong("the PKCS#12 file holds no key with its certificate")
    return _checked(key, [certificate, *others], now)


def seal_from_pem(key: bytes, chain: bytes, password: bytes | None, now: datetime) -> SealKey:
    """Read a seal from a PEM key and the PEM certificates of its chain, the seal's own first. Raises KeyWrong."""
    return _checked(_loaded(key, password), _certificates(chain), now)


def import_seal(folder: Path | KeyFolder, key: SealKey, now: datetime) -> KeyEntry:
    """Make a seal that was read above the active one; the one before it is retired and stays trusted. Raises KeyWrong."""
    return store_seal(folder, key, now)


def import_seal_in_token(folder: KeyFolder, uri: str, chain: bytes, now: datetime) -> KeyEntry:
    """Make a seal in a hardware token the active one, once it has signed something that its certificate verifies. Raises KeyWrong."""
    held = seal_in_token(uri, folder.access)
    certificate, *others = _certificates(chain)
    _refuse_certificate(certificate, now)
    refuse_other_seal(held, certificate)
    return store_seal(folder, SealKey(_seal_id(certificate), held, certificate, _chain(certificate, others)), now, token=uri)


def import_ed25519(folder: Path | KeyFolder, use: KeyUse, now: datetime, key: bytes, password: bytes | None = None) -> KeyEntry:
    """Import an Ed25519 key as PKCS#8 PEM; it becomes the active one for credentials or for the log. Raises KeyWrong."""
    loaded = _loaded(key, password)
    if not isinstance(loaded, Ed25519PrivateKey):
        raise KeyWrong("the key is no Ed25519 key")
    return store_ed25519(folder, use, ED25519_USES[use].of(loaded), now)


def import_ed25519_in_token(folder: KeyFolder, use: KeyUse, uri: str, now: datetime) -> KeyEntry:
    """Make an Ed25519 key in a hardware token the active one for credentials or for the log. Raises KeyWrong."""
    held = ed25519_in_token(uri, folder.access)
    refuse_other_ed25519(held)
    return store_ed25519(folder, use, ED25519_USES[use].of(held), now, token=uri)


def import_p256(folder: Path | KeyFolder, now: datetime, key: bytes, password: bytes | None = None) -> KeyEntry:
    """Import a P-256 key as PKCS#8 PEM; it becomes the active one for JWTs. Raises KeyWrong."""
    loaded = _loaded(key, password)
    if not isinstance(loaded, EllipticCurvePrivateKey) or not isinstance(loaded.curve, SECP256R1):
        raise KeyWrong("the key is no P-256 key")
    return store_jwt(folder, JwtKey.of(loaded), now)


def import_p256_in_token(folder: KeyFolder, uri: str, now: datetime) -> KeyEntry:
    """Make a P-256 key in a hardware token the active one for JWTs. Raises KeyWrong."""
    held = p256_in_token(uri, folder.access)
    refuse_other_p256(held)
    return store_jwt(folder, JwtKey.of(held), now, token=uri)


def import_credential(folder: Path | KeyFolder, now: datetime, key: bytes, password: bytes | None = None) -> KeyEntry:
    """Import an Ed25519 key as PKCS#8 PEM; it becomes the active credential key. Raises KeyWrong."""
    return import_ed25519(folder, KeyUse.CREDENTIAL, now, key, password)


def _certificates(chain: bytes) -> list[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(chain)
    except ValueError as error:
        raise KeyWrong(f"the chain holds no certificate: {error}") from None


def _loaded(key: bytes, password: bytes | None) -> object:
    try:
        return serialization.load_pem_private_key(key, password)
    except (ValueError, TypeError) as error:
        raise KeyWrong(f"the key can not be read: {error}") from None


def _checked(key: object, certificates: Sequence[x509.Certificate], now: datetime) -> SealKey:
    certificate, *others = certificates
    if not isinstance(key, RSAPrivateKey) or key.key_size < 2048:
        # An elliptic key would make the file PDF 2.0, which PDF/A-3 is not.
        raise KeyWrong("the seal needs an RSA key of at least 2048 bits")
    if key.public_key() != certificate.public_key():
        raise KeyWrong("the first certificate is not the certificate of this key")
    _refuse_certificate(certificate, now)
    return SealKey(_seal_id(certificate), key, certificate, _chain(certificate, others))


def _seal_id(certificate: x509.Certificate) -> str:
    return f"seal-{hashlib.sha256(certificate.public_bytes(serialization.Encoding.DER)).hexdigest()[:16]}"


def _refuse_certificate(certificate: x509.Certificate, now: datetime) -> None:
    if not certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc:
        raise KeyWrong("the certificate is not valid today")
    public = certificate.public_key()
    if not isinstance(public, RSAPublicKey) or public.key_size < 2048:
        raise KeyWrong("the seal needs an RSA key of at least 2048 bits")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise KeyWrong("the certificate's key usage allows neither digitalSignature nor contentCommitment (nonRepudiation)")


def _chain(certificate: x509.Certificate, others: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """Order the others from the issuer upwards; what does not belong to the chain is refused."""
    ordered: list[x509.Certificate] = []
    left = list(others)
    while left:
        below = ordered[-1] if ordered else certificate
        issuer = next((each for each in left if _issued(below, each)), None)
        if issuer is None:
            raise KeyWrong(f"{left[0].subject.rfc4514_string()} did not issue a certificate of this chain")
        ordered.append(issuer)
        left.remove(issuer)
    return tuple(ordered)


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True
