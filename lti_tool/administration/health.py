"""Whether the installation does its work: is a worker alive, do keys end soon, are clocks right, how much waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, presence
from lti_tool.administration.outbox import of_scope
from lti_tool.administration.scope import Scope
from lti_tool.delivery.records import ScoreRecord
from lti_tool.installation import Installation
from lti_tool.issuing.keys import ring
from lti_tool.launch import skew
from lti_tool.launch.records import Deployment, Registration
from lti_tool.problem import Problem

# How long before a certificate of ours ends somebody is told.
NOTICE: Final = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class EndingKey:
    """A key whose certificate ends soon, or has ended."""

    key_id: str
    use: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class ClockApart:
    """A platform whose clock differs from ours, as its latest launches showed this process; `seconds` by which ours is ahead."""

    registration_id: int
    name: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What there is within a scope; scores are those that wait and those that are stuck."""

    platforms: int
    tenants: int
    waiting: int
    stuck: int


def worker_lives(installation: Installation) -> bool:
    """Tell whether anybody takes up what is asked for in the background: reading, issuing, sending scores."""
    return presence.anybody(installation)


def ending_keys(installation: Installation) -> tuple[EndingKey, ...]:
    """Return the active keys whose certificates end within NOTICE; none where the keys can't be read here."""
    try:
        entries = ring(installation).entries
    except Problem:
        return ()
    soon = clock.now() + NOTICE
    active = [entry for entry in entries if entry.state == "active" and entry.valid_until]
    ending = [EndingKey(entry.id, entry.use.value, datetime.fromisoformat(entry.valid_until or "")) for entry in active]
    return tuple(key for key in ending if key.ends_at < soon)


def clocks_apart(session: Session, scope: Scope) -> tuple[ClockApart, ...]:
    """Return the platforms within a scope whose clocks are so far from ours that launches fail by it, or soon will."""
    found = {one.registration_id: round(one.seconds) for one in skew.troubling()}
    known = session.scalars(scope.registrations().where(Registration.id.in_(found)).order_by(Registration.id))
    return tuple(ClockApart(one.id, one.name or one.issuer, found[one.id]) for one in known)


def counts(session: Session, scope: Scope) -> Counts:
    """Count what there is within a scope."""
    return Counts(
        platforms=_count(session, scope.registrations().where(Registration.status == "active")),
        tenants=_count(session, scope.deployments().where(Deployment.status == "active")),
        waiting=_count(session, of_scope(scope).where(ScoreRecord.state == "waiting")),
        stuck=_count(session, of_scope(scope).where(ScoreRecord.state == "stuck")),
    )


def _count(session: Session, chosen: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(chosen.subquery())) or 0
