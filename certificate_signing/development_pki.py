"""A seal certificate for development: root, issuing CA and seal, all of whose names say so.

The keys of the two CAs are thrown away at once: nothing else can ever be issued under them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

from certificate_signing.key_types import SealKey

DOCUMENT_SIGNING = ObjectIdentifier("1.3.6.1.5.5.7.3.36")  # RFC 9336; the other EKU is what NSS, and so pdfsig, asks for
SEAL_YEARS = 3
_CA_YEARS = 10
_LONGEST_NAME = 64  # X.520 upper bound of commonName and organizationName


@dataclass(frozen=True, slots=True)
class _Issuer:
    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey


def development_seal(key_id: str, organisation: str, country: str, now: datetime, *, bits: int = 3072) -> SealKey:
    """Make an RSA seal key under a new root and issuing CA. Takes about a second for 3072 bits."""
    root = _authority("root", None, organisation, country, now)
    issuing = _authority("issuing CA", root, organisation, country, now)
    key = rsa.generate_private_key(65537, bits)
    builder = _builder(_name("seal", organisation, country), issuing.certificate.subject, key.public_key(), now, SEAL_YEARS)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_key_usage(digital_signature=True, content_commitment=True), critical=True)
        .add_extension(x509.ExtendedKeyUsage([DOCUMENT_SIGNING, ExtendedKeyUsageOID.EMAIL_PROTECTION]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuing.key.public_key()), critical=False)
        .sign(issuing.key, hashes.SHA256())
    )
    return SealKey(key_id, key, certificate, (issuing.certificate, root.certificate))


def _authority(role: str, parent: _Issuer | None, organisation: str, country: str, now: datetime) -> _Issuer:
    key = ec.generate_private_key(ec.SECP256R1())
    name = _name(role, organisation, country)
    signer = parent.key if parent else key
    builder = _builder(name, parent.certificate.subject if parent else name, key.public_key(), now, _CA_YEARS)
    certificate = (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0 if parent else 1), critical=True)
        .add_extension(_key_usage(key_cert_sign=True, crl_sign=True), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .sign(signer, hashes.SHA256())
    )
    return _Issuer(certificate, key)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: rsa.RSAPublicKey | ec.EllipticCurvePublicKey, now: datetime, years: int
) -> x509.CertificateBuilder:
    start = now.replace(microsecond=0)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(start - timedelta(hours=1))
        .not_valid_after(start + timedelta(days=365 * years))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _name(role: str, organisation: str, country: str) -> x509.Name:
    tail = f" {role} (development)"
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _cut(organisation, _LONGEST_NAME)),
            x509.NameAttribute(NameOID.COMMON_NAME, _cut(organisation, _LONGEST_NAME - len(tail)) + tail),
        ]
    )


def _cut(text: str, length: int) -> str:
    """Cut to a length in UTF-8 bytes, the stricter reading of the bound."""
    return text.encode()[:length].decode(errors="ignore").strip()


def _key_usage(**named: bool) -> x509.KeyUsage:
    uses = dict.fromkeys(
        ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"), False
    ) | dict.fromkeys(("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"), False)
    return x509.KeyUsage(**(uses | named))
