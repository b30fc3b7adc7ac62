"""The register of certificates: the minimal record that stays when evidence is gone."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import JSON, Base, Instant
from lti_tool.decision.records import DecisionRecord
from lti_tool.launch.records import Deployment, PersonRecord

_ENDED: Final = sa.text("state in ('revoked', 'superseded')")


class CertificateRecord(Base):
    """One certificate; `content` is the to-be-signed content, `sequence` the order of issue."""

    __tablename__ = "certificate"
    # What was revoked or replaced is little among all that was ever issued, and is asked for every quarter of a minute.
    __table_args__ = (sa.Index("ix_certificate_ended", "status_index", "state", sqlite_where=_ENDED, postgresql_where=_ENDED),)

    number: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    sequence: Mapped[int] = mapped_column(unique=True)
    decision_id: Mapped[str] = mapped_column(sa.ForeignKey(DecisionRecord.id), unique=True)
    tenant_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Deployment.id), index=True)
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey(PersonRecord.id), index=True)
    state: Mapped[str] = mapped_column(sa.String(12))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    content_sha256: Mapped[str] = mapped_column(sa.String(64))
    status_index: Mapped[int] = mapped_column(unique=True)
    pdf_sha256: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    credential_sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    jwt_sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    elm_sha256: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    prepared_at: Mapped[datetime] = mapped_column(Instant)
    issued_at: Mapped[datetime | None] = mapped_column(Instant)
    expires_on: Mapped[date | None] = mapped_column(sa.Date)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_reason: Mapped[str] = mapped_column(sa.Text, default="")
    superseded_by: Mapped[str | None] = mapped_column(sa.String(32))

    @property
    def stored(self) -> tuple[str, ...]:
        """The SHA-256 of each file that is kept of it, in hexadecimal digits."""
        every = (self.pdf_sha256, self.credential_sha256, self.jwt_sha256, self.elm_sha256)
        return tuple(digest for digest in every if digest is not None)
