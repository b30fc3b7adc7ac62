"""Scores on their way to learning platforms, within a scope; what they are and how they are sent is `delivery`'s."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.administration.scope import Scope
from lti_tool.delivery import outbox
from lti_tool.delivery.outbox import OutboxEntry
from lti_tool.delivery.records import ScoreRecord
from lti_tool.installation import Installation
from lti_tool.issuing.records import CertificateRecord
from lti_tool.problem import Problem

# The most of each state that a page shows, and that one click tries again.
SHOWN: Final = 100
WAITING: Final = "waiting"
STUCK: Final = "stuck"


def of_scope(scope: Scope) -> sa.Select[ScoreRecord]:
    """Select the scores within a scope: two tenants may share a platform, so a tenant has those of its own certificates."""
    chosen = sa.select(ScoreRecord)
    if scope.everything:
        return chosen
    owner = CertificateRecord.number == ScoreRecord.certificate_number
    return chosen.join(CertificateRecord, owner).where(CertificateRecord.tenant_id == scope.tenant_id)


def owed(session: Session, scope: Scope, state: str) -> Sequence[OutboxEntry]:
    """Return the scores of a state within the scope, oldest first, at most SHOWN."""
    return [outbox.entry(score) for score in session.scalars(_oldest(scope, state))]


def retry(installation: Installation, session: Session, scope: Scope, score_id: str) -> None:
    """Try a score again. Raises Problem("not-found") outside of the scope, as for ids that nobody gave, and Problem("score-settled")."""
    if session.scalars(of_scope(scope).where(ScoreRecord.id == score_id)).one_or_none() is None:
        raise Problem("not-found")
    outbox.retry(installation, session, score_id, scope.actor)


def retry_all(installation: Installation, session: Session, scope: Scope) -> int:
    """Try the stuck scores within the scope again, at most SHOWN at once, oldest first; return how many."""
    found = session.scalars(_oldest(scope, STUCK)).all()
    for score in found:
        outbox.retry(installation, session, score.id, scope.actor)
    return len(found)


def _oldest(scope: Scope, state: str) -> sa.Select[ScoreRecord]:
    return of_scope(scope).where(ScoreRecord.state == state).order_by(ScoreRecord.timestamp, ScoreRecord.id).limit(SHOWN)
