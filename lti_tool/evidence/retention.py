"""The end of evidence: what is due, marking it, and deleting the bytes (design rule 12, threat W07).

Rows are emptied and marked first, in one transaction with their event; then file after file goes, and each row forgets its
file's SHA-256 when that is gone. So a crash at any place leaves marks from which the next run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.evidence import quota
from lti_tool.evidence.records import ApplicationRecord, DocumentFingerprint, DocumentNumber, DocumentRecord, UploadRecord
from lti_tool.evidence.shared_files import ERASED, ERASING, is_document, take_turn
from lti_tool.failpoints import failpoint
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.launch.records import Deployment

# Days for which a document that its applicant took out is kept, if evidence is kept that long at all.
REMOVED_DAYS: Final = 30
# A file that no row names is left alone for so long: whoever stores one writes its row within seconds.
UNNAMED: Final = timedelta(days=1)

# Tells of a SHA-256 whether something else than a document, such as a certificate, has these bytes.
InUse = Callable[[Session, str], bool]


def due(session: Session, now: datetime, days: int) -> list[str]:
    """Return the ids of the applications whose evidence has been kept for long enough, the oldest first.

    That is: nothing has happened for the tenant's `retention_days` (`days` where it has none) with an application that is
    decided, withdrawn, or was never handed in again. One that waits for a person is never due: its answer is owed.
    """
    found: list[str] = []
    for tenant_id, cutoff in _cutoffs(session, now, days):
        found += session.scalars(_untouched(cutoff).where(ApplicationRecord.tenant_id == tenant_id))
    return found


def is_due(session: Session, application: ApplicationRecord, now: datetime, days: int) -> bool:
    """Tell the same of one application, once its row is locked."""
    tenant = session.get_one(Deployment, application.tenant_id)
    wanted = _untouched(_cutoff(tenant.retention_days, now, days)).where(ApplicationRecord.id == application.id)
    return session.scalars(wanted).first() is not None


def removed_due(session: Session, now: datetime, days: int) -> list[str]:
    """Return the ids of documents that their applicants took out 30 days ago, or as long ago as evidence is kept."""
    found: list[str] = []
    for tenant_id, cutoff in _cutoffs(session, now, days):
        wanted = (
            sa.select(DocumentRecord.id)
            .join(ApplicationRecord)
            .where(
                ApplicationRecord.tenant_id == tenant_id,
                DocumentRecord.removed_at < max(cutoff, now - timedelta(days=REMOVED_DAYS)),
                DocumentRecord.state.not_in((ERASING, ERASED)),
            )
        )
        found += session.scalars(wanted)
    return found


def mark(session: Session, application: ApplicationRecord, now: datetime) -> int:
    """Empty an application and mark its documents, in the caller's transaction; return how many. The row is locked.

    Its ids, state, days, declarations (codes of the scheme) and pinned edition stay, and where its score goes.
    """
    documents = session.scalars(sa.select(DocumentRecord).where(DocumentRecord.application_id == application.id, DocumentRecord.state != ERASED))
    # Its parts are nobody's then, and go with the next sweep (evidence/resuming.py).
    session.execute(sa.delete(UploadRecord).where(UploadRecord.application_id == application.id))
    count = 0
    for document in documents.all():
        mark_document(session, document, now)
        count += 1
    application.given_name = application.family_name = application.comment = ""
    application.erased_at = application.erased_at or now
    return count


def mark_document(session: Session, document: DocumentRecord, now: datetime) -> None:
    """Empty a document's row but for the SHA-256 by which its file is found and deleted (`delete_marked`)."""
    session.execute(sa.delete(DocumentNumber).where(DocumentNumber.document_id == document.id))
    session.execute(sa.delete(DocumentFingerprint).where(DocumentFingerprint.document_id == document.id))
    quota.give_back(session, document.application.tenant_id, document.size)
    document.file_name, document.media_type, document.size = "", "", 0
    document.reading = document.text_sha256 = document.placed_at = None
    document.removed_at = document.removed_at or now
    document.state = document.stage = ERASING


def delete_marked(installation: Installation, in_use: InUse) -> int:
    """Delete the files of all marked documents that nothing else shares; return how many rows are done with."""
    with installation.database.read() as session:
        marked: Sequence[str] = session.scalars(sa.select(DocumentRecord.id).where(DocumentRecord.state == ERASING)).all()
    for document_id in marked:
        with installation.database.write() as session:
            document = session.get_one(DocumentRecord, document_id)
            if document.state == ERASING:
                _delete_file(session, installation, document.sha256, in_use)
                failpoint("retention-deleted")
                document.sha256, document.state, document.stage = "", ERASED, ERASED
    return len(marked)


def delete_unnamed(installation: Installation, in_use: InUse) -> int:
    """Delete stored files that no row names, such as those of an upload that was refused after it was stored; return how many."""
    with installation.database.read() as session:
        unnamed = [digest for digest in installation.files.older_than(UNNAMED) if not _is_used(session, digest, in_use)]
    deleted = 0
    for digest in unnamed:
        with installation.database.write() as session:
            deleted += _delete_file(session, installation, digest, in_use)
    return deleted


def _delete_file(session: Session, installation: Installation, digest: str, in_use: InUse) -> bool:
    take_turn(session, digest)
    if _is_used(session, digest, in_use):
        return False
    installation.files.delete(digest)
    return True


def _is_used(session: Session, digest: str, in_use: InUse) -> bool:
    return is_document(session, digest) or in_use(session, digest)


def _cutoffs(session: Session, now: datetime, days: int) -> list[tuple[int, datetime]]:
    tenants = session.execute(sa.select(Deployment.id, Deployment.retention_days).order_by(Deployment.id))
    return [(tenant_id, _cutoff(own, now, days)) for tenant_id, own in tenants]


def _cutoff(own: int | None, now: datetime, days: int) -> datetime:
    return now - timedelta(days=days if own is None else own)


def _untouched(cutoff: datetime) -> sa.Select[str]:
    """Select applications with which nothing happened since `cutoff`: no event, no document that came, was read or went."""
    document, moments = DocumentRecord, (DocumentRecord.received_at, DocumentRecord.read_at, DocumentRecord.removed_at)
    touched = sa.select(document.id).where(document.application_id == ApplicationRecord.id, sa.or_(*(moment >= cutoff for moment in moments)))
    happened = sa.select(Event.id).where(Event.subject == ApplicationRecord.id, Event.at >= cutoff)
    return (
        sa.select(ApplicationRecord.id)
        .where(
            ApplicationRecord.erased_at.is_(None),
            ApplicationRecord.state != "submitted",
            ApplicationRecord.created_at < cutoff,
            sa.or_(ApplicationRecord.submitted_at.is_(None), ApplicationRecord.submitted_at < cutoff),
            ~touched.exists(),
            ~happened.exists(),
        )
        .order_by(ApplicationRecord.created_at)
    )
