"""What is kept of applications and their documents."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.database import JSON, Base, Instant, new_id
from lti_tool.launch.records import Deployment, PersonRecord, Registration


class ApplicationRecord(Base):
    """One person's request under one scheme in one tenant; its `state` moves by `decision/states.py` alone."""

    __tablename__ = "application"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[int] = mapped_column(sa.ForeignKey(Deployment.id), index=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(PersonRecord.id), index=True)
    given_name: Mapped[str] = mapped_column(sa.String(255))
    family_name: Mapped[str] = mapped_column(sa.String(255))
    locale: Mapped[str] = mapped_column(sa.String(20), default="en")
    scheme_id: Mapped[str] = mapped_column(sa.String(80))
    # Pinned at submission (design rule 1); empty while a draft.
    scheme_edition: Mapped[str | None] = mapped_column(sa.String(40))
    scheme_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    state: Mapped[str] = mapped_column(sa.String(20), default="draft")
    declared: Mapped[list[str]] = mapped_column(JSON, default=list)
    comment: Mapped[str] = mapped_column(sa.Text, default="")
    # Where the score goes, stored here so that it never depends on a launch still being at hand.
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey(Registration.id))
    sub: Mapped[str] = mapped_column(sa.String(255))
    line_item: Mapped[str | None] = mapped_column(sa.String(1000))
    created_at: Mapped[datetime] = mapped_column(Instant)
    submitted_at: Mapped[datetime | None] = mapped_column(Instant)
    submitted_day: Mapped[date | None] = mapped_column(sa.Date)
    # When its evidence was deleted, at the end of its retention or because its person asked (evidence/retention.py).
    erased_at: Mapped[datetime | None] = mapped_column(Instant)
    version: Mapped[int] = mapped_column(default=1)
    documents: Mapped[list[DocumentRecord]] = relationship(back_populates="application", order_by="DocumentRecord.received_at")

    # Optimistic locking: a stale form is told so instead of overwriting (threat R03).
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a plain dict here


class DocumentRecord(Base):
    """One uploaded document; `state` is received, reading, read or needs-person; `reading` the stored `Reading`.

    A file that holds several certificates is one row for each `part`, from 1; the further ones name the first and have no `size` of
    their own, so that what counts files and bytes counts them once.
    When its evidence is deleted the row stays empty: `state` is erasing until its file is gone, then erased.
    """

    __tablename__ = "document"
    __table_args__ = (
        sa.Index("ix_document_first_id_part", "first_id", "part", unique=True),
        # Who waits is few among all that were ever read.
        sa.Index("ix_document_waiting", "received_at", sqlite_where=sa.text("state = 'received'"), postgresql_where=sa.text("state = 'received'")),
        sa.Index("ix_document_being_read", "turn", sqlite_where=sa.text("state = 'reading'"), postgresql_where=sa.text("state = 'reading'")),
    )

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
    sha256: Mapped[str] = mapped_column(sa.String(64), index=True)
    size: Mapped[int] = mapped_column()
    file_name: Mapped[str] = mapped_column(sa.String(255))
    media_type: Mapped[str] = mapped_column(sa.String(80))
    state: Mapped[str] = mapped_column(sa.String(16), default="received")
    stage: Mapped[str] = mapped_column(sa.String(40), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    reading: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    text_sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    placed_at: Mapped[str | None] = mapped_column(sa.String(80))
    received_at: Mapped[datetime] = mapped_column(Instant)
    # Of all that wait, the lowest is read first (evidence/turns.py).
    turn: Mapped[int] = mapped_column(default=0, server_default="0")
    # When its present state or stage began: what takes much longer than usual is said to.
    stage_at: Mapped[datetime | None] = mapped_column(Instant)
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    part: Mapped[int] = mapped_column(default=1, server_default="1")
    # No foreign key: SQLite could only add one by making the table anew, which others refer to.
    first_id: Mapped[str | None] = mapped_column(sa.String(32))
    application: Mapped[ApplicationRecord] = relationship(back_populates="documents")


class DocumentNumber(Base):
    """A certificate number or link read in a document, for finding the same document in another application."""

    __tablename__ = "document_number"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[str] = mapped_column(sa.String(200), index=True)


class DocumentFingerprint(Base):
    """A key under which near copies of a document are looked for, of what it says or how it looks (evidence/copies.py)."""

    __tablename__ = "document_fingerprint"
    __table_args__ = (sa.UniqueConstraint("document_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(sa.ForeignKey("document.id"))
    key: Mapped[str] = mapped_column(sa.String(32), index=True)


class UploadRecord(Base):
    """A file that arrives in parts, over a connection that may break: `received` of `size` bytes are here, in `parts` of the file store.

    Once whole it is a document like any other; the row stays a day, so that a lost last answer can be asked for again.
    """

    __tablename__ = "upload"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey("application.id"), index=True)
    file_name: Mapped[str] = mapped_column(sa.String(255))
    size: Mapped[int] = mapped_column()
    # What the whole file must come to, where the browser could tell.
    sha256: Mapped[str | None] = mapped_column(sa.String(64))
    received: Mapped[int] = mapped_column(default=0)
    parts: Mapped[list[str]] = mapped_column(JSON, default=list)
    document_id: Mapped[str | None] = mapped_column(sa.ForeignKey("document.id"))
    touched_at: Mapped[datetime] = mapped_column(Instant, index=True)


class EvidenceUsage(Base):
    """What one tenant holds, removed documents included until they are erased, and how many documents came on `day` (in UTC)."""

    __tablename__ = "evidence_usage"

    tenant_id: Mapped[int] = mapped_column(sa.ForeignKey(Deployment.id), primary_key=True)
    held_bytes: Mapped[int] = mapped_column(sa.BigInteger)
    day: Mapped[date] = mapped_column(sa.Date)
    documents: Mapped[int] = mapped_column()
