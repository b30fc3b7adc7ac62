"""A login goes on in a new window, where the browser keeps our cookies: by a one-use ticket, before the platform's hints are used."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.launch.records import LoginHandover
from lti_tool.problem import Problem

# Time to read the page and click; platforms' hints live at least as long.
LIFE: Final = timedelta(minutes=10)


def hand_over(session: Session, parameters: Mapping[str, str]) -> str:
    """Store a login's parameters; return the ticket that takes them over, once. Only its SHA-256 is stored."""
    ticket, now = secrets.token_urlsafe(32), clock.now()
    session.execute(sa.delete(LoginHandover).where(LoginHandover.expires_at < now))
    session.add(LoginHandover(digest=_digest(ticket), parameters=dict(parameters), expires_at=now + LIFE))
    session.flush()
    return ticket


def take_over(session: Session, ticket: str) -> dict[str, str]:
    """Return the parameters that a ticket stands for, and forget them: hints tell the platform who somebody is.

    Raises Problem("handover-used") for a ticket that was used, is too old or was never given.
    """
    now, digest = clock.now(), _digest(ticket)
    ours = LoginHandover.digest == digest
    first = sa.update(LoginHandover).where(ours, LoginHandover.used_at.is_(None), LoginHandover.expires_at > now).values(used_at=now)
    if session.execute(first).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("handover-used")
    parameters: dict[str, str] = session.scalars(sa.select(LoginHandover.parameters).where(ours)).one()
    session.execute(sa.update(LoginHandover).where(ours).values(parameters={}))
    return parameters


def _digest(ticket: str) -> str:
    return hashlib.sha256(ticket.encode("utf-8", "surrogatepass")).hexdigest()
