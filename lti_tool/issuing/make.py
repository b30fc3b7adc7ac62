"""One certificate from its stored content: credential, its proof, the token of its QR code, the page, the seal."""

from __future__ import annotations

from dataclasses import dataclass

from certificate_signing.credential_text import write_credential
from certificate_signing.data_integrity import add_proof
from certificate_signing.did import jwk_address, verification_method
from certificate_signing.errors import KeyMissing
from certificate_signing.keyring import JwtKey, KeyRing
from certificate_signing.log_proof import LogProof
from certificate_signing.pdf_seal import seal
from certificate_signing.seal_policy import SealPolicy
from certificate_signing.vc_jwt import sign_jwt
from lti_tool.issuing import badge, europass
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.render import render
from lti_tool.issuing.token import qr_text
from lti_tool.scheme.model import Award


@dataclass(frozen=True, slots=True)
class Made:
    """The sealed PDF, the JSON of the credential that is embedded in it, byte for byte, and the same credential as a JWT.

    `jwt` is None if the ring has no key for JWTs; `elm` is the European Digital Credential, None where none is configured.
    """

    pdf: bytes
    credential: bytes
    jwt: bytes | None = None
    elm: bytes | None = None

    def files(self) -> dict[str, bytes | None]:
        """Return the files by what the register calls them."""
        return {"pdf": self.pdf, "credential": self.credential, "jwt": self.jwt, "elm": self.elm}


def make(content: CertificateContent, award: Award, ring: KeyRing, policy: SealPolicy | None = None, log_proof: LogProof | None = None) -> Made:
    """Make a certificate: the same content, keys and proof give the same bytes, but for timestamps. May be called from several threads.

    Raises KeyMissing, KeyUnsafe or KeyWrong of `certificate_signing.errors` if the ring can't sign, TimestampFailed or
    ValidationMissing if the policy of the seal can't be fulfilled.
    """
    credential = signed_credential(content, award, ring)
    page = render(content, credential, qr_text(content, ring.credential), None if log_proof is None else log_proof.encoded())
    pdf = seal(page, ring.seal, at=content.issued_at, reason="Certificate issued", organisation=content.issuer_name, policy=policy)
    return Made(pdf, credential, signed_jwt(content, award, ring), europass.sealed(content, award, ring))


def signed_credential(content: CertificateContent, award: Award, ring: KeyRing) -> bytes:
    """Return the credential with its proof, as JSON in UTF-8."""
    document = badge.credential(content, award)
    key = ring.credential
    method = verification_method(content.base_url, key.key_id)
    signed = add_proof(document, key, method, content.issued_at, varying=badge.varying(document))
    return write_credential(signed)


def signed_jwt(content: CertificateContent, award: Award, ring: KeyRing) -> bytes | None:
    """Return the credential as a compact JWT; None if the ring has no key for JWTs."""
    key = _jwt_key(ring)
    if key is None:
        return None
    document = badge.credential(content, award)
    return sign_jwt(document, key, jwk_address(content.base_url, key.key_id), varying=badge.varying(document)).encode()


def _jwt_key(ring: KeyRing) -> JwtKey | None:
    try:
        return ring.jwt
    except KeyMissing:
        return None
