"""What is kept of decisions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import JSON, Base, Instant, new_id
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.launch.records import Deployment, PersonRecord


class DecisionRecord(Base):
    """One decision about an application: awarded, changes-requested or refused.

    An award without an application is an administrator's act (`sealwright issue`), `reason` says why. `live_award_of` is
    the application's id on an award and empty otherwise: its uniqueness makes a second award of the same impossible.
    """

    __tablename__ = "decision"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    application_id: Mapped[str | None] = mapped_column(sa.ForeignKey(ApplicationRecord.id), index=True)
    live_award_of: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    # The certificate that this award replaces (a corrected name); linked to it when the new one is published.
    supersedes: Mapped[str | None] = mapped_column(sa.String(32))
    outcome: Mapped[str] = mapped_column(sa.String(20))
    award: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    award_sha256: Mapped[str | None] = mapped_column(sa.String(64))
    findings: Mapped[dict[str, Any]] = mapped_column(JSON)
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey(PersonRecord.id))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime] = mapped_column(Instant)


class EventRecord(Base):
    """A learning event of one course, whose participants get certificates; `minutes` is how long it took, if anybody said so."""

    __tablename__ = "participation_event"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    tenant_id: Mapped[int] = mapped_column(sa.ForeignKey(Deployment.id), index=True)
    context_id: Mapped[str] = mapped_column(sa.String(255))
    title: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date] = mapped_column(sa.Date)
    ends_on: Mapped[date] = mapped_column(sa.Date)
    minutes: Mapped[int | None] = mapped_column()
    created_by: Mapped[int] = mapped_column(sa.ForeignKey(PersonRecord.id))
    created_at: Mapped[datetime] = mapped_column(Instant)


class ParticipantRecord(Base):
    """Somebody whom the organisers confirmed as a participant of an event, once for each event.

    `holder_name` is what will be certified, as it was confirmed; `batch` names the confirmation, whose digest the history holds.
    """

    __tablename__ = "participant"
    __table_args__ = (sa.UniqueConstraint("event_id", "person_id"),)

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    event_id: Mapped[str] = mapped_column(sa.ForeignKey(EventRecord.id))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey(PersonRecord.id), index=True)
    holder_name: Mapped[str] = mapped_column(sa.String(500))
    batch: Mapped[str] = mapped_column(sa.String(32), index=True)
    confirmed_by: Mapped[int] = mapped_column(sa.ForeignKey(PersonRecord.id))
    confirmed_at: Mapped[datetime] = mapped_column(Instant)
    decision_id: Mapped[str | None] = mapped_column(sa.ForeignKey(DecisionRecord.id), unique=True)


class OpeningRecord(Base):
    """The salt of a commitment to a file that an award rests on: what its applicant alone can open it with."""

    __tablename__ = "evidence_opening"

    commitment: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    application_id: Mapped[str] = mapped_column(sa.ForeignKey(ApplicationRecord.id), index=True)
    salt: Mapped[str] = mapped_column(sa.String(64))
