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
from lti_tool.launch import places, visit_rows
from lti_tool.launch.arrival import Arrival, from_content, to_content
from lti_tool.launch.records import Deployment, PersonRecord, Registration, Ticket, VisitRecord
from lti_tool.launch.registrations import ACTIVE
from lti_tool.launch.reviewers import is_reviewer
from lti_tool.launch.visit import Role, Visit, Visitor
from lti_tool.problem import Problem

IDLE: Final = timedelta(hours=2)
TICKET_LIFE: Final = timedelta(seconds=60)
# How stale `seen_at` may be before a request writes it anew.
TOUCHED_EVERY: Final = timedelta(minutes=1)
_SHARED: Final = tuple(name for name in Visit.__dataclass_fields__ if name in Arrival.__dataclass_fields__)
_ID: Final = re.compile(r"[0-9a-f]{32}")


def open_visit(  # noqa: PLR0913 - a visit has this many sources, each named by the caller
    asked: Session | sa.Connection, registration: Registration, deployment: Deployment, arrival: Arrival, *, hours: int, login_id: str | None = None
) -> Visit:
    """Open a session of at most `hours` for somebody who has just arrived; sessions of theirs with other rights are over.

    `login_id` is the login that this uses up; of several at once the database lets one through. Raises Problem("already-used")
    for all but the first (threat L01), and Changed if `registration` or `deployment` are not what is stored any more.
    """
    visit_id, now, roles = new_id(), clock.now(), _word(arrival)
    names = {"given_name": arrival.given_name, "family_name": arrival.family_name, "full_name": arrival.full_name, "email": arrival.email}
    person = {"registration_id": registration.id, "sub": arrival.sub, **names, "latest_roles": roles, "rights_since": now}
    visit: dict[str, Any] = {
        "id": visit_id,
        "deployment_id": deployment.id,
        "roles": roles,
        "content": to_content(arrival),
        "created_at": now,
        "seen_at": now,
        "expires_at": now + timedelta(hours=hours),
        "login_id": login_id,
    }
    connection = _connection(asked)
    person_id = visit_rows.store(connection, person, visit, places.expected(registration, deployment))
    visitor = Visitor(id=person_id, registration_id=registration.id, sub=arrival.sub, **names)
    return _visit(connection, visit_id, visitor, deployment, arrival)


def _connection(asked: Session | sa.Connection) -> sa.Connection:
    if not isinstance(asked, Session):
        return asked
    # What the session holds of its own comes first.
    asked.flush()
    return asked.connection()


def _word(arrival: Arrival) -> str:
    return " ".join(sorted(arrival.roles))


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
    if record.roles != person.latest_roles or (person.rights_since and record.created_at < person.rights_since):
        raise Problem("session-over")
    if now - record.seen_at >= TOUCHED_EVERY:
        _touch(session, visit_id, now)
    return _found(session, record, person, deployment)


def _found(session: Session, record: VisitRecord, person: PersonRecord, deployment: Deployment) -> Visit:
    arrival = from_content(record.content)
    # Names as of this launch: a later one may have been made under another name, and this form was filled in under that.
    names = {name: getattr(arrival, name) for name in ("given_name", "family_name", "full_name", "email")}
    visitor = Visitor(id=person.id, registration_id=person.registration_id, sub=person.sub, **names)
    return _visit(session, record.id, visitor, deployment, arrival)


def _touch(session: Session, visit_id: str, now: datetime) -> None:
    seen = sa.update(VisitRecord).where(VisitRecord.id == visit_id).values(seen_at=now)
    bind = session.get_bind()
    if not bind.get_execution_options().get("reads_only"):
        session.execute(seen)
        return
    with bind.engine.execution_options(reads_only=False).begin() as writing:
        writing.execute(seen)


def _visit(session: Session | sa.Connection, visit_id: str, visitor: Visitor, tenant: Deployment, arrival: Arrival) -> Visit:
    return Visit(
        id=visit_id,
        visitor=visitor,
        tenant_id=tenant.id,
        # Nobody but staff reviews: the others' launches need not ask.
        is_reviewer=Role.STAFF in arrival.roles and is_reviewer(session, tenant, visitor.id),
        branding=tenant.branding,
        time_zone=tenant.time_zone,
        **_of_visit(arrival),
    )


def _of_visit(arrival: Arrival) -> dict[str, Any]:
    return {name: getattr(arrival, name) for name in _SHARED}


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
    return _found(session, record, person, session.get_one(Deployment, record.deployment_id))


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
    return _found(session, record, session.get_one(PersonRecord, origin.person_id), tenant)


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
