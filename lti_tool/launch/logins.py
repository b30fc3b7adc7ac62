"""Logins that were begun: each is used once, and the database decides who was first."""

from __future__ import annotations

import hmac
import re
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.launch.records import Login
from lti_tool.problem import Problem

LIFE: Final = timedelta(minutes=5)
# Kept a little longer than they live, so that a late return is told apart from a forged one.
KEPT: Final = timedelta(hours=1)
_STATE: Final = re.compile(r"[A-Za-z0-9_-]{20,80}")


def begin(  # noqa: PLR0913 - a login has this many parts, each named by the caller
    session: Session, *, state: str, nonce: str, registration_id: int, target: str, kept: tuple[str, str] | None = None
) -> None:
    """Store a login, and forget those that ended long ago; `kept` is the digest and the place of a secret in the platform's storage."""
    now = clock.now()
    session.execute(sa.delete(Login).where(Login.expires_at < now - KEPT))
    digest, place = kept or (None, None)
    login = Login(state=state, nonce=nonce, registration_id=registration_id, target=target, expires_at=now + LIFE)
    login.storage_digest, login.storage_target = digest, place
    session.add(login)


def find(session: Session, state: str) -> Login:
    """Return the unused, unexpired login with this state; raises Problem: state-unknown, already-used or login-expired."""
    login = session.get(Login, state) if _STATE.fullmatch(state) else None
    if login is None:
        raise Problem("state-unknown")
    if login.used_at is not None:
        raise Problem("already-used")
    if login.expires_at < clock.now():
        raise Problem("login-expired")
    return login


def use(session: Session, state: str) -> None:
    """Use a login up, in the transaction that opens the visit; raises Problem("already-used") for all but the first (threat L01)."""
    now = clock.now()
    first = sa.update(Login).where(Login.state == state, Login.used_at.is_(None), Login.expires_at >= now).values(used_at=now)
    if session.execute(first).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("already-used")


def same(one: str, other: str) -> bool:
    """Compare two secrets without telling by the time taken where they differ."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))
