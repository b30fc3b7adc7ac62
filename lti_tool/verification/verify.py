"""From a number, a PDF, a credential or a scanned text to a `Verdict`: what it is, and how we know.

The register decides; seals and proofs only tell whether what was shown to us is what the register holds. The certificate in
the answer is always our own record, never what a file says of itself (threat S06).
"""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from certificate_signing.credential_text import read_credential
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import did_web, verification_keys
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.pdf_check import PdfCheck, check_pdf
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import Certificate
from lti_tool.issuing.keys import ring
from lti_tool.issuing.number import ALPHABET, LENGTH, parse
from lti_tool.issuing.register import by_number, by_pdf, credential
from lti_tool.problem import Problem
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.traces import Traces, find
from lti_tool.verification.verdict import Verdict, VerdictOutcome

NUMBER_STEPS: Final = ("number-well-formed", *STANDING)
PDF_STEPS: Final = ("seal-present", "unchanged", "seal-ours", "in-register", *STANDING)
CREDENTIAL_STEPS: Final = ("credential-readable", "proof-ours", "in-register", *STANDING)

# Longer texts are not addresses or numbers (characters).
_LONGEST_TEXT: Final = 4096
_OWN_PATH: Final = re.compile(r"/c/([0-9A-Za-z-]+?)(?:\.pdf|\.json)?/?")

# What the check of a PDF found → the reason that people are told.
_REASONS: Final = {
    "changed-after-sealing": "changed-after-sealing",
    "content-changed": "content-changed",
    "seal-broken": "seal-broken",
    "more-than-one-seal": "more-than-one-seal",
    "not-certified": "seal-broken",
    "other-signer": "other-signer",
    "no-seal": "seal-removed",
}


def verify_number(installation: Installation, text: str) -> Verdict:
    """Answer for a number, typed in whatever way."""
    steps = Steps(*NUMBER_STEPS)
    with installation.database.read() as session:
        try:
            number = parse(text)
            if number is None:
                raise Ended(VerdictOutcome.CANNOT_TELL, "number-mistyped")
            steps.held("number-well-formed")
            return steps.verdict(stand(session, steps, number))
        except Ended as ended:
            return steps.failed(ended)


def verify_pdf(installation: Installation, content: bytes) -> Verdict:
    """Answer for a PDF: the seal, the register by the file's SHA-256, and how the certificate stands. Never raises for content."""
    steps = Steps(*PDF_STEPS)
    with installation.database.read() as session:
        try:
            known = by_pdf(session, sha256(content))
            checked = check_pdf(content, ring(installation).trusted_seals())
            if not checked.good:
                raise _not_good(session, installation, content, checked, known)
            for step in ("seal-present", "unchanged", "seal-ours"):
                steps.held(step)
            if known is None:
                # Sealed by us and not on record: lost in a restore, or made with a stolen key. We can't vouch for it.
                raise Ended(VerdictOutcome.CANNOT_TELL, "sealed-not-registered")
            steps.held("in-register")
            return steps.verdict(stand(session, steps, known.content.number))
        except Ended as ended:
            return steps.failed(ended)


def verify_credential(installation: Installation, content: bytes) -> Verdict:
    """Answer for an Open Badges credential: the proof by our keys, the register, and how the certificate stands."""
    steps = Steps(*CREDENTIAL_STEPS)
    with installation.database.read() as session:
        try:
            document = _readable(session, installation, content)
            steps.held("credential-readable")
            _check_proof(session, installation, document, content)
            steps.held("proof-ours")
            number = _registered(session, installation, document)
            steps.held("in-register")
            return steps.verdict(stand(session, steps, number))
        except Ended as ended:
            return steps.failed(ended)


def verify_anything(installation: Installation, content: bytes) -> Verdict:
    """Answer for whatever was shown: a PDF, a credential, the address from a QR code, or a number."""
    start = content[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return verify_credential(installation, content)
    text = _text(content)
    if b"%PDF" in start or text is None or "%%EOF" in text:
        return verify_pdf(installation, content)
    return verify_text(installation, text)


def verify_text(installation: Installation, text: str) -> Verdict:
    """Answer for an address or a number. A number at a foreign address is not valid: the paper may lead to a look-alike (S08)."""
    if "://" not in text:
        return verify_number(installation, text) if _like_number(text) else _unrecognised()
    ours = urlsplit(installation.settings.base_url)
    try:
        shown = urlsplit(text)
        own = (shown.scheme, shown.netloc) == (ours.scheme, ours.netloc)
    except ValueError:
        return _unrecognised()
    found = _OWN_PATH.fullmatch(shown.path)
    if own and found:
        return verify_number(installation, found.group(1))
    if found and parse(found.group(1)):
        return Steps("address-ours").failed(Ended(VerdictOutcome.NOT_VALID, "other-address"))
    return _unrecognised()


def _not_good(session: Session, installation: Installation, content: bytes, checked: PdfCheck, known: Certificate | None) -> Ended:
    """Tell a forged or damaged certificate of ours (not valid) from a file that has nothing to do with us (can't tell)."""
    if known is not None:
        # Byte for byte what we issued, but its seal no longer counts: the key was withdrawn.
        return Ended(VerdictOutcome.CANNOT_TELL, "seal-not-trusted", known)
    traces = _traces(installation, content)
    code = checked.codes[0] if checked.codes else "cannot-be-verified"
    claims_us = installation.settings.organisation.casefold() in checked.signer_name.casefold()
    named = _named(session, traces)
    if not (traces or named or checked.ours or claims_us):
        return Ended(VerdictOutcome.CANNOT_TELL, "unreadable" if code in ("unreadable-pdf", "cannot-be-verified") else "not-ours")
    return Ended(VerdictOutcome.NOT_VALID, _REASONS.get(code, "changed"), named)


def _traces(installation: Installation, content: bytes) -> Traces:
    return find(content, installation.settings.base_url, ring(installation).trusted_seals())


def _named(session: Session, traces: Traces) -> Certificate | None:
    # What the register holds under the number that the file names: the reader can compare.
    return by_number(session, traces.numbers[0]) if len(traces.numbers) == 1 else None


def _readable(session: Session, installation: Installation, content: bytes) -> dict[str, Any]:
    try:
        return read_credential(content)
    except CredentialUnreadable:
        traces = _traces(installation, content)
        named = _named(session, traces)
        if traces or named:
            raise Ended(VerdictOutcome.NOT_VALID, "changed", named) from None
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None


def _check_proof(session: Session, installation: Installation, document: dict[str, Any], content: bytes) -> None:
    base_url = installation.settings.base_url
    checked = check_proof(document, verification_keys(base_url, ring(installation).credential_public))
    if checked.ok:
        return
    traces = _traces(installation, content)
    named = _named(session, traces)
    if not (traces or named) and did_web(base_url).encode() not in content:
        raise Ended(VerdictOutcome.CANNOT_TELL, "not-ours")
    reason = {"content-changed": "content-changed", "no-proof": "seal-removed", "method-unknown": "other-signer", "issuer-differs": "other-signer"}
    raise Ended(VerdictOutcome.NOT_VALID, reason.get(checked.codes[0], "changed"), named)


def _registered(session: Session, installation: Installation, document: dict[str, Any]) -> str:
    """Return the number of the certificate that this is the credential of. A wallet may have stored it with other spaces."""
    named = _OWN_PATH.fullmatch(urlsplit(str(document.get("id", ""))).path)
    found = by_number(session, named.group(1)) if named else None
    if found is not None:
        try:
            if read_credential(credential(installation, found.content.number)) == document:
                return found.content.number
        except (Problem, CredentialUnreadable):
            raise Ended(VerdictOutcome.CANNOT_TELL, "record-damaged") from None
    raise Ended(VerdictOutcome.CANNOT_TELL, "sealed-not-registered")


def _text(content: bytes) -> str | None:
    if len(content) > _LONGEST_TEXT:
        return None
    try:
        return content.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None


def _like_number(text: str) -> bool:
    plain = re.sub(r"[^0-9A-Za-z]", "", text)
    return abs(len(plain) - LENGTH) <= 4 and sum(character in ALPHABET for character in plain.upper()) >= LENGTH - 6 and len(text) < 80


def _unrecognised() -> Verdict:
    return Steps("recognised").failed(Ended(VerdictOutcome.CANNOT_TELL, "not-recognised"))
