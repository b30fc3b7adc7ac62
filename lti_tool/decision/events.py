"""Learning events whose participants get certificates; each belongs to one course of one tenant."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.decision.outcome import LearningEvent
from lti_tool.decision.records import EventRecord, ParticipantRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

LONGEST_TITLE: Final = 200
EARLIEST: Final = date(2000, 1, 1)
LATEST: Final = date(2199, 12, 31)
# A quarter of an hour to a thousand hours.
SHORTEST_MINUTES: Final = 15
LONGEST_MINUTES: Final = 60_000
MOST_EVENTS: Final = 500


@dataclass(frozen=True, slots=True)
class Particulars:
    """What the organisers say of an event: both days included, `minutes` None if they don't say how long it took."""

    title: str
    starts_on: date
    ends_on: date
    minutes: int | None

    def __post_init__(self) -> None:
        """Raise Problem("event-title-missing", "event-dates-wrong", "event-length-wrong")."""
        if not 0 < len(self.title) <= LONGEST_TITLE:
            raise Problem("event-title-missing")
        if not EARLIEST <= self.starts_on <= self.ends_on <= LATEST:
            raise Problem("event-dates-wrong")
        if self.minutes is not None and not SHORTEST_MINUTES <= self.minutes <= LONGEST_MINUTES:
            raise Problem("event-length-wrong")


@dataclass(frozen=True, slots=True)
class EventView:
    """One event as its page shows it; `confirmed` counts its participants so far. Only without any may it be changed."""

    event: LearningEvent
    confirmed: int
    created_at: datetime


def begin(installation: Installation, visit: Visit, said: Particulars) -> str:
    """Store an event of the visit's course and return its id; the same particulars again are the same event.

    Raises Problem("not-a-reviewer", "too-many-events").
    """
    check_organiser(visit)
    with installation.database.write() as session:
        # One at a time, so that a button pressed twice makes one event.
        history.queue_for_end(session)
        existing = session.scalars(_of_course(visit).filter_by(**asdict(said))).first()
        if existing is not None:
            return existing.id
        if (session.scalar(sa.select(sa.func.count()).select_from(_of_course(visit).subquery())) or 0) >= MOST_EVENTS:
            raise Problem("too-many-events", most=MOST_EVENTS)
        record = EventRecord(
            tenant_id=visit.tenant_id, context_id=visit.context_id, created_by=visit.visitor.id, created_at=clock.now(), **asdict(said)
        )
        session.add(record)
        session.flush()
        history.append(session, "event.begun", record.id, str(visit.visitor.id), {"tenant": visit.tenant_id})
        return record.id


def change(installation: Installation, visit: Visit, event_id: str, said: Particulars) -> None:
    """Correct an event of which nothing was certified yet. Raises Problem("not-a-reviewer", "not-found", "event-certified")."""
    with installation.database.write() as session:
        record = find(session, visit, event_id, lock=True)
        if _confirmed(session, event_id):
            raise Problem("event-certified")
        for name, value in asdict(said).items():
            setattr(record, name, value)


def remove(installation: Installation, visit: Visit, event_id: str) -> None:
    """Take away an event of which nothing was certified. Raises Problem("not-a-reviewer", "not-found", "event-certified")."""
    with installation.database.write() as session:
        record = find(session, visit, event_id, lock=True)
        if _confirmed(session, event_id):
            raise Problem("event-certified")
        session.delete(record)
        history.append(session, "event.removed", event_id, str(visit.visitor.id), {})


def events(installation: Installation, visit: Visit) -> tuple[EventView, ...]:
    """Return the events of the visit's course, the latest first. Raises Problem("not-a-reviewer")."""
    check_organiser(visit)
    with installation.database.read() as session:
        records = session.scalars(_of_course(visit).order_by(EventRecord.ends_on.desc(), EventRecord.created_at.desc()))
        return tuple(_view(session, record) for record in records)


def event(installation: Installation, visit: Visit, event_id: str) -> EventView:
    """Return one event of the visit's course. Raises Problem("not-a-reviewer", "not-found")."""
    with installation.database.read() as session:
        return _view(session, find(session, visit, event_id))


def find(session: Session, visit: Visit, event_id: str, *, lock: bool = False) -> EventRecord:
    """Return the row of an event of the visit's course. Raises Problem("not-a-reviewer", "not-found")."""
    check_organiser(visit)
    query = _of_course(visit).filter_by(id=event_id)
    found = session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise Problem("not-found")
    return found


def frozen_event(record: EventRecord) -> LearningEvent:
    """Return the event as certificates state it."""
    return LearningEvent(record.id, record.title, record.starts_on, record.ends_on, record.minutes)


def check_organiser(visit: Visit) -> None:
    """Raise Problem("not-a-reviewer") for whoever may not decide on other people's certificates in this tenant."""
    if not visit.reviews:
        raise Problem("not-a-reviewer")


def _of_course(visit: Visit) -> sa.Select[EventRecord]:
    return sa.select(EventRecord).filter_by(tenant_id=visit.tenant_id, context_id=visit.context_id)


def _view(session: Session, record: EventRecord) -> EventView:
    return EventView(frozen_event(record), _confirmed(session, record.id), record.created_at)


def _confirmed(session: Session, event_id: str) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(ParticipantRecord).filter_by(event_id=event_id)) or 0
