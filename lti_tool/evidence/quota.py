"""How much one application, one person and one tenant may hand in, so that nobody fills the disk for everybody (threat U13).

A tenant's numbers are one row that every upload counts up in its own transaction: of two at the last free place one waits for the
other, and the database lets one through. A person's are added up anew, with their row as the queue.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord, EvidenceUsage, UploadRecord
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.upserts import insert_once
from lti_tool.problem import Problem
from lti_tool.settings import Settings

MEBIBYTE = 1 << 20


def check(session: Session, settings: Settings, application: ApplicationRecord, size: int) -> None:
    """Refuse early what `take` would refuse now, without counting; unfinished uploads of the person are held against them.

    Raises Problem("too-many-documents", "too-many-uploads", "person-full", "tenant-busy", "tenant-full").
    """
    unfinished = _sum(session, sa.select(UploadRecord.size).join(ApplicationRecord).where(*_unfinished(application.person_id)))
    _check_person(session, settings, application, size + unfinished)
    used = session.get(EvidenceUsage, application.tenant_id)
    if used is not None:
        _refuse_tenant(used, settings, size)


def take(session: Session, settings: Settings, application: ApplicationRecord, size: int) -> None:
    """Count a document of `size` bytes that the caller's transaction adds; the application's row is locked. Raises as `check` does."""
    # Not the keys of the row: whoever only refers to this person need not wait.
    session.execute(sa.select(PersonRecord.id).where(PersonRecord.id == application.person_id).with_for_update(key_share=True))
    _check_person(session, settings, application, size)
    tenant_id, today = application.tenant_id, clock.now().date()
    begin_count(session, tenant_id)
    usage = EvidenceUsage
    room = (usage.held_bytes + size <= settings.tenant_mb * MEBIBYTE, sa.or_(usage.day != today, usage.documents < settings.tenant_daily_documents))
    counted = {"held_bytes": usage.held_bytes + size, "documents": sa.case((usage.day == today, usage.documents + 1), else_=1), "day": today}
    done: Any = session.execute(sa.update(usage).where(usage.tenant_id == tenant_id, *room).values(counted))
    if done.rowcount == 0:
        _refuse_tenant(session.get_one(usage, tenant_id, populate_existing=True), settings, size)
        # Room came free between the two statements: the next try finds it.
        raise Problem("tenant-full")


def give_back(session: Session, tenant_id: int, size: int) -> None:
    """Take the bytes of an erased document off its tenant's count."""
    session.execute(sa.update(EvidenceUsage).where(EvidenceUsage.tenant_id == tenant_id).values(held_bytes=EvidenceUsage.held_bytes - size))


def begin_count(session: Session, tenant_id: int) -> None:
    """Make a tenant's row from what it holds, unless it has one."""
    if session.get(EvidenceUsage, tenant_id) is None:
        held = session.scalar(_held_by(tenant_id)) or 0
        insert_once(session, EvidenceUsage, {"tenant_id": tenant_id}, {"held_bytes": held, "day": clock.now().date(), "documents": 0})


def recount(session: Session) -> None:
    """Add up anew what every tenant holds, so that no mistake in counting lasts longer than a day."""
    for usage in session.scalars(sa.select(EvidenceUsage).order_by(EvidenceUsage.tenant_id).with_for_update()):
        usage.held_bytes = session.scalar(_held_by(usage.tenant_id)) or 0


def _held_by(tenant_id: int) -> sa.Select[int]:
    return sa.select(sa.func.sum(DocumentRecord.size)).join(ApplicationRecord).where(ApplicationRecord.tenant_id == tenant_id)


def _check_person(session: Session, settings: Settings, application: ApplicationRecord, size: int) -> None:
    # Files are counted, not the certificates in them.
    here = sa.select(DocumentRecord.sha256).distinct().where(DocumentRecord.application_id == application.id, DocumentRecord.removed_at.is_(None))
    if _count(session, here) >= settings.max_documents:
        raise Problem("too-many-documents", limit=settings.max_documents)
    theirs = sa.select(DocumentRecord.id).join(ApplicationRecord).where(ApplicationRecord.person_id == application.person_id)
    if (
        _count(session, theirs.where(DocumentRecord.part == 1, DocumentRecord.received_at > clock.now() - timedelta(days=1)))
        >= settings.person_daily_documents
    ):
        raise Problem("too-many-uploads", limit=settings.person_daily_documents)
    held = _sum(session, theirs.with_only_columns(DocumentRecord.size))
    if held + size > settings.person_mb * MEBIBYTE:
        raise Problem("person-full", limit=settings.person_mb)


def _refuse_tenant(usage: EvidenceUsage, settings: Settings, size: int) -> None:
    if usage.held_bytes + size > settings.tenant_mb * MEBIBYTE:
        raise Problem("tenant-full")
    if usage.day == clock.now().date() and usage.documents >= settings.tenant_daily_documents:
        raise Problem("tenant-busy")


def _unfinished(person_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return ApplicationRecord.person_id == person_id, UploadRecord.document_id.is_(None)


def _count(session: Session, query: sa.Select[Any]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _sum(session: Session, query: sa.Select[Any]) -> int:
    rows = query.subquery()
    return session.scalar(sa.select(sa.func.sum(rows.c.size))) or 0
