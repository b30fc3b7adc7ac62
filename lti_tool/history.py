"""Append-only events, each bound to the one before by its hash (design rule 11)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from lti_tool import clock
from lti_tool.database import JSON, Base, Instant

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


def append(session: Session, kind: str, subject: str, actor: str, content: Mapping[str, Any]) -> Event:
    """Add an event in the caller's transaction.

    `subject` is the id of what it happened to, `actor` a person's id or a word such as ``program``; `content` holds ids,
    codes and dates, never names.
    """
    queue_for_end(session)
    last = session.scalars(sa.select(Event).order_by(Event.id.desc()).limit(1)).first()
    event = Event(
        id=last.id + 1 if last else 1,
        at=clock.now(),
        kind=kind,
        subject=subject,
        actor=actor,
        content=dict(content),
        previous=last.digest if last else START,
    )
    event.digest = event.computed()
    session.add(event)
    session.flush()
    return event


def first_break(session: Session) -> int | None:
    """Return the number of the first event that does not fit the chain, or None when the history is whole."""
    previous, expected = START, 1
    for event in session.scalars(sa.select(Event).order_by(Event.id)).yield_per(1000):
        if event.id != expected or event.previous != previous or event.digest != event.computed():
            return expected
        previous, expected = event.digest, expected + 1
    return None
