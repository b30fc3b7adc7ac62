"""The CMS of a seal (RFC 5652, PAdES baseline, ETSI EN 319 142-1): written, and read so strictly that no other bytes mean the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from certificate_signing.signatures import rsa_sha256_fits

_SAMPLE_DIGEST: Final = bytes(range(32))


class CmsWrong(Exception):
    """The CMS is not one that our seals have; the sentence says why."""


@dataclass(frozen=True, slots=True)
class SealCms:
    """One signer's statement: `certificate` is what the CMS claims, trusted by nobody until it is pinned.

    `token` is the RFC 3161 timestamp over the signature value, DER, if there is one; it is not signed by the seal.
    """

    certificate: bytes
    digest: bytes
    signed: bytes
    signature: bytes
    token: bytes | None = None

    def signer_name(self) -> str:
        """Return the claimed common name of the signer, or an empty text."""
        names = x509.load_der_x509_certificate(self.certificate).subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else ""

    def pinned(self, trusted: Sequence[x509.Certificate]) -> x509.Certificate | None:
        """Return the trusted certificate that is byte for byte the claimed one."""
        return next((each for each in trusted if each.public_bytes(Encoding.DER) == self.certificate), None)

    def signed_by(self, certificate: x509.Certificate) -> bool:
        """Tell whether the key of a certificate made the signature (RSA PKCS#1 v1.5 with SHA-256)."""
        key = certificate.public_key()
        return isinstance(key, RSAPublicKey) and rsa_sha256_fits(key, self.signature, self.signed)


class CmsTemplate:
    """The CMS of every seal by one certificate: written once, since asn1crypto takes milliseconds, and filled for each seal."""

    def __init__(self, certificates: Sequence[x509.Certificate], signature_bytes: int) -> None:
        """Take the signer's certificate, its chain behind it, and the length of the signature value."""
        self._certificates = [each.public_bytes(Encoding.DER) for each in certificates]
        self._attributes = _attributes_signed(self._certificates, _SAMPLE_DIGEST).split(_SAMPLE_DIGEST)
        signature = hashlib.shake_256(b"place of the signature").digest(signature_bytes)
        # Digest and signature value have one place each, and always the same length.
        head, rest = self._written(_SAMPLE_DIGEST, signature, None).split(_SAMPLE_DIGEST)
        self._parts = (head, *rest.split(signature))
        self.size = sum(len(part) for part in self._parts) + len(_SAMPLE_DIGEST) + signature_bytes

    def signed(self, digest: bytes) -> bytes:
        """Return what is to be signed for a document's SHA-256."""
        return digest.join(self._attributes)

    def filled(self, digest: bytes, signature: bytes, token: bytes | None = None) -> bytes:
        """Return the CMS, with a timestamp over the signature value or without."""
        if token is not None:
            return self._written(digest, signature, token)
        head, middle, end = self._parts
        return b"".join((head, digest, middle, signature, end))

    def _written(self, digest: bytes, signature: bytes, token: bytes | None) -> bytes:
        return _written(SealCms(self._certificates[0], digest, self.signed(digest), signature, token), self._certificates)


def read_cms(content: bytes) -> SealCms:
    """Parse the CMS of a seal, of which no byte may be unsigned or meaningless, but for one timestamp, which is not judged here.

    Raises CmsWrong for anything that ours never have, ValueError, TypeError, KeyError or AttributeError for other bytes.
    """
    data = cms.ContentInfo.load(content, strict=True)["content"]
    if len(data["signer_infos"]) != 1:
        raise CmsWrong("not exactly one signer")
    signer = data["signer_infos"][0]
    attributes = _attributes(signer["signed_attrs"])
    certificates = [choice.chosen.dump() for choice in data["certificates"]]
    found = SealCms(
        certificate=_named_first(certificates, attributes["signing_certificate_v2"]),
        digest=attributes["message_digest"].native,
        # The signature is over the attributes as a SET OF, whatever tag they carry in the message (RFC 5652, section 5.4).
        signed=b"\x31" + signer["signed_attrs"].dump()[1:],
        signature=signer["signature"].native,
        token=_token(signer["unsigned_attrs"]),
    )
    if _written(found, certificates) != content:
        raise CmsWrong("something in it is not as we write it, and nobody signed it")
    return found


def _attributes(signed: Any) -> dict[str, Any]:
    found = {attribute["type"].native: attribute["values"][0] for attribute in signed}
    if set(found) != {"content_type", "message_digest", "signing_certificate_v2"} or len(signed) != len(found):
        raise CmsWrong("other attributes than a seal has")
    return found


def _token(unsigned: Any) -> bytes | None:
    if isinstance(unsigned, core.Void):
        return None
    if len(unsigned) != 1 or unsigned[0]["type"].native != "signature_time_stamp_token" or len(unsigned[0]["values"]) != 1:
        raise CmsWrong("something unsigned that is no timestamp")
    token: bytes = unsigned[0]["values"][0].dump()
    return token


def _named_first(certificates: Sequence[bytes], named: tsp.SigningCertificateV2) -> bytes:
    """Return the certificate named first by signing-certificate-v2 (RFC 5035), which must name all of them by hash."""
    hashes_named = [each["cert_hash"].native for each in named["certs"]]
    by_hash = {hashlib.sha256(der).digest(): der for der in certificates}
    if set(hashes_named) != set(by_hash) or len(by_hash) != len(certificates):
        raise CmsWrong("a certificate in it is not named by the signature")
    return by_hash[hashes_named[0]]


def _attributes_signed(certificates: Sequence[bytes], digest: bytes) -> bytes:
    """Write the signed attributes: the digest, and signing-certificate-v2 (RFC 5035) with the signer first and then the whole chain.

    Naming the chain too means that no byte of the seal is left unsigned: the check refuses a changed CA certificate.
    """
    named = [tsp.ESSCertIDv2({"hash_algorithm": {"algorithm": "sha256"}, "cert_hash": hashlib.sha256(der).digest()}) for der in certificates]
    attributes = {
        "content_type": "data",
        "message_digest": digest,
        "signing_certificate_v2": tsp.SigningCertificateV2({"certs": named}),
    }
    written = cms.CMSAttributes([{"type": kind, "values": [value]} for kind, value in attributes.items()]).dump()
    assert isinstance(written, bytes)  # noqa: S101 - asn1crypto has no types
    return written


def _written(seal: SealCms, certificates: Sequence[bytes]) -> bytes:
    """Write the CMS anew from its signed parts and its timestamp: equal bytes mean that there is nothing else in it."""
    signer = asn1_x509.Certificate.load(seal.certificate)
    identifier = cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number})
    info = {
        "version": "v1",
        "sid": cms.SignerIdentifier({"issuer_and_serial_number": identifier}),
        "digest_algorithm": {"algorithm": "sha256"},
        "signature_algorithm": {"algorithm": "sha256_rsa"},
        "signed_attrs": cms.CMSAttributes.load(seal.signed),
        "signature": seal.signature,
    }
    if seal.token is not None:
        info["unsigned_attrs"] = [{"type": "signature_time_stamp_token", "values": [cms.ContentInfo.load(seal.token)]}]
    data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(der) for der in certificates],
        "signer_infos": [cms.SignerInfo(info)],
    }
    written = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()
    assert isinstance(written, bytes)  # noqa: S101 - asn1crypto has no types
    return written
