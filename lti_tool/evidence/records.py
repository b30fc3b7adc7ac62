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

    When its evidence is deleted the row stays empty: `state` is erasing until its file is gone, then erased.
    """

    __tablename__ = "document"

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
    read_at: Mapped[datetime | None] = mapped_column(Instant)
    removed_at: Mapped[datetime | None] = mapped_column(Instant)
    application: Mapped[ApplicationRecord] = relationship(back_populates="documents")


class DocumentNumber(Base):
    """A certificate number or link read in a document, for finding the same document in another application."""

    __tablename__ = "document_number"
    __table_args__ = (sa.UniqueConstraint("document_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[str] = mapped_column(sa.ForeignKey("document.id"))
    number: Mapped[str] = mapped_column(sa.String(200), index=True)
