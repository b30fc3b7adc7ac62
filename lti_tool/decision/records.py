"""What is kept of decisions."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import JSON, Base, Instant, new_id
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.launch.records import PersonRecord


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
