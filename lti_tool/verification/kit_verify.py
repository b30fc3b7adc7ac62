"""Verify a certificate with nothing but a trust kit: its PDF, its credential (JSON or JWT), or the text of its QR code.

What is shown besides the answer is what the issuer signed in that very file: there is no register to ask. The log decides what
became of the certificate, and the status lists for what is older than the log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Final, cast

from certificate_signing.log_entry import LogEntry
from certificate_signing.vc_jwt import looks_like_jwt
from lti_tool.public_log import publishing
from lti_tool.verification.kit import TrustKit
from lti_tool.verification.kit_claims import Claim
from lti_tool.verification.kit_forms import read_json, read_jwt, read_pdf
from lti_tool.verification.kit_token import read_token
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

if TYPE_CHECKING:
    from lti_tool.issuing.certificate import Certificate

# Whether the key counts is asked behind what is true of the certificate whoever made the file, and before all that is good of it.
_STANDING: Final = ("kit-knows", "not-revoked", "key-counted", "not-replaced", "in-time")


@dataclass(frozen=True, slots=True)
class KitAnswer:
    """A verdict, and what the file itself says under the issuer's signature: empty unless that signature is right and counts."""

    verdict: Verdict
    said: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Form:
    """One way to show a certificate: its steps before those of all, what reads it, and what the log calls the hash of such a file.

    `exact` tells that only the very file that was issued counts; a wallet may write a credential anew, nobody a PDF or a JWT.
    """

    shown: Shown
    steps: tuple[str, ...]
    read: Callable[[TrustKit, Steps, bytes], Claim]
    log_name: str = ""
    exact: bool = False


_PROOF: Final = ("credential-readable", "proof-ours")
_PDF: Final = _Form(Shown.PDF, ("seal-present", "unchanged", "seal-ours"), read_pdf, "pdf_sha256", exact=True)
_JSON: Final = _Form(Shown.CREDENTIAL, _PROOF, read_json, "credential_sha256")
_JWT: Final = _Form(Shown.JWT, _PROOF, read_jwt, "jwt_sha256", exact=True)
_TOKEN: Final = _Form(Shown.TOKEN, ("token-readable", "token-key", "token-unchanged", "token-number"), read_token)


def verify_with_kit(kit: TrustKit, content: bytes, at: datetime) -> KitAnswer:
    """Answer for a file or text at an instant. Never raises for what it is shown."""
    form = _form(content)
    steps, said = Steps(*form.steps, *_STANDING, shown=form.shown), dict[str, str]()
    try:
        claim = form.read(kit, steps, content)
        if claim.signature.standing.sound:
            said.update(claim.said)
        entry = _know(kit, steps, claim, form)
        _refuse_revoked(kit, steps, claim)
        _count(steps, claim, entry)
        said.update(claim.said)
        _stand(kit, steps, claim, at)
    except Ended as ended:
        return KitAnswer(steps.failed(ended), said)
    # There is no record of ours to answer with.
    return KitAnswer(steps.verdict(cast("Certificate", None)), said)


def _form(content: bytes) -> _Form:
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return _JSON
    if looks_like_jwt(content):
        return _JWT
    return _PDF if b"%PDF" in start else _TOKEN


def _know(kit: TrustKit, steps: Steps, claim: Claim, form: _Form) -> LogEntry | None:
    """Take the step "the log knows it"; return the entry by which this very file was issued, None if the log has none. Raises Ended."""
    traced = kit.traced(claim.number)
    found = [traced.issued_with(form.log_name, digest) for digest in claim.signature.digests]
    entry = next((one for one in found if one is not None), None)
    if not traced.says(publishing.ISSUED):
        older = kit.begun_at is None or claim.issued_at < kit.begun_at
        if not older or kit.listed(claim.status_index) is None:
            # Made after the kit, or with a stolen key and never noted: the log of the kit doesn't know it.
            raise Ended(VerdictOutcome.CANNOT_TELL, "kit-unknown")
    elif form.exact and entry is None:
        raise _never_issued(claim)
    steps.held("kit-knows")
    return entry


def _never_issued(claim: Claim) -> Ended:
    """Return what to say of a file that a key of the issuer made for a certificate that was issued as another file."""
    if claim.signature.standing.believes(claim.signature.proved_at):
        return Ended(VerdictOutcome.CANNOT_TELL, "sealed-not-registered")
    return Ended(VerdictOutcome.NOT_VALID, "key-stolen")


def _refuse_revoked(kit: TrustKit, steps: Steps, claim: Claim) -> None:
    traced = kit.traced(claim.number)
    # The list of what ended names what was replaced, too; the log tells the two apart.
    if traced.says(publishing.REVOKED) or (kit.listed(claim.status_index) and not traced.says(publishing.SUPERSEDED)):
        raise Ended(VerdictOutcome.NOT_VALID, "revoked")
    steps.held("not-revoked")


def _count(steps: Steps, claim: Claim, entry: LogEntry | None) -> None:
    """Take the step "the key counted": a stolen one for what a timestamp or the place in the log proves to be older. Raises Ended."""
    signature = claim.signature
    proofs = (signature.proved_at, None if entry is None else datetime.fromisoformat(entry.at))
    if not any(signature.standing.believes(proof) for proof in proofs):
        # It may be genuine all the same: it is what a wallet wrote anew, or older than the log, or a code, of which the log knows nothing.
        raise Ended(VerdictOutcome.CANNOT_TELL, "key-compromised" if entry is None else "seal-not-trusted")
    if not signature.in_time:
        raise Ended(VerdictOutcome.CANNOT_TELL, "key-out-of-time")
    steps.held("key-counted")


def _stand(kit: TrustKit, steps: Steps, claim: Claim, at: datetime) -> None:
    if kit.traced(claim.number).says(publishing.SUPERSEDED):
        raise Ended(VerdictOutcome.WAS_VALID, "replaced")
    steps.held("not-replaced")
    if claim.ends_at is not None and at >= claim.ends_at:
        raise Ended(VerdictOutcome.WAS_VALID, "expired")
    steps.held("in-time")
