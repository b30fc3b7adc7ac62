"""In which order documents are read: fairly among tenants, and among the people of each, however many somebody hands in at once.

Self-clocked fair queueing (Golestani 1994): each document gets a number when it comes, and the lowest is read first. The numbers of one
person's documents follow each other in steps as wide as there are people of the same tenant waiting. So a tenant with two hundred people
gets no more of the readers than one with a single person, who is not kept waiting by them (threat R14).
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.evidence.records import ApplicationRecord, DocumentRecord


def next_turn(session: Session, application: ApplicationRecord) -> int:
    """Return the turn (from 1) of a document that comes to an application now."""
    waiting = (
        sa.select(DocumentRecord.application_id, ApplicationRecord.tenant_id, sa.func.min(DocumentRecord.turn), sa.func.max(DocumentRecord.turn))
        .join(ApplicationRecord)
        .where(DocumentRecord.state == "received", DocumentRecord.removed_at.is_(None))
        .group_by(DocumentRecord.application_id, ApplicationRecord.tenant_id)
    )
    rows = session.execute(waiting).all()
    step = len({owner for owner, tenant, _, _ in rows if tenant == application.tenant_id} | {application.id})
    last = max((latest for owner, _, _, latest in rows if owner == application.id), default=0)
    now = session.scalar(sa.select(sa.func.max(DocumentRecord.turn)).where(DocumentRecord.state == "reading"))
    if now is None:
        # Nothing is being read yet: the clock stands just before what will be first.
        now = min((earliest - 1 for _, _, earliest, _ in rows), default=0)
    return max(now, last, 0) + step
