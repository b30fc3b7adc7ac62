"""How many documents wait to be read before those of one application: numbers alone, nothing about whose they are."""

from __future__ import annotations

import sqlalchemy as sa

from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation


def ahead(installation: Installation, application_id: str) -> int:
    """Return how many documents of others are read before the first one of this application that still waits; 0 if none waits."""
    waits = (DocumentRecord.state == "received", DocumentRecord.removed_at.is_(None))
    order = (DocumentRecord.turn, DocumentRecord.received_at)
    first = sa.select(*order).where(DocumentRecord.application_id == application_id, *waits).order_by(*order).limit(1)
    with installation.database.look() as connection:
        ours = connection.execute(first).first()
        if ours is None:
            return 0
        earlier = sa.or_(DocumentRecord.turn < ours.turn, sa.and_(DocumentRecord.turn == ours.turn, DocumentRecord.received_at < ours.received_at))
        others = DocumentRecord.application_id != application_id
        return int(connection.scalar(sa.select(sa.func.count(DocumentRecord.id)).where(earlier, others, *waits)) or 0)
