"""The outbox: what must reach the LMS, and how far it came."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import Base, Instant, new_id
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.records import Registration


class ScoreRecord(Base):
    """One score for one certificate; `state` is waiting, sent, stuck or not-wanted (the link has no line item).

    `timestamp` is fixed when the score is made, so that a repeated sending is recognised by the LMS as the same one.
    """

    __tablename__ = "score"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True, default=new_id)
    certificate_number: Mapped[str] = mapped_column(sa.ForeignKey(CertificateRecord.number), unique=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey(Registration.id), index=True)
    line_item: Mapped[str] = mapped_column(sa.String(1000))
    sub: Mapped[str] = mapped_column(sa.String(255))
    timestamp: Mapped[datetime] = mapped_column(Instant)
    state: Mapped[str] = mapped_column(sa.String(12), default="waiting")
    attempts: Mapped[int] = mapped_column(default=0)
    last_answer: Mapped[str] = mapped_column(sa.String(200), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    # When it is tried again; for whoever looks at what waits.
    next_at: Mapped[datetime | None] = mapped_column(Instant)
