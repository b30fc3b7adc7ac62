"""The outbox: what must reach the LMS, and how far it came."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import Base, Instant, new_id
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.records import Registration


class ScoreRecord(Base):
    """One score for one certificate; `state` is waiting, sent, stuck or not-wanted (no line item, or revoked before it was sent).

    `timestamp` is fixed when the score is made, so that a repeated sending is recognised by the LMS as the same one. `round`
    counts how often an administrator had it tried again, `since` says from when on patience counts (None: from `timestamp`).
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
    round: Mapped[int] = mapped_column(default=0, server_default="0")
    since: Mapped[datetime | None] = mapped_column(Instant)
    # Whether the LMS may have taken an earlier try whose answer was lost or was no answer.
    doubtful: Mapped[bool] = mapped_column(default=False, server_default=sa.text("false"))
    # A code of answers.toml, and what the LMS said beside it.
    last_code: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    last_answer: Mapped[str] = mapped_column(sa.String(200), default="")
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    # When it is tried again; for whoever looks at what waits.
    next_at: Mapped[datetime | None] = mapped_column(Instant)


class ScoreLine(Base):
    """How the line to one LMS stands: when it was last called, and until when it rests after failing `failures` times in a row."""

    __tablename__ = "score_line"

    registration_id: Mapped[int] = mapped_column(sa.ForeignKey(Registration.id), primary_key=True, autoincrement=False)
    called_at: Mapped[datetime | None] = mapped_column(Instant)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None] = mapped_column(Instant)
    closed_until: Mapped[datetime | None] = mapped_column(Instant)
