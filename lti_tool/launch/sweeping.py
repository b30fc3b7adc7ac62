"""Forget what ended long ago: logins, tickets, visits, access tokens, invitations that nobody used.

Each says itself when it is over; it is kept a little longer, so that a late use is told apart from a forged one.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.database import Base
from lti_tool.launch.records import AccessToken, Invitation, LoginHandover, Ticket, VisitRecord

# A visit lasts for three days at most (`session_hours`): after this time nothing asks for it any more.
KEPT: Final = timedelta(days=1)
# Whoever wonders why an address to register with does not work any more asks within weeks.
INVITATIONS_KEPT: Final = timedelta(days=30)


def sweep(session: Session, now: datetime) -> dict[str, int]:
    """Delete every row that ended more than a day ago, in the caller's transaction; return how many of each table.

    What would open something goes as soon as it has expired: access tokens, and the platforms' hints of logins that were to go on
    in another window. Invitations stay for a month, and used ones for good: they say how a platform came to be known.
    """
    ended, over = now - KEPT, sa.select(VisitRecord.id).where(VisitRecord.expires_at < now - KEPT)
    return {
        "login_handover": _delete(session, LoginHandover, LoginHandover.expires_at < now),
        # The tickets of a visit go before it, whenever they ended.
        "ticket": _delete(session, Ticket, sa.or_(Ticket.expires_at < ended, Ticket.visit_id.in_(over))),
        "visit": _delete(session, VisitRecord, VisitRecord.expires_at < ended),
        "access_token": _delete(session, AccessToken, AccessToken.expires_at < now),
        "invitation": _delete(session, Invitation, Invitation.expires_at < now - INVITATIONS_KEPT, Invitation.registration_id.is_(None)),
    }


def _delete(session: Session, record: type[Base], *ended: sa.ColumnElement[bool]) -> int:
    done: Any = session.execute(sa.delete(record).where(*ended))
    return int(done.rowcount)
