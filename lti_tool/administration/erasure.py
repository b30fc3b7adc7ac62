"""Erase a person at once: evidence, names, mail, sessions. The minimal register stays (threat W07)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.administration.retention import is_certificate
from lti_tool.decision.commitments import forget_salts
from lti_tool.decision.forgetting import forget
from lti_tool.decision.records import DecisionRecord, ParticipantRecord
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence import retention
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.records import PersonRecord, Registration, Reviewer, Ticket, VisitRecord
from lti_tool.problem import Problem

ADMINISTRATOR: Final = "administrator"


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, in numbers, and the certificates that stay in the register: each states its holder."""

    applications: int
    files: int
    sessions: int
    certificates: tuple[str, ...]


def erase_person(installation: Installation, *, issuer: str, client_id: str, sub: str, actor: str = ADMINISTRATOR) -> Erased:
    """Erase everything about a person but their certificates' entries in the register, which stay verifiable.

    Afterwards nothing here ties those entries to an account of the platform; if the person opens the tool again they are
    somebody new. Scores that were not sent yet are not sent any more. Raises Problem("person-unknown", "person-in-batch").
    """
    with installation.database.write() as session:
        person = _find(session, issuer, client_id, sub)
        _refuse_in_batch(session, person)
        applications = _applications(session, person)
        for application in applications:
            forget(session, application, clock.now(), actor=actor)
            application.sub, application.line_item = _nobody(person), None
        forget_salts(session, (application.id for application in applications))
        sessions = _sessions(session, person)
        certificates = tuple(session.scalars(sa.select(CertificateRecord.number).where(CertificateRecord.person_id == person.id)))
        _scores(session, person)
        _names(session, person)
        history.append(session, "person.erased", f"person:{person.id}", actor, {"applications": len(applications)})
    failpoint("person-erased")
    return Erased(len(applications), retention.delete_marked(installation, is_certificate), sessions, certificates)


def _find(session: Session, issuer: str, client_id: str, sub: str) -> PersonRecord:
    wanted = sa.select(PersonRecord).join(Registration, Registration.id == PersonRecord.registration_id)
    found = session.scalars(wanted.where(Registration.issuer == issuer, Registration.client_id == client_id, PersonRecord.sub == sub)).one_or_none()
    if found is None:
        raise Problem("person-unknown")
    # The row is the queue of whatever this person begins.
    session.refresh(found, with_for_update=True)
    return found


def _refuse_in_batch(session: Session, person: PersonRecord) -> None:
    # What was confirmed together is awarded only while all its names stand as confirmed; it takes seconds, unless it was refused.
    of_person = sa.select(ParticipantRecord.batch).where(ParticipantRecord.person_id == person.id)
    batch = ParticipantRecord.batch
    refused = sa.select(history.Event.id).where(history.Event.kind == "participation.refused", history.Event.subject == batch)
    waiting = sa.select(ParticipantRecord.id).where(batch.in_(of_person), ParticipantRecord.decision_id.is_(None), ~refused.exists())
    if session.scalars(waiting.limit(1)).first() is not None:
        raise Problem("person-in-batch")


def _applications(session: Session, person: PersonRecord) -> list[ApplicationRecord]:
    wanted = sa.select(ApplicationRecord).where(ApplicationRecord.person_id == person.id).order_by(ApplicationRecord.id)
    return list(session.scalars(wanted.with_for_update()))


def _sessions(session: Session, person: PersonRecord) -> int:
    of_person = sa.select(VisitRecord.id).where(VisitRecord.person_id == person.id)
    session.execute(sa.delete(Ticket).where(Ticket.visit_id.in_(of_person)))
    done: Any = session.execute(sa.delete(VisitRecord).where(VisitRecord.person_id == person.id))
    return int(done.rowcount)


def _scores(session: Session, person: PersonRecord) -> None:
    of_person = sa.and_(ScoreRecord.registration_id == person.registration_id, ScoreRecord.sub == person.sub)
    unsent = ScoreRecord.state.in_(("waiting", "stuck"))
    session.execute(sa.update(ScoreRecord).where(of_person, unsent).values(state="not-wanted", next_at=None))
    session.execute(sa.update(ScoreRecord).where(of_person).values(sub=_nobody(person)))


def _names(session: Session, person: PersonRecord) -> None:
    session.execute(sa.delete(Reviewer).where(Reviewer.person_id == person.id))
    session.execute(sa.update(ParticipantRecord).where(ParticipantRecord.person_id == person.id).values(holder_name=""))
    certified = sa.select(CertificateRecord.decision_id).where(CertificateRecord.person_id == person.id)
    session.execute(sa.update(DecisionRecord).where(DecisionRecord.id.in_(certified)).values(reason=""))
    person.given_name = person.family_name = person.full_name = person.email = ""
    person.sub = _nobody(person)


def _nobody(person: PersonRecord) -> str:
    # Not a `sub` of any platform by chance: the row's own number, under a name of ours.
    return f"erased-{person.id}"
