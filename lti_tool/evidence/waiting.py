"""How many documents wait to be read before those of one application: numbers alone, nothing about whose they are."""

from __future__ import annotations

import sqlalchemy as sa

from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation


def ahead(installation: Installation, application_id: str) -> int:
    """Return how many documents of others came before the first one of this application that still waits; 0 if none waits."""
    waits = (DocumentRecord.state == "received", DocumentRecord.removed_at.is_(None))
    first = sa.select(sa.func.min(DocumentRecord.received_at)).where(DocumentRecord.application_id == application_id, *waits)
    before = sa.select(sa.func.count(DocumentRecord.id)).where(DocumentRecord.received_at < first.scalar_subquery(), *waits)
    with installation.database.look() as connection:
        return int(connection.scalar(before) or 0)
