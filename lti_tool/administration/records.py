"""What is kept for administrators: ways in, sessions, and recent refusals."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import JSON, Base, Instant
from lti_tool.launch.records import Deployment, Registration


class OperatorLink(Base):
    """A one-use way into the admin pages (`sealwright admin login-link`); only the SHA-256 of its secret is kept."""

    __tablename__ = "operator_link"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class OperatorSession(Base):
    """A session of somebody who runs the installation: all tenants, no person of any LMS."""

    __tablename__ = "operator_session"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)


class Refusal(Base):
    """A refusal of late: its code, its reference, and where it belongs if that is known. Nothing personal; old ones are dropped."""

    __tablename__ = "refusal"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Instant, index=True)
    code: Mapped[str] = mapped_column(sa.String(60))
    reference: Mapped[str] = mapped_column(sa.String(12))
    route: Mapped[str] = mapped_column(sa.String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    registration_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Registration.id), index=True)
    deployment_id: Mapped[int | None] = mapped_column(sa.ForeignKey(Deployment.id))
