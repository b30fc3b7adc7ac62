"""What the register says of a certificate today: the steps that every verification ends with."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.decision.freezing import digest
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.issuing.register import certificate as frozen
from lti_tool.issuing.register import record_of
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import VerdictOutcome

STANDING: Final = ("record-intact", "not-revoked", "not-replaced", "in-time")


def stand(session: Session, steps: Steps, number: str) -> Certificate:
    """Take the steps from "the record is intact" to "not expired". Raises Ended."""
    record = record_of(session, number)
    if record is None:
        raise Ended(VerdictOutcome.NOT_VALID, "number-unknown")
    # A damaged register must not confirm what it can't vouch for (threat R16).
    if digest(record.content) != record.content_sha256 or record.content.get("number") != record.number:
        raise Ended(VerdictOutcome.CANNOT_TELL, "record-damaged")
    steps.held("record-intact")
    found = frozen(record)
    if found.state is CertificateState.REVOKED:
        raise Ended(VerdictOutcome.NOT_VALID, "revoked", found)
    steps.held("not-revoked")
    if found.state is CertificateState.SUPERSEDED:
        raise Ended(VerdictOutcome.WAS_VALID, "replaced", found)
    steps.held("not-replaced")
    if _expired(found):
        raise Ended(VerdictOutcome.WAS_VALID, "expired", found)
    steps.held("in-time")
    return found


def _expired(certificate: Certificate) -> bool:
    # The last day itself still counts, where the scheme is at home.
    last = certificate.content.expires_on
    return last is not None and clock.today(_zone(certificate)) > last


def _zone(certificate: Certificate) -> str:
    try:
        return shipped().edition(certificate.content.scheme_id, certificate.content.scheme_edition).time_zone
    except Problem:
        return "UTC"
