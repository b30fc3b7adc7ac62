"""Append-only events, each bound to the one before by its hash (design rule 11); those of public kinds are leaves of the public log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool import clock
from lti_tool.database import JSON, Base, Instant
from lti_tool.public_log import publishing, tree

START = "0" * 64


class Event(Base):
    """One thing that happened: a move of an application, a decision, an issue, a revocation, a grant."""

    __tablename__ = "event"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(64), index=True)
    actor: Mapped[str] = mapped_column(sa.String(64))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous: Mapped[str] = mapped_column(sa.String(64))
    digest: Mapped[str] = mapped_column(sa.String(64))

    def computed(self) -> str:
        """Return the SHA-256, in hexadecimal digits, that this event must bear."""
        body = [self.id, self.at.isoformat(), self.kind, self.subject, self.actor, self.content, self.previous]
        return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()).hexdigest()


def queue_for_end(session: Session) -> None:
    """Wait for the chain's end and keep it until the transaction ends: an advisory lock on PostgreSQL, the write lock on SQLite.

    Whoever must look before appending (is this already issued?) calls this first.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("select pg_advisory_xact_lock(722501)"))


@dataclass(frozen=True, slots=True)
class Happening:
    """An event to be: `subject` is the id of what it happened to, `actor` a person's id or a word such as ``program``.

    `content` holds ids, codes and dates, never names.
    """

    kind: str
    subject: str
    actor: str
    content: Mapping[str, Any] = field(default_factory=dict)


def append(session: Session, kind: str, subject: str, actor: str, content: Mapping[str, Any]) -> Event:
    """Add an event in the caller's transaction, and its leaf to the public log if it is of a public kind (see `Happening`)."""
    return append_all(session, [Happening(kind, subject, actor, content)])[-1]


def append_all(session: Session, happenings: Sequence[Happening]) -> list[Event]:
    """Add events in their order; all of them happen now. A batch costs little more than one."""
    queue_for_end(session)
    last = session.execute(sa.select(Event.id, Event.digest).order_by(Event.id.desc()).limit(1)).first()
    size = tree.size(session) if any(publishing.published(one.kind) for one in happenings) else None
    # The log's own first leaf says that everything public after it is a leaf, too.
    begun = [Happening(publishing.BEGUN, "log", "program")] if size == 0 else []
    events = _chained((*begun, *happenings), *(last or (0, START)))
    session.add_all(events)
    session.flush()
    if size is not None:
        tree.extend(session, [(event.id, leaf_of(event)) for event in events if publishing.published(event.kind)], size)
    return events[len(begun) :]


def leaf_of(event: Event) -> bytes:
    """Return what the public log must hold for an event of a public kind."""
    return publishing.entry_for(event.kind, event.at, event.subject, event.digest, event.content).canonical()


def _chained(happenings: Sequence[Happening], last_id: int, previous: str) -> list[Event]:
    at, events = clock.now(), []
    for number, one in enumerate(happenings, start=last_id + 1):
        event = Event(id=number, at=at, kind=one.kind, subject=one.subject, actor=one.actor, content=dict(one.content), previous=previous)
        event.digest = previous = event.computed()
        events.append(event)
    return events


def first_break(session: Session) -> int | None:
    """Return the number of the first event that does not fit the chain, or None when the history is whole."""
    previous, expected = START, 1
    for event in session.scalars(sa.select(Event).order_by(Event.id)).yield_per(1000):
        if event.id != expected or event.previous != previous or event.digest != event.computed():
            return expected
        previous, expected = event.digest, expected + 1
    return None
