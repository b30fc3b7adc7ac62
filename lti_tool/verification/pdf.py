"""From a PDF to a `Verdict`: its seal, the register by the file's SHA-256, and how the certificate stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from certificate_signing.pdf_check import PdfCheck, check_pdf
from certificate_signing.timestamp_trust import Authority, proved_at
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.keys import ring
from lti_tool.issuing.logged import issued_at
from lti_tool.issuing.register import by_pdf
from lti_tool.issuing.sealing import authorities
from lti_tool.problem import Problem
from lti_tool.verification.key_times import counted, refuse_unregistered
from lti_tool.verification.naming import named, traces_in
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

PDF_STEPS: Final = ("seal-present", "unchanged", "seal-ours", "in-register", "key-counted", *STANDING)

# What the check of a PDF found → the reason that people are told; the rest is `changed`.
SEAL_REASONS: Final = {
    "changed-after-sealing": "changed-after-sealing",
    "content-changed": "content-changed",
    "seal-broken": "seal-broken",
    "more-than-one-seal": "more-than-one-seal",
    "not-certified": "seal-broken",
    "timestamp-wrong": "seal-broken",
    "other-signer": "other-signer",
    "no-seal": "seal-removed",
}


def verify_pdf(installation: Installation, content: bytes) -> Verdict:
    """Answer for a PDF: the seal, the register by the file's SHA-256, and how the certificate stands. Never raises for content."""
    steps = Steps(*PDF_STEPS, shown=Shown.PDF)
    with installation.database.read() as session:
        try:
            known = by_pdf(session, sha256(content))
            seals = {known.certificate: known.standing for known in ring(installation).known_seals}
            checked = check_pdf(content, tuple(seals), trusted := authorities(installation))
            if not checked.good:
                raise _not_good(session, installation, content, checked, known)
            for step in ("seal-present", "unchanged", "seal-ours"):
                steps.held(step)
            standing = seals.get(checked.certificate) if checked.certificate else None
            if known is None:
                raise refuse_unregistered(standing)
            steps.held("in-register")
            if (proved := _dated(session, installation, checked, trusted, known)) is not None:
                steps.proved(proved)
            counted(installation, session, steps, standing, known.content.number)
            return steps.verdict(stand(session, steps, known.content.number))
        except Ended as ended:
            return steps.failed(ended)


def verify_hash(installation: Installation, digest: str) -> Verdict:
    """Answer for a PDF of which only the SHA-256 is known (64 hexadecimal digits): it may stay where it is if it is the one we issued."""
    with installation.database.read() as session:
        known = by_pdf(session, digest.lower())
    if known is None:
        return Steps("in-register", shown=Shown.PDF).failed(Ended(VerdictOutcome.CANNOT_TELL, "file-unknown"))
    try:
        return verify_pdf(installation, installation.files.get(digest.lower()))
    except Problem:
        return Steps("record-intact", shown=Shown.PDF).failed(Ended(VerdictOutcome.CANNOT_TELL, "record-damaged"))


def _dated(session: Session, installation: Installation, checked: PdfCheck, trusted: Sequence[Authority], known: Certificate) -> datetime | None:
    """Return the instant that the timestamps prove: the log, which has this very file, may show that they are not backdated."""
    if not checked.stamps or all(authority.compromised_at is None for authority in trusted):
        return checked.proven_at
    existed = issued_at(session, ring(installation), known.content.number, known.pdf_sha256 or "")
    return proved_at(checked.stamps, trusted, existed)


def _not_good(session: Session, installation: Installation, content: bytes, checked: PdfCheck, known: Certificate | None) -> Ended:
    """Tell a forged or damaged certificate of ours (not valid) from a file that has nothing to do with us (can't tell)."""
    if known is not None:
        # Byte for byte what we issued, but its seal no longer counts: the key was withdrawn.
        return Ended(VerdictOutcome.CANNOT_TELL, "seal-not-trusted", known)
    traces = traces_in(installation, content)
    code = checked.codes[0] if checked.codes else "cannot-be-verified"
    claims_us = installation.settings.organisation.casefold() in checked.signer_name.casefold()
    one = named(session, traces)
    if not (traces or one or checked.ours or claims_us):
        return Ended(VerdictOutcome.CANNOT_TELL, "unreadable" if code in ("unreadable-pdf", "cannot-be-verified") else "not-ours")
    return Ended(VerdictOutcome.NOT_VALID, SEAL_REASONS.get(code, "changed"), one)
