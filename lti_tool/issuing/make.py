"""One certificate from its stored content: credential, its proof, the page, the seal."""

from __future__ import annotations

import json
from dataclasses import dataclass

from certificate_signing.data_integrity import add_proof
from certificate_signing.did import verification_method
from certificate_signing.keyring import KeyRing
from certificate_signing.pdf_seal import seal
from lti_tool.issuing import badge
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.render import render
from lti_tool.scheme.model import Award


@dataclass(frozen=True, slots=True)
class Made:
    """The sealed PDF and the JSON of the credential that is embedded in it, byte for byte."""

    pdf: bytes
    credential: bytes


def make(content: CertificateContent, award: Award, ring: KeyRing) -> Made:
    """Make a certificate: the same content and keys give the same bytes. May be called from several threads.

    Raises KeyMissing, KeyUnsafe or KeyWrong of `certificate_signing.errors` if the ring can't sign.
    """
    credential = signed_credential(content, award, ring)
    page = render(content, credential)
    pdf = seal(page, ring.seal, at=content.issued_at, reason="Certificate issued", organisation=content.issuer_name)
    return Made(pdf, credential)


def signed_credential(content: CertificateContent, award: Award, ring: KeyRing) -> bytes:
    """Return the credential with its proof, as JSON in UTF-8."""
    document = badge.credential(content, award)
    key = ring.credential
    method = verification_method(content.base_url, key.key_id)
    signed = add_proof(document, key, method, content.issued_at, varying=badge.varying(document))
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()
