"""The CMS of a seal (RFC 5652, PAdES baseline B-B): who signed, over which digest, and whether the signature is right."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


class CmsWrong(Exception):
    """The CMS is not one that our seals have; the sentence says why."""


@dataclass(frozen=True, slots=True)
class SealCms:
    """One signer's statement: `certificate` is what the CMS claims, trusted by nobody until it is pinned."""

    certificate: bytes
    digest: bytes
    signed: bytes
    signature: bytes

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
        if not isinstance(key, RSAPublicKey):
            return False
        try:
            key.verify(self.signature, self.signed, PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            return False
        return True


def read_cms(content: bytes) -> SealCms:
    """Parse the CMS of a seal, of which no byte may be unsigned or meaningless.

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
    )
    if _written(found, certificates) != content:
        raise CmsWrong("something in it is not as we write it, and nobody signed it")
    return found


def _attributes(signed: Any) -> dict[str, Any]:
    found = {attribute["type"].native: attribute["values"][0] for attribute in signed}
    if set(found) != {"content_type", "message_digest", "signing_certificate_v2"} or len(signed) != len(found):
        raise CmsWrong("other attributes than a seal has")
    return found


def _named_first(certificates: Sequence[bytes], named: tsp.SigningCertificateV2) -> bytes:
    """Return the certificate named first by signing-certificate-v2 (RFC 5035), which must name all of them by hash."""
    hashes_named = [each["cert_hash"].native for each in named["certs"]]
    by_hash = {hashlib.sha256(der).digest(): der for der in certificates}
    if set(hashes_named) != set(by_hash) or len(by_hash) != len(certificates):
        raise CmsWrong("a certificate in it is not named by the signature")
    return by_hash[hashes_named[0]]


def _written(seal: SealCms, certificates: Sequence[bytes]) -> bytes:
    """Write the CMS anew from its signed parts: equal bytes mean that there is nothing else in it."""
    signer = asn1_x509.Certificate.load(seal.certificate)
    identifier = cms.IssuerAndSerialNumber({"issuer": signer.issuer, "serial_number": signer.serial_number})
    info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": identifier}),
            "digest_algorithm": {"algorithm": "sha256"},
            "signature_algorithm": {"algorithm": "sha256_rsa"},
            "signed_attrs": cms.CMSAttributes.load(seal.signed),
            "signature": seal.signature,
        }
    )
    data = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [asn1_x509.Certificate.load(der) for der in certificates],
        "signer_infos": [info],
    }
    written = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()
    assert isinstance(written, bytes)  # noqa: S101 - asn1crypto has no types
    return written
