"""Sessions after a launch: opened, found again while their rights last, handed over to another window once."""

from __future__ import annotations

import hashlib
import re
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.database import new_id
from lti_tool.launch.arrival import Arrival, from_content, to_content
from lti_tool.launch.records import Deployment, PersonRecord, Registration, Ticket, VisitRecord
from lti_tool.launch.registrations import ACTIVE
from lti_tool.launch.reviewers import is_reviewer
from lti_tool.launch.upserts import upsert_one
from lti_tool.launch.visit import Role, Visit, Visitor
from lti_tool.problem import Problem

IDLE: Final = timedelta(hours=2)
TICKET_LIFE: Final = timedelta(seconds=60)
# How stale `seen_at` may be before a request writes it anew.
TOUCHED_EVERY: Final = timedelta(minutes=1)
# Run at every launch, so built once.
_INSERT: Final = sa.insert(VisitRecord.__table__)  # type: ignore[arg-type]  # a record's table is a Table, which SQLAlchemy's types leave open
_END_OTHERS: Final = (
    sa.update(VisitRecord)
    .where(VisitRecord.person_id == sa.bindparam("person"), VisitRecord.ended_at.is_(None), VisitRecord.roles != sa.bindparam("rights"))
    .values(ended_at=sa.bindparam("now"))
)
_ID: Final = re.compile(r"[0-9a-f]{32}")


def open_visit(session: Session, deployment: Deployment, arrival: Arrival, *, hours: int) -> Visit:
    """Open a session of at most `hours` for somebody who has just arrived; sessions of theirs with other rights end here."""
    visit_id, now, roles = new_id(), clock.now(), _word(arrival)
    person = _person(session, deployment.registration_id, arrival, visit_id)
    # The person's row is locked by now, so that of two launches at once the later one sees the earlier one's session.
    session.connection().execute(_END_OTHERS, {"person": person.id, "now": now, "rights": roles})
    record = VisitRecord(
        id=visit_id,
        person_id=person.id,
        deployment_id=deployment.id,
        roles=roles,
        content=to_content(arrival),
        created_at=now,
        seen_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    _insert(session, record)
    return _visit(session, record, person, deployment)


def _insert(session: Session, record: VisitRecord) -> None:
    values = {column.key: getattr(record, column.key) for column in VisitRecord.__table__.c}
    session.connection().execute(_INSERT, values)


def _word(arrival: Arrival) -> str:
    return " ".join(sorted(arrival.roles))


def _person(session: Session, registration_id: int, arrival: Arrival, visit_id: str) -> PersonRecord:
    key = {"registration_id": registration_id, "sub": arrival.sub}
    names = {"given_name": arrival.given_name, "family_name": arrival.family_name, "full_name": arrival.full_name, "email": arrival.email}
    values = {**names, "latest_visit": visit_id}
    return PersonRecord(id=upsert_one(session, PersonRecord, key, values), **key, **values)


def find_visit(session: Session, visit_id: str) -> Visit:
    """Return the visit with this id while it lasts.

    It is over when it expired, was idle for two hours, a later launch of the same person carried other roles, or its
    deployment or platform is no longer active. Raises Problem("session-over"). Works in a reading session too.
    """
    record = session.get(VisitRecord, visit_id) if _ID.fullmatch(visit_id) else None
    now = clock.now()
    if record is None or record.ended_at is not None or not record.seen_at + IDLE > now or not record.expires_at > now:
        raise Problem("session-over")
    deployment = session.get_one(Deployment, record.deployment_id)
    registration = session.get_one(Registration, deployment.registration_id)
    if (deployment.status, registration.status) != (ACTIVE, ACTIVE):
        raise Problem("session-over")
    person = session.get_one(PersonRecord, record.person_id)
    if _rights_changed(session, record, person):
        raise Problem("session-over")
    if now - record.seen_at >= TOUCHED_EVERY:
        _touch(session, visit_id, now)
    return _visit(session, record, person, deployment)


def _rights_changed(session: Session, record: VisitRecord, person: PersonRecord) -> bool:
    # A ticket may be redeemed in the moment in which a launch with other roles ends the ticket's session: the copy ends here.
    latest = session.get(VisitRecord, person.latest_visit) if person.latest_visit else None
    return latest is not None and latest.id != record.id and latest.roles != record.roles


def _touch(session: Session, visit_id: str, now: datetime) -> None:
    seen = sa.update(VisitRecord).where(VisitRecord.id == visit_id).values(seen_at=now)
    bind = session.get_bind()
    if not bind.get_execution_options().get("reads_only"):
        session.execute(seen)
        return
    with bind.engine.execution_options(reads_only=False).begin() as writing:
        writing.execute(seen)


def _visit(session: Session, record: VisitRecord, person: PersonRecord, tenant: Deployment) -> Visit:
    arrival = from_content(record.content)
    # Names as of this launch: a later one may have been made under another name, and this form was filled in under that.
    visitor = Visitor(
        id=person.id,
        registration_id=person.registration_id,
        sub=person.sub,
        given_name=arrival.given_name,
        family_name=arrival.family_name,
        full_name=arrival.full_name,
        email=arrival.email,
    )
    settled: dict[str, Any] = {
        "tenant_id": tenant.id,
        # Nobody but staff reviews: the others' launches need not ask.
        "is_reviewer": Role.STAFF in arrival.roles and is_reviewer(session, tenant, person.id),
        "branding": tenant.branding,
        "time_zone": tenant.time_zone,
    }
    return Visit(id=record.id, visitor=visitor, **settled, **_of_visit(arrival))


def _of_visit(arrival: Arrival) -> dict[str, Any]:
    return {name: getattr(arrival, name) for name in Visit.__dataclass_fields__ if name in Arrival.__dataclass_fields__}


def ask_name_once(session: Session, visit_id: str) -> bool:
    """Note that the roster is asked for the name of this visit's person; False if it was asked already."""
    first = sa.update(VisitRecord).where(VisitRecord.id == visit_id, VisitRecord.name_asked_at.is_(None)).values(name_asked_at=clock.now())
    return bool(session.execute(first).rowcount == 1)  # type: ignore[attr-defined]


def rename(session: Session, visit_id: str, *, given_name: str, family_name: str, full_name: str) -> Visit:
    """Give the person of a visit the name that their launch did not tell, and return the visit with it.

    A name that a launch told stays: then nothing changes. Applications that were submitted keep the name they were submitted
    under.
    """
    record = session.get_one(VisitRecord, visit_id, with_for_update=True)
    person = session.get_one(PersonRecord, record.person_id)
    arrival = from_content(record.content)
    if not (arrival.given_name or arrival.family_name or arrival.full_name):
        record.content = to_content(replace(arrival, given_name=given_name, family_name=family_name, full_name=full_name))
        if not (person.given_name or person.family_name or person.full_name):
            person.given_name, person.family_name, person.full_name = given_name, family_name, full_name
    return _visit(session, record, person, session.get_one(Deployment, record.deployment_id))


def make_ticket(session: Session, visit: Visit, *, life: timedelta = TICKET_LIFE) -> str:
    """Return a ticket that opens this visit in another window, once and soon. Only its SHA-256 is stored."""
    ticket, now = secrets.token_urlsafe(32), clock.now()
    session.execute(sa.delete(Ticket).where(Ticket.expires_at < now - timedelta(days=1)))
    session.add(Ticket(digest=_digest(ticket), visit_id=visit.id, expires_at=now + life))
    session.flush()
    return ticket


def redeem_ticket(session: Session, ticket: str) -> Visit:
    """Return a new visit with the same rights and the same end, for the window that the ticket was taken to.

    Raises Problem("ticket-used") for a ticket that was used, is too old or was never given, Problem("session-over") when its visit is.
    """
    now, digest = clock.now(), _digest(ticket)
    first = sa.update(Ticket).where(Ticket.digest == digest, Ticket.used_at.is_(None), Ticket.expires_at > now).values(used_at=now)
    if session.execute(first).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("ticket-used")
    visit = find_visit(session, session.get_one(Ticket, digest).visit_id)
    origin = session.get_one(VisitRecord, visit.id)
    arrival = replace(from_content(origin.content), in_frame=False)
    record = VisitRecord(
        id=new_id(),
        person_id=origin.person_id,
        deployment_id=origin.deployment_id,
        roles=origin.roles,
        content=to_content(arrival),
        created_at=now,
        seen_at=now,
        expires_at=origin.expires_at,
    )
    session.add(record)
    session.flush()
    tenant = session.get_one(Deployment, origin.deployment_id)
    return _visit(session, record, session.get_one(PersonRecord, origin.person_id), tenant)


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
