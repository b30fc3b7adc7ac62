"""Stored files are shared: the same bytes are one file, whoever sent them. So whoever adds or ends a use of them takes turns."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.evidence.records import DocumentRecord

# States of a document whose evidence is being deleted, and was (`DocumentRecord`).
ERASING = "erasing"
ERASED = "erased"


def take_turn(session: Session, digest: str) -> None:
    """Wait for whoever adds or ends a use of the file with this SHA-256, until the transaction ends.

    An advisory lock on PostgreSQL; on SQLite a writing transaction is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("select pg_advisory_xact_lock(:key)"), {"key": int.from_bytes(bytes.fromhex(digest)[:8], "big", signed=True)})


def is_document(session: Session, digest: str) -> bool:
    """Tell whether a document that is kept has these bytes."""
    kept = sa.select(DocumentRecord.id).where(DocumentRecord.sha256 == digest, DocumentRecord.state.not_in((ERASING, ERASED)))
    return session.scalars(kept.limit(1)).first() is not None
