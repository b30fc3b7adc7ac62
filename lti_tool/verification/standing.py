"""What the register says of a certificate today: the steps that every verification ends with."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from certificate_signing.errors import LogWrong
from lti_tool import clock
from lti_tool.decision.freezing import digest
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.issuing.entry import Entry, entry_of, leaf_of
from lti_tool.issuing.logged import proof_of
from lti_tool.issuing.register import certificate as frozen
from lti_tool.problem import Problem
from lti_tool.public_log.tree import Reader
from lti_tool.scheme.catalogue import shipped
from lti_tool.verification.steps import Ended, Steps
from lti_tool.verification.verdict import VerdictOutcome

STANDING: Final = ("record-intact", "not-revoked", "not-replaced", "in-time")


def stand(reader: Reader, steps: Steps, number: str) -> Certificate:
    """Take the steps from "the record is intact" to "not expired". Raises Ended."""
    record = entry_of(reader, number)
    if record is None:
        raise Ended(VerdictOutcome.NOT_VALID, "number-unknown")
    # A damaged register must not confirm what it can't vouch for (threat R16).
    if digest(record.content) != record.content_sha256 or record.content.get("number") != record.number:
        raise Ended(VerdictOutcome.CANNOT_TELL, "record-damaged")
    steps.held("record-intact")
    _in_public_log(reader, steps, record)
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


def _in_public_log(reader: Reader, steps: Steps, record: Entry) -> None:
    """Take the step, for all but certificates that are older than the log: it says what the record says, or neither is confirmed."""
    leaf = leaf_of(record)
    if leaf is None:
        return
    try:
        proof = proof_of(reader, None, leaf, record.number, record.content_sha256)
    except LogWrong:
        raise Ended(VerdictOutcome.CANNOT_TELL, "log-differs") from None
    steps.log = proof
    steps.proved(datetime.fromisoformat(proof.entry.at))
    steps.also("in-public-log")


def _expired(certificate: Certificate) -> bool:
    # The last day itself still counts, where the scheme is at home.
    last = certificate.content.expires_on
    return last is not None and clock.today(_zone(certificate)) > last


def _zone(certificate: Certificate) -> str:
    try:
        return shipped().edition(certificate.content.scheme_id, certificate.content.scheme_edition).time_zone
    except Problem:
        return "UTC"
