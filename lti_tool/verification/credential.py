"""From an Open Badges credential, as JSON with its proof or as a VC-JWT, to a `Verdict`."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from certificate_signing.credential_text import read_credential
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import did_web, verification_keys
from certificate_signing.errors import CredentialUnreadable
from certificate_signing.key_standing import Standing
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.issuing.register import by_number, credential
from lti_tool.problem import Problem
from lti_tool.verification.addresses import OWN_PATH
from lti_tool.verification.key_times import counted, refuse_unregistered
from lti_tool.verification.naming import named, traces_in
from lti_tool.verification.standing import STANDING, stand
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import Shown, Verdict, VerdictOutcome

CREDENTIAL_STEPS: Final = ("credential-readable", "proof-ours", "in-register", "key-counted", *STANDING)


def verify_credential(installation: Installation, content: bytes) -> Verdict:
    """Answer for an Open Badges credential: the proof by our keys, the register, and how the certificate stands."""
    steps = Steps(*CREDENTIAL_STEPS, shown=Shown.CREDENTIAL)
    with installation.database.read() as session:
        try:
            document = _readable(session, installation, content)
            steps.held("credential-readable")
            standing = _check_proof(session, installation, document, content)
            steps.held("proof-ours")
            number = _registered(session, installation, document, standing)
            steps.held("in-register")
            counted(installation, session, steps, standing, number)
            return steps.verdict(stand(session, steps, number))
        except Ended as ended:
            return steps.failed(ended)


def _readable(session: Session, installation: Installation, content: bytes) -> dict[str, Any]:
    try:
        return read_credential(content)
    except CredentialUnreadable:
        traces = traces_in(installation, content)
        one = named(session, traces)
        if traces or one:
            raise Ended(VerdictOutcome.NOT_VALID, "changed", one) from None
        raise Ended(VerdictOutcome.CANNOT_TELL, "unreadable") from None


def _check_proof(session: Session, installation: Installation, document: dict[str, Any], content: bytes) -> Standing | None:
    """Return how far the key is believed that made the proof. Raises Ended."""
    base_url = installation.settings.base_url
    checked = check_proof(document, verification_keys(base_url, ring(installation).credential_known))
    if checked.ok:
        return ring(installation).standing((checked.verification_method or "").partition("#")[2])
    traces = traces_in(installation, content)
    one = named(session, traces)
    if not (traces or one) and did_web(base_url).encode() not in content:
        raise Ended(VerdictOutcome.CANNOT_TELL, "not-ours")
    reason = {"content-changed": "content-changed", "no-proof": "seal-removed", "method-unknown": "other-signer", "issuer-differs": "other-signer"}
    raise Ended(VerdictOutcome.NOT_VALID, reason.get(checked.codes[0], "changed"), one)


def _registered(session: Session, installation: Installation, document: dict[str, Any], standing: Standing | None) -> str:
    """Return the number of the certificate that this is the credential of. A wallet may have stored it with other spaces."""
    path = OWN_PATH.fullmatch(urlsplit(str(document.get("id", ""))).path)
    found = by_number(session, path.group(1)) if path else None
    if found is not None:
        try:
            if read_credential(credential(installation, found.content.number)) == document:
                return found.content.number
        except (Problem, CredentialUnreadable):
            raise Ended(VerdictOutcome.CANNOT_TELL, "record-damaged") from None
    raise refuse_unregistered(standing)
