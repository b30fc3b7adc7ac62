"""Scores on their way to learning platforms, as an administrator sees them; sending is `delivery`'s."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.administration.scope import Scope
from lti_tool.delivery.records import ScoreRecord
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.records import Registration
from lti_tool.problem import Problem

# The most of each state that a page shows, and that one click tries again.
SHOWN: Final = 100
WAITING: Final = "waiting"
STUCK: Final = "stuck"


@dataclass(frozen=True, slots=True)
class OwedScore:
    """One score that has not arrived: `answer` is the LMS's last one as delivery wrote it, `next_at` when it is tried again."""

    id: str
    state: str
    certificate_number: str
    platform: str
    since: datetime
    attempts: int
    answer: str
    next_at: datetime | None


def of_scope(scope: Scope) -> sa.Select[ScoreRecord]:
    """Select the scores within a scope: those of the tenant's own certificates."""
    chosen = sa.select(ScoreRecord)
    if scope.everything:
        return chosen
    owner = CertificateRecord.number == ScoreRecord.certificate_number
    return chosen.join(CertificateRecord, owner).where(CertificateRecord.tenant_id == scope.tenant_id)


def owed(session: Session, scope: Scope, state: str) -> Sequence[OwedScore]:
    """Return the scores of a state within the scope, oldest first, at most SHOWN."""
    found = session.scalars(of_scope(scope).where(ScoreRecord.state == state).order_by(ScoreRecord.timestamp).limit(SHOWN)).all()
    wanted = sa.select(Registration).where(Registration.id.in_({score.registration_id for score in found}))
    platforms = {known.id: known.name or known.issuer for known in session.scalars(wanted)}
    return [_owed(score, platforms[score.registration_id]) for score in found]


def score(session: Session, scope: Scope, score_id: str) -> ScoreRecord:
    """Return a score. Raises Problem("not-found") outside of the scope, as for ids that nobody gave."""
    found = session.scalars(of_scope(scope).where(ScoreRecord.id == score_id)).one_or_none()
    if found is None:
        raise Problem("not-found")
    return found


def _owed(score: ScoreRecord, platform: str) -> OwedScore:
    return OwedScore(
        score.id,
        score.state,
        score.certificate_number,
        platform,
        score.timestamp,
        score.attempts,
        score.last_answer,
        score.next_at,
    )
