"""The way into the admin pages for whoever runs the installation: a link that opens once, and a session that ends soon."""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.administration.records import OperatorLink, OperatorSession
from lti_tool.administration.scope import OPERATOR
from lti_tool.database import new_id
from lti_tool.problem import Problem

LINK_LIFE: Final = timedelta(minutes=10)
IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=8)
# How stale `seen_at` may be before a request writes it anew.
TOUCHED_EVERY: Final = timedelta(minutes=1)
# Links and sessions are forgotten this long after their end.
FORGOTTEN_AFTER: Final = timedelta(days=1)
_ID: Final = re.compile(r"[0-9a-f]{32}")


def make_link(session: Session) -> str:
    """Return the secret of a link that opens once, within ten minutes. Only its SHA-256 is stored."""
    secret, now = secrets.token_urlsafe(32), clock.now()
    session.execute(sa.delete(OperatorLink).where(OperatorLink.expires_at < now - FORGOTTEN_AFTER))
    session.execute(sa.delete(OperatorSession).where(OperatorSession.expires_at < now - FORGOTTEN_AFTER))
    session.add(OperatorLink(digest=_digest(secret), created_at=now, expires_at=now + LINK_LIFE))
    session.flush()
    return secret


def enter(session: Session, secret: str) -> str:
    """Use a link up and return the id of a new session; of several at once the database lets one in.

    Raises Problem("operator-link-over") for a link that was used, is too old or was never given.
    """
    now = clock.now()
    unused = sa.update(OperatorLink).where(
        OperatorLink.digest == _digest(secret),
        OperatorLink.used_at.is_(None),
        OperatorLink.expires_at > now,
    )
    if session.execute(unused.values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("operator-link-over")
    opened = OperatorSession(id=new_id(), created_at=now, seen_at=now, expires_at=now + LONGEST)
    session.add(opened)
    history.append(session, "operator-entered", OPERATOR, OPERATOR, {})
    return opened.id


def find(session: Session, session_id: str) -> OperatorSession:
    """Return an operator's session while it lasts: half an hour without a request, eight hours in all.

    Raises Problem("operator-session-over"). Works in a reading session too.
    """
    found = session.get(OperatorSession, session_id) if _ID.fullmatch(session_id) else None
    now = clock.now()
    if found is None or found.ended_at is not None or not found.seen_at + IDLE > now or not found.expires_at > now:
        raise Problem("operator-session-over")
    if now - found.seen_at >= TOUCHED_EVERY:
        _touch(session, session_id, now)
    return found


def end(session: Session, session_id: str) -> None:
    """End a session; one that is over, or never was, stays so."""
    open_one = sa.update(OperatorSession).where(OperatorSession.id == session_id, OperatorSession.ended_at.is_(None))
    session.execute(open_one.values(ended_at=clock.now()))


def _touch(session: Session, session_id: str, now: datetime) -> None:
    seen = sa.update(OperatorSession).where(OperatorSession.id == session_id).values(seen_at=now)
    bind = session.get_bind()
    if not bind.get_execution_options().get("reads_only"):
        session.execute(seen)
        return
    with bind.engine.execution_options(reads_only=False).begin() as writing:
        writing.execute(seen)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
