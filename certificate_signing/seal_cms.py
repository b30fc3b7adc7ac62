"""The CMS of a seal (RFC 5652, PAdES baseline B-B): who signed, over which digest, and whether the signature is right."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from asn1crypto import cms, core
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
    """Parse the CMS of a seal. Raises CmsWrong for anything that ours never have, ValueError or TypeError for other bytes."""
    outer = cms.ContentInfo.load(content, strict=True)
    if outer["content_type"].native != "signed_data":
        raise CmsWrong("no signed data")
    data = outer["content"]
    if len(data["signer_infos"]) != 1 or data["encap_content_info"]["content"].native is not None:
        raise CmsWrong("not exactly one signer of detached content")
    signer = data["signer_infos"][0]
    if signer["digest_algorithm"]["algorithm"].native != "sha256" or signer["signature_algorithm"].signature_algo != "rsassa_pkcs1v15":
        raise CmsWrong("other algorithms")
    if isinstance(signer["unsigned_attrs"], cms.CMSAttributes):
        raise CmsWrong("unsigned attributes")
    attributes = _attributes(signer["signed_attrs"])
    if attributes.get("content_type") != "data" or not isinstance(attributes.get("message_digest"), bytes):
        raise CmsWrong("the attributes of a signature over data are missing")
    certificate = _certificate(data, attributes)
    # The signature is over the attributes as a SET OF, whatever tag they carry in the message (RFC 5652, section 5.4).
    signed = b"\x31" + signer["signed_attrs"].dump()[1:]
    return SealCms(certificate, attributes["message_digest"], signed, signer["signature"].native)


def _attributes(signed: Any) -> dict[str, Any]:
    if isinstance(signed, core.Void):
        raise CmsWrong("no signed attributes")
    found: dict[str, Any] = {}
    for attribute in signed:
        name = attribute["type"].native
        if name in found or len(attribute["values"]) != 1:
            raise CmsWrong("an attribute stands twice")
        found[name] = attribute["values"][0].native
    return found


def _certificate(data: Any, attributes: dict[str, Any]) -> bytes:
    """Find the one certificate that the signed attribute signing-certificate-v2 names by its hash (RFC 5035)."""
    named = attributes.get("signing_certificate_v2")
    if named is None:
        raise CmsWrong("no signing-certificate-v2, which PAdES requires")
    wanted = named["certs"][0]["cert_hash"]
    for choice in data["certificates"]:
        der: bytes = choice.chosen.dump()
        if hashlib.sha256(der).digest() == wanted:
            return der
    raise CmsWrong("the certificate named by the signature is not in it")
