"""One-use permissions to register a platform (threat L14): an address that an operator makes and an LMS administrator pastes."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.launch.claims import text
from lti_tool.launch.records import Invitation
from lti_tool.problem import Problem

REGISTER_PATH: Final = "/lti/register"
MOST_HOURS: Final = 30 * 24
# Invitations that ended are kept for a while, so that "used" and "expired" are told apart from "never made".
KEPT: Final = timedelta(days=90)
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}")


def make(session: Session, *, label: str, approves: bool, by: str, hours: int = 72) -> str:
    """Make an invitation and return its secret, which nobody can be told again: only its SHA-256 is stored.

    `approves` lets what registers with it be active at once; `by` is a person's id or a word such as ``program``.
    Raises Problem("invitation-hours").
    """
    if not 1 <= hours <= MOST_HOURS:
        raise Problem("invitation-hours", most=MOST_HOURS)
    now, secret = clock.now(), secrets.token_urlsafe(32)
    session.execute(sa.delete(Invitation).where(Invitation.expires_at < now - KEPT, Invitation.registration_id.is_(None)))
    invitation = Invitation(
        digest=digest_of(secret),
        label=text(label, 200),
        approves=approves,
        created_by=by[:64],
        created_at=now,
        expires_at=now + timedelta(hours=hours),
    )
    session.add(invitation)
    session.flush()
    history.append(session, "invitation-made", subject(invitation.digest), invitation.created_by, {"approves": approves, "hours": hours})
    return secret


def address(base_url: str, secret: str) -> str:
    """Return the address that an LMS administrator pastes. Whoever has it may register one platform."""
    return f"{base_url}{REGISTER_PATH}/{secret}"


def digest_of(secret: str) -> str:
    """Return what is stored of a secret: its SHA-256 in hexadecimal digits."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def subject(digest: str) -> str:
    """Return how the history names an invitation."""
    return f"invitation:{digest[:16]}"


def waiting(session: Session) -> Sequence[Invitation]:
    """Return the invitations that can still be used, the newest first."""
    unused = sa.select(Invitation).where(Invitation.used_at.is_(None), Invitation.expires_at > clock.now())
    return session.scalars(unused.order_by(Invitation.created_at.desc(), Invitation.digest)).all()


def withdraw(session: Session, digest: str, by: str = "administrator") -> None:
    """Take back an invitation that was not used. Raises Problem("invitation-unknown") for one that was, or was never made."""
    unused = sa.delete(Invitation).where(Invitation.digest == digest, Invitation.used_at.is_(None))
    if session.execute(unused).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("invitation-unknown")
    history.append(session, "invitation-withdrawn", subject(digest), by[:64], {})


def find(session: Session, secret: str) -> Invitation:
    """Return the invitation with this secret, in whatever state it is. Raises Problem("invitation-unknown")."""
    found = session.get(Invitation, digest_of(secret), populate_existing=True) if _SECRET.fullmatch(secret) else None
    if found is None:
        raise Problem("invitation-unknown")
    return found


def peek(session: Session, secret: str) -> Invitation:
    """Return an invitation that can be used, without using it.

    Raises Problem: invitation-unknown, invitation-used or invitation-expired.
    """
    found = find(session, secret)
    if found.used_at is not None:
        raise Problem("invitation-used")
    if not found.expires_at > clock.now():
        raise Problem("invitation-expired")
    return found


def use(session: Session, secret: str) -> Invitation:
    """Use an invitation up; of many at once the database lets one through.

    Raises Problem: invitation-unknown, invitation-used or invitation-expired.
    """
    found, now = peek(session, secret), clock.now()
    first = sa.update(Invitation).where(Invitation.digest == found.digest, Invitation.used_at.is_(None), Invitation.expires_at > now)
    if session.execute(first.values(used_at=now)).rowcount != 1:  # type: ignore[attr-defined]
        raise Problem("invitation-used")
    session.refresh(found)
    return found


def give_back(session: Session, digest: str) -> None:
    """Make an invitation usable again after a registration that came to nothing; one that led to a registration stays used."""
    session.execute(sa.update(Invitation).where(Invitation.digest == digest, Invitation.registration_id.is_(None)).values(used_at=None))
