"""From a PDF, a credential as JSON or a credential as JWT to what it claims under a signature of the trust kit's issuer.

Every key that ever was the issuer's is tried, stolen ones too: what a stolen key signed is no stranger's. How far it is believed is
asked later, when the log has been asked for the file.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from io import BytesIO
from typing import Any, Final

import pikepdf

from certificate_signing.credential_text import read_credential, write_credential
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import did_web, jwt_keys, verification_keys
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.key_standing import Standing
from certificate_signing.pdf_check import check_pdf
from certificate_signing.timestamp_trust import proved_at
from certificate_signing.vc_jwt import check_jwt
from lti_tool.files import sha256
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_claims import Claim, Signature, claim_of
from lti_tool.verification.pdf import SEAL_REASONS
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.traces import decoded_jwt, find
from lti_tool.verification.verdict import VerdictOutcome

# What a check found → the reason that people are told of a credential that names the issuer; the rest is `changed`.
_PROOF: Final = {
    "content-changed": "content-changed",
    "no-proof": "seal-removed",
    "method-unknown": "other-signer",
    "issuer-differs": "other-signer",
}


def read_pdf(kit: TrustKit, steps: Steps, content: bytes) -> Claim:
    """Take the steps of a seal. Raises Ended."""
    checked = check_pdf(content, [known.certificate for known in kit.ring.known_seals], kit.authorities)
    if not checked.good:
        code = checked.codes[0] if checked.codes else ""
        ours = checked.ours or kit.organisation.casefold() in checked.signer_name.casefold()
        unreadable = code in ("unreadable-pdf", "cannot-be-verified")
        raise _refused(kit, content, SEAL_REASONS.get(code, "changed"), "unreadable" if unreadable else "not-ours", ours=ours)
    for step in ("seal-present", "unchanged", "seal-ours"):
        steps.held(step)
    standing = next(known.standing for known in kit.ring.known_seals if known.certificate == checked.certificate)
    claim = claim_of(kit, _embedded(content), Signature(standing, (sha256(content),)))
    # The log, which has this very file, may show that the stamp of an authority that was stolen is not backdated.
    entry = kit.traced(claim.number).issued_with("pdf_sha256", sha256(content))
    proved = proved_at(checked.stamps, kit.authorities, None if entry is None else datetime.fromisoformat(entry.at))
    return replace(claim, signature=replace(claim.signature, proved_at=proved))


def read_json(kit: TrustKit, steps: Steps, content: bytes) -> Claim:
    """Take the steps of a credential with its proof. Raises Ended."""
    try:
        document = read_credential(content)
    except CredentialUnreadable:
        raise _refused(kit, content, "changed", "unreadable") from None
    steps.held("credential-readable")
    checked = check_proof(document, verification_keys(kit.address, kit.ring.credential_known))
    if not checked.ok:
        raise _refused(kit, content, _PROOF.get(checked.codes[0], "changed"), "not-ours")
    steps.held("proof-ours")
    # A wallet may have stored it with other spaces.
    digests = (sha256(content), sha256(write_credential(document)))
    return claim_of(kit, document, Signature(_standing(kit, checked.verification_method), digests))


def read_jwt(kit: TrustKit, steps: Steps, content: bytes) -> Claim:
    """Take the steps of a credential as JWT. Raises Ended."""
    checked = check_jwt(content, jwt_keys(kit.address, kit.ring.jwt_known), did_web(kit.address))
    if checked.codes and checked.codes[0] == "jwt-unreadable":
        raise _refused(kit, decoded_jwt(content), "changed", "unreadable")
    steps.held("credential-readable")
    if not checked.ok or checked.document is None:
        raise _refused(kit, decoded_jwt(content), _PROOF.get(checked.codes[0], "changed"), "not-ours")
    steps.held("proof-ours")
    return claim_of(kit, checked.document, Signature(_standing(kit, checked.key_id), (sha256(content.strip()),)))


def _embedded(content: bytes) -> dict[str, Any]:
    try:
        with pikepdf.open(BytesIO(content)) as document:
            return read_credential(document.attachments["credential.json"].get_file().read_bytes())
    except (pikepdf.PdfError, KeyError, CredentialUnreadable):
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None


def _standing(kit: TrustKit, method: str | None) -> Standing:
    found = kit.ring.standing((method or "").rpartition("#")[2])
    if found is None:
        raise Ended(VerdictOutcome.CANNOT_TELL, "not-ours")
    return found


def _refused(kit: TrustKit, content: bytes, reason: str, stranger: str, *, ours: bool = False) -> Ended:
    """Tell what names the issuer and fails (not valid, for this reason) from what has nothing to do with it (can't tell)."""
    traces = find(content, kit.address, [known.certificate for known in kit.ring.known_seals])
    known = any(kit.traced(number).entries for number in traces.numbers)
    if ours or traces or known or did_web(kit.address).encode() in content:
        return Ended(VerdictOutcome.NOT_VALID, reason)
    return Ended(VerdictOutcome.CANNOT_TELL, stranger)
