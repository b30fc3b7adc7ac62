"""The European Digital Credential of a certificate: sealed when it was issued, or made now."""

from __future__ import annotations

import json
from typing import Any

from certificate_signing.jades import sign_jades
from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.issuing import elm, register
from lti_tool.issuing.certificate import Certificate, CertificateContent, LegalEntity
from lti_tool.issuing.content import legal_entity
from lti_tool.issuing.keys import signing_ring
from lti_tool.issuing.render import picture
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Award


def sealed(content: CertificateContent, award: Award, keys: KeyRing) -> bytes | None:
    """Return the credential with the seal's signature, as issuing stores it; None if the content names no legal identifier.

    Raises KeyMissing and KeyWrong of `certificate_signing.errors`.
    """
    if content.legal is None:
        return None
    return sign_jades(elm.credential(content, award, content.legal, picture(content)), keys.seal, content.issued_at)


def available(installation: Installation, certificate: Certificate) -> bool:
    """Tell whether a certificate can be had in this form."""
    return certificate.elm_sha256 is not None or _legal(installation, certificate.content) is not None


def stored_or_made(installation: Installation, certificate: Certificate) -> bytes:
    """Return the sealed credential if it was stored, else an unsealed one.

    Raises Problem("europass-not-configured", "scheme-unknown").
    """
    if certificate.elm_sha256 is not None:
        return installation.files.get(certificate.elm_sha256)
    return unsealed(installation, certificate)


def unsealed(installation: Installation, certificate: Certificate) -> bytes:
    """Return the credential as JSON without a signature. Raises Problem as `stored_or_made` does."""
    return json.dumps(_document(installation, certificate), ensure_ascii=False, indent=2).encode() + b"\n"


def sealed_now(installation: Installation, certificate: Certificate) -> bytes:
    """Return the credential with a signature of today, for whoever may use the keys.

    Raises Problem as `stored_or_made` does, and Problem("keys-missing").
    """
    return sign_jades(_document(installation, certificate), signing_ring(installation).seal, clock.now())


def of_number(installation: Installation, number: str) -> Certificate:
    """Return a published certificate. Raises Problem("certificate-unknown")."""
    with installation.database.read() as session:
        found = register.by_number(session, number)
    if found is None:
        raise Problem("certificate-unknown")
    return found


def _document(installation: Installation, certificate: Certificate) -> dict[str, Any]:
    said = certificate.content
    legal = _legal(installation, said)
    if legal is None:
        raise Problem("europass-not-configured")
    award = shipped().edition(said.scheme_id, said.scheme_edition).award
    return elm.credential(said, award, legal, picture(said))


def _legal(installation: Installation, said: CertificateContent) -> LegalEntity | None:
    return said.legal or legal_entity(installation.settings)
