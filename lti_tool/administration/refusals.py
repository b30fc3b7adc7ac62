"""Recent refusals, kept for whoever can do something about them: few, without anything personal, never in the way."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.administration.records import Refusal
from lti_tool.administration.scope import Scope
from lti_tool.installation import Installation
from lti_tool.launch.records import Deployment

# The newest that are kept, and the most that one process writes in a minute: in all, and of one code, so that a flood of one
# kind does not hide the others.
KEPT: Final = 1000
A_MINUTE: Final = 60
OF_ONE_CODE: Final = 20
# The most that a page shows.
SHOWN: Final = 100
LONGEST: Final = 200
# What an administrator needs to act upon, and nothing else: no names, no mails, no words that somebody typed.
DETAILS: Final = frozenset(
    {"issuer", "client_id", "deployment", "claim", "message", "missing", "parameter", "setting", "differs", "expected", "seconds", "status", "kid"}
)
# Everyday mistakes of the public and of programs that look for holes; an administrator can do nothing about them.
NOT_KEPT: Final = frozenset(
    {"page-not-found", "not-found", "method-not-allowed", "too-many-requests", "number-mistyped", "nothing-to-check", "no-file-chosen"}
)

_log = structlog.get_logger(__name__)


class Pace:
    """How many refusals this process has written in the present minute."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._since: datetime | None = None
        self._written: Counter[str] = Counter()

    def allows(self, code: str, now: datetime) -> bool:
        """Count one more of this code if the minute has room for it."""
        with self._lock:
            if self._since is None or not timedelta() <= now - self._since < timedelta(minutes=1):
                self._since, self._written = now, Counter()
            if self._written.total() >= A_MINUTE or self._written[code] >= OF_ONE_CODE:
                return False
            self._written[code] += 1
            return True


_pace: Final = Pace()


def note(  # noqa: PLR0913 - a refusal has this many parts, each named by the caller
    installation: Installation,
    *,
    code: str,
    reference: str,
    route: str | None,
    details: Mapping[str, Any],
    registration_id: int | None = None,
    deployment_id: int | None = None,
    pace: Pace = _pace,
) -> None:
    """Keep a refusal, in a short transaction of its own; never raises.

    `details` are those of the Problem, of which only DETAILS are kept; `deployment_id` is the id of the tenant's row. Beyond
    the pace, and when the database is away, the refusal is not kept: the log has its line all the same.
    """
    if code in NOT_KEPT or not pace.allows(code, clock.now()):
        return
    kept = {name: str(value).replace("\0", "")[:LONGEST] for name, value in details.items() if name in DETAILS}
    row = Refusal(at=clock.now(), code=code[:60], reference=reference[:12], route=(route or "")[:80], details=kept)
    row.registration_id, row.deployment_id = registration_id, deployment_id
    try:
        with installation.database.write() as session:
            session.add(row)
            session.flush()
            session.execute(sa.delete(Refusal).where(Refusal.id < _oldest_kept()))
    except Exception as error:
        # Whoever was refused gets the answer, whatever happens here.
        _log.warning("refusal-not-kept", code=code, error=type(error).__name__)


def _oldest_kept() -> sa.ScalarSelect[int]:
    return sa.select(Refusal.id).order_by(Refusal.id.desc()).offset(KEPT - 1).limit(1).scalar_subquery()


def recent(session: Session, scope: Scope) -> Sequence[Refusal]:
    """Return the newest refusals within the scope, newest first, at most SHOWN.

    A refusal that came before the tenant was known is the platform's: a tenant sees it only if the platform is its alone.
    """
    chosen = sa.select(Refusal).order_by(Refusal.id.desc()).limit(SHOWN)
    if not scope.everything:
        chosen = chosen.where(_of_tenant(session, scope))
    return session.scalars(chosen).all()


def _of_tenant(session: Session, scope: Scope) -> sa.ColumnElement[bool]:
    own = Refusal.deployment_id == scope.tenant_id
    tenants = sa.select(sa.func.count()).select_from(Deployment).where(Deployment.registration_id == scope.registration_id)
    if session.scalar(tenants) != 1:
        return own
    return own | ((Refusal.registration_id == scope.registration_id) & Refusal.deployment_id.is_(None))
