"""The durable work "issue-certificate": prepared → signed → stored → published, each step once (design rule 5).

The row says how far a certificate is. Every step looks there first, so that the whole may be begun again after a crash at
any place, or by two workers at once, and gives the same certificate.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from certificate_signing.keyring import KeyRing
from lti_tool import clock, history
from lti_tool.decision.awarding import PROGRAM
from lti_tool.decision.freezing import approved, digest
from lti_tool.decision.outcome import Decision
from lti_tool.decision.records import DecisionRecord, EventRecord, ParticipantRecord
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.content import approved_scheme, content_for, from_json, refuse_drift, to_json
from lti_tool.issuing.make import make
from lti_tool.issuing.number import new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.status import LIST_SIZE
from lti_tool.problem import Problem

# Called in the publishing transaction with the session, the certificate's row and its application, if there is one.
OnPublished = Callable[[Session, CertificateRecord, ApplicationRecord | None], None]

_log = structlog.get_logger(__name__)


def issue(installation: Installation, ring: KeyRing, decision_id: str, on_published: OnPublished) -> str:
    """Issue the certificate of an approved decision and return its number; asking again gives the same one.

    Raises Problem("decision-unknown") and Problem("award-drifted"): then nothing is signed.
    """
    number = prepare(installation, decision_id)
    failpoint("issue-prepared")
    sign(installation, ring, number)
    failpoint("issue-signed")
    publish(installation, number, on_published)
    failpoint("issue-published")
    return number


def work(installation: Installation, ring: KeyRing, decision_id: str, on_published: OnPublished) -> float | None:
    """Issue, as durable work: drift is refused for good and loudly; every other error is tried again."""
    failpoint("issue-begun")
    try:
        number = issue(installation, ring, decision_id, on_published)
    except Problem as problem:
        if problem.code not in ("award-drifted", "decision-unknown"):
            raise
        _log.critical("issue-refused", decision=decision_id, code=problem.code)
        with installation.database.write() as session:
            history.append(session, "certificate.refused", decision_id, PROGRAM, {"code": problem.code})
        return None
    _log.info("certificate-issued", decision=decision_id, sequence=_sequence(installation, number))
    return None


def prepare(installation: Installation, decision_id: str) -> str:
    """Store number, status index and to-be-signed content; return the number. What is stored already is kept."""
    with installation.database.write() as session:
        # Whoever prepares waits here for whoever prepares at the same time, and then finds what that one stored.
        history.queue_for_end(session)
        existing = session.scalars(sa.select(CertificateRecord).where(CertificateRecord.decision_id == decision_id)).first()
        if existing is not None:
            return existing.number
        decision = approved(session, decision_id)
        record = _prepared(session, installation, decision)
        session.add(record)
        session.flush()
        content = {"decision": decision_id, "content_sha256": record.content_sha256, "award_sha256": decision.sha256}
        history.append(session, "certificate.prepared", record.number, PROGRAM, content)
        return record.number


def sign(installation: Installation, ring: KeyRing, number: str) -> None:
    """Sign what was prepared and store both files; what is signed already is left alone.

    The approved award, the prepared content and their hashes must still agree (threat S03): else Problem("award-drifted").
    """
    with installation.database.read() as session:
        record = session.get_one(CertificateRecord, number)
        if record.state != CertificateState.PREPARED:
            return
        decision = approved(session, record.decision_id)
        content = from_json(record.content)
        if digest(record.content) != record.content_sha256 or not _noted(session, number, record.content_sha256):
            raise Problem("award-drifted", note=record.decision_id)
    refuse_drift(decision.award, content, installation.settings)
    made = make(content, approved_scheme(decision.award).award, ring)
    failpoint("issue-made")
    pdf_sha256, credential_sha256 = installation.files.put(made.pdf), installation.files.put(made.credential)
    failpoint("issue-stored")
    with installation.database.write() as session:
        # Only the first to come here counts; a second signature, if one was made, is bound to nothing.
        session.execute(
            sa.update(CertificateRecord)
            .where(CertificateRecord.number == number, CertificateRecord.state == CertificateState.PREPARED.value)
            .values(state=CertificateState.SIGNED.value, pdf_sha256=pdf_sha256, credential_sha256=credential_sha256)
        )


def publish(installation: Installation, number: str, on_published: OnPublished) -> None:
    """Make a signed certificate public, end the one that it replaces, and let `on_published` add what is owed with it."""
    with installation.database.write() as session:
        record = session.get_one(CertificateRecord, number, with_for_update=True)
        if record.state != CertificateState.SIGNED:
            return
        decision = session.get_one(DecisionRecord, record.decision_id)
        record.state = CertificateState.ISSUED.value
        record.issued_at = clock.now()
        content = {"decision": decision.id, "pdf_sha256": record.pdf_sha256, "credential_sha256": record.credential_sha256}
        history.append(session, "certificate.issued", number, PROGRAM, content)
        if decision.supersedes is not None:
            _supersede(session, decision.supersedes, number)
        application = session.get(ApplicationRecord, decision.application_id) if decision.application_id else None
        on_published(session, record, application)


def _prepared(session: Session, installation: Installation, decision: Decision) -> CertificateRecord:
    number, index, now = new_number(), _free_index(session), clock.now()
    content = content_for(decision.award, installation.settings, number=number, status_index=index, at=now)
    tenant_id, person_id = _holder(session, decision)
    last = session.scalar(sa.select(sa.func.max(CertificateRecord.sequence)))
    return CertificateRecord(
        number=number,
        sequence=(last or 0) + 1,
        decision_id=decision.id,
        tenant_id=tenant_id,
        person_id=person_id,
        state=CertificateState.PREPARED.value,
        content=to_json(content),
        content_sha256=digest(to_json(content)),
        status_index=index,
        prepared_at=now,
        expires_on=content.expires_on,
    )


def _holder(session: Session, decision: Decision) -> tuple[int | None, int | None]:
    """Return tenant and person of a decision: by its application, its participant, or the certificate that it replaces."""
    if decision.application_id is not None:
        application = session.get(ApplicationRecord, decision.application_id)
        return (None, None) if application is None else (application.tenant_id, application.person_id)
    taking_part = sa.select(EventRecord.tenant_id, ParticipantRecord.person_id).join(EventRecord, EventRecord.id == ParticipantRecord.event_id)
    replaced = sa.select(CertificateRecord.tenant_id, CertificateRecord.person_id).join(
        DecisionRecord, DecisionRecord.supersedes == CertificateRecord.number
    )
    for query in (taking_part.where(ParticipantRecord.decision_id == decision.id), replaced.where(DecisionRecord.id == decision.id)):
        if (found := session.execute(query).first()) is not None:
            return found[0], found[1]
    return None, None


def _free_index(session: Session) -> int:
    # Random, so that an index tells nothing of when and after whom it was given.
    while True:
        index = secrets.randbelow(LIST_SIZE)
        if session.scalar(sa.select(CertificateRecord.number).where(CertificateRecord.status_index == index)) is None:
            return index


def _noted(session: Session, number: str, content_sha256: str) -> bool:
    query = sa.select(history.Event).where(history.Event.kind == "certificate.prepared", history.Event.subject == number)
    return [event.content.get("content_sha256") for event in session.scalars(query)] == [content_sha256]


def _supersede(session: Session, old: str, new: str) -> None:
    replaced = session.get_one(CertificateRecord, old, with_for_update=True)
    if replaced.state == CertificateState.ISSUED:
        replaced.state = CertificateState.SUPERSEDED.value
        replaced.superseded_by = new
        history.append(session, "certificate.superseded", old, PROGRAM, {"by": new})


def _sequence(installation: Installation, number: str) -> int:
    with installation.database.read() as session:
        return session.get_one(CertificateRecord, number).sequence
