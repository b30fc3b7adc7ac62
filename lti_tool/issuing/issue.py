"""The durable work "issue-certificate": prepared → signed → stored → published, each step once (design rule 5).

The row says how far a certificate is. Every step looks there first, so that the whole may be begun again after a crash at
any place, or by two workers at once, and gives the same certificate.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from certificate_signing.keyring import KeyRing
from certificate_signing.log_proof import LogProof
from lti_tool import clock, history
from lti_tool.decision.awarding import PROGRAM
from lti_tool.decision.freezing import approved_all, digest
from lti_tool.decision.outcome import Award, Decision
from lti_tool.decision.records import DecisionRecord, EventRecord, ParticipantRecord
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing import sealing, signer_client
from lti_tool.issuing.certificate import CertificateContent, CertificateState
from lti_tool.issuing.content import approved_scheme, content_for, from_json, refuse_drift, to_json
from lti_tool.issuing.logged import proofs_to_carry
from lti_tool.issuing.make import make
from lti_tool.issuing.number import new_number
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.signer_calls import Asked, Question
from lti_tool.issuing.status import free_index
from lti_tool.problem import Problem

# Called in the publishing transaction with the session, the certificate's row and its application, if there is one.
OnPublished = Callable[[Session, CertificateRecord, ApplicationRecord | None], None]

_log = structlog.get_logger(__name__)


def issue(installation: Installation, ring: KeyRing, decision_id: str, on_published: OnPublished) -> str:
    """Issue the certificate of an approved decision and return its number; asking again gives the same one.

    Raises Problem("decision-unknown") and Problem("award-drifted"), and what `sealing` raises: then nothing is signed.
    """
    return issue_all(installation, ring, [decision_id], on_published)[decision_id]


def issue_all(installation: Installation, ring: KeyRing, decision_ids: Sequence[str], on_published: OnPublished) -> dict[str, str]:
    """Issue the certificates of several decisions, each step in one transaction; return their numbers by decision."""
    numbers = prepare_all(installation, decision_ids)
    failpoint("issue-prepared")
    _have_signed(installation, ring, list(numbers.values()))
    failpoint("issue-signed")
    publish_all(installation, list(numbers.values()), on_published)
    failpoint("issue-published")
    return numbers


def work(installation: Installation, ring: KeyRing, decision_id: str, on_published: OnPublished) -> float | None:
    """Issue, as durable work: drift is refused for good and loudly; every other error is tried again."""
    failpoint("issue-begun")
    try:
        number = issue(installation, ring, decision_id, on_published)
    except Problem as problem:
        if problem.code not in ("award-drifted", "decision-unknown"):
            _log.warning("issue-waits", decision=decision_id, code=problem.code)
            raise
        _log.critical("issue-refused", decision=decision_id, code=problem.code)
        with installation.database.write() as session:
            history.append(session, "certificate.refused", decision_id, PROGRAM, {"code": problem.code})
        return None
    _log.info("certificate-issued", decision=decision_id, sequence=_sequence(installation, number))
    return None


def prepare(installation: Installation, decision_id: str) -> str:
    """Store number, status index and to-be-signed content; return the number. What is stored already is kept."""
    return prepare_all(installation, [decision_id])[decision_id]


def prepare_all(installation: Installation, decision_ids: Sequence[str]) -> dict[str, str]:
    """Do so for several decisions; return their numbers by decision, in the order of the decisions."""
    with installation.database.write() as session:
        # Whoever prepares waits here for whoever prepares at the same time, and then finds what that one stored.
        history.queue_for_end(session)
        query = sa.select(CertificateRecord.decision_id, CertificateRecord.number).where(CertificateRecord.decision_id.in_(decision_ids))
        numbers = {row.decision_id: row.number for row in session.execute(query)}
        last = session.scalar(sa.select(sa.func.max(CertificateRecord.sequence))) or 0
        fresh = approved_all(session, [each for each in decision_ids if each not in numbers])
        records = []
        for sequence, decision in enumerate(fresh, last + 1):
            records.append(_prepared(session, installation, decision, sequence))
            # At once, so that the next one sees which index is taken.
            session.add(records[-1])
        session.flush()
        if not records:
            return {each: numbers[each] for each in decision_ids}
        history.append_all(session, [_preparation(record, decision) for record, decision in zip(records, fresh, strict=True)])
        numbers |= {record.decision_id: record.number for record in records}
        return {each: numbers[each] for each in decision_ids}


def _preparation(record: CertificateRecord, decision: Decision) -> history.Happening:
    content = {"decision": decision.id, "content_sha256": record.content_sha256, "award_sha256": decision.sha256}
    return history.Happening("certificate.prepared", record.number, PROGRAM, content)


def sign(installation: Installation, ring: KeyRing, number: str) -> None:
    """Sign what was prepared and store its files; what is signed already is left alone.

    The approved award, the prepared content and their hashes must still agree (threat S03): else Problem("award-drifted").
    """
    sign_all(installation, ring, [number])


def sign_all(installation: Installation, ring: KeyRing, numbers: Sequence[str]) -> None:
    """Sign several; those before one that raises are signed."""
    signed: list[dict[str, str | None]] = []
    try:
        to_sign = _to_sign(installation, numbers)
        proofs = proofs_to_carry(installation, ring, [content.number for content, _ in to_sign])
        for content, award in to_sign:
            signed.append(_signed(installation, ring, content, award, proofs.get(content.number)))
    finally:
        if signed:
            _store(installation, signed)


def _have_signed(installation: Installation, ring: KeyRing, numbers: Sequence[str]) -> None:
    """Have several signed: by the signer where there is one, else here."""
    if installation.settings.signer is None:
        sign_all(installation, ring, numbers)
        return
    for number in numbers:
        signer_client.ask(installation.settings.signer, Question(Asked.CERTIFICATE, number))


def _to_sign(installation: Installation, numbers: Sequence[str]) -> list[tuple[CertificateContent, Award]]:
    """Return what is prepared and not signed yet, each compared with what was approved."""
    with installation.database.read() as session:
        prepared = CertificateRecord.state == CertificateState.PREPARED.value
        records = session.scalars(sa.select(CertificateRecord).where(CertificateRecord.number.in_(numbers), prepared)).all()
        noted = _noted(session, [record.number for record in records])
        decisions = approved_all(session, [record.decision_id for record in records])
        for record in records:
            if digest(record.content) != record.content_sha256 or noted.get(record.number) != [record.content_sha256]:
                raise Problem("award-drifted", note=record.decision_id)
        return [(from_json(record.content), decision.award) for record, decision in zip(records, decisions, strict=True)]


def _signed(installation: Installation, ring: KeyRing, content: CertificateContent, award: Award, proof: LogProof | None) -> dict[str, str | None]:
    refuse_drift(award, content, installation.settings)
    with sealing.failures_told():
        made = make(content, approved_scheme(award).award, ring, sealing.policy(installation), proof)
    failpoint("issue-made")
    stored = {f"{form}_sha256": None if file is None else installation.files.put(file) for form, file in made.files().items()}
    failpoint("issue-stored")
    return {"of": content.number, **stored}


def _store(installation: Installation, signed: list[dict[str, str | None]]) -> None:
    # Only the first to come here counts; a second signature, if one was made, is bound to nothing.
    table = cast("sa.Table", CertificateRecord.__table__)
    hashes: dict[str, sa.BindParameter[Any]] = {name: sa.bindparam(name) for name in signed[0] if name != "of"}
    still = sa.and_(table.c.number == sa.bindparam("of"), table.c.state == CertificateState.PREPARED.value)
    with installation.database.write() as session:
        session.connection().execute(sa.update(table).where(still).values(state=CertificateState.SIGNED.value, **hashes), signed)


def publish(installation: Installation, number: str, on_published: OnPublished) -> None:
    """Make a signed certificate public, end the one that it replaces, and let `on_published` add what is owed with it."""
    publish_all(installation, [number], on_published)


def publish_all(installation: Installation, numbers: Sequence[str], on_published: OnPublished) -> None:
    """Make several public in one transaction."""
    with installation.database.write() as session:
        signed = CertificateRecord.state == CertificateState.SIGNED.value
        found = sa.select(CertificateRecord).where(CertificateRecord.number.in_(numbers), signed).order_by(CertificateRecord.sequence)
        records = session.scalars(found.with_for_update()).all()
        chosen = sa.select(DecisionRecord).where(DecisionRecord.id.in_([record.decision_id for record in records]))
        decisions = {decision.id: decision for decision in session.scalars(chosen)}
        for record in records:
            record.state = CertificateState.ISSUED.value
            record.issued_at = clock.now()
        history.append_all(session, [_publication(record) for record in records])
        for record in records:
            decision = decisions[record.decision_id]
            if decision.supersedes is not None:
                _supersede(session, decision.supersedes, record.number)
            application = session.get(ApplicationRecord, decision.application_id) if decision.application_id else None
            on_published(session, record, application)


def _publication(record: CertificateRecord) -> history.Happening:
    content = {"decision": record.decision_id, "pdf_sha256": record.pdf_sha256, "credential_sha256": record.credential_sha256}
    if record.jwt_sha256 is not None:
        content["jwt_sha256"] = record.jwt_sha256
    if record.jwt_sha256 is not None:
        content["jwt_sha256"] = record.jwt_sha256
    return history.Happening("certificate.issued", record.number, PROGRAM, content)


def _prepared(session: Session, installation: Installation, decision: Decision, sequence: int) -> CertificateRecord:
    number, index, now = new_number(), free_index(session, sequence), clock.now()
    content = content_for(decision.award, installation.settings, number=number, status_index=index, at=now)
    tenant_id, person_id = _holder(session, decision)
    return CertificateRecord(
        number=number,
        sequence=sequence,
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


def _noted(session: Session, numbers: Sequence[str]) -> dict[str, list[Any]]:
    """Return the hashes of prepared contents that the history holds, by number."""
    query = sa.select(history.Event).where(history.Event.kind == "certificate.prepared", history.Event.subject.in_(numbers))
    noted: dict[str, list[Any]] = {}
    for event in session.scalars(query):
        noted.setdefault(event.subject, []).append(event.content.get("content_sha256"))
    return noted


def _supersede(session: Session, old: str, new: str) -> None:
    replaced = session.get_one(CertificateRecord, old, with_for_update=True)
    if replaced.state == CertificateState.ISSUED:
        replaced.state = CertificateState.SUPERSEDED.value
        replaced.superseded_by = new
        history.append(session, "certificate.superseded", old, PROGRAM, {"by": new})


def _sequence(installation: Installation, number: str) -> int:
    with installation.database.read() as session:
        return session.get_one(CertificateRecord, number).sequence
