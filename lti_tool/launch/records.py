"""What is kept of platforms, deployments, logins, people and visits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lti_tool.database import JSON, Base, Instant


class Registration(Base):
    """A platform that knows this tool: keyed by (issuer, client_id). `status` is pending, active or suspended.

    `agreed` is what a dynamic registration agreed on: messages, scopes, claims; `new_deployments` is ask (a new place waits for
    approval) or trust.
    """

    __tablename__ = "registration"
    __table_args__ = (sa.UniqueConstraint("issuer", "client_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    issuer: Mapped[str] = mapped_column(sa.String(500))
    client_id: Mapped[str] = mapped_column(sa.String(255))
    auth_url: Mapped[str] = mapped_column(sa.String(500))
    token_url: Mapped[str] = mapped_column(sa.String(500))
    jwks_url: Mapped[str] = mapped_column(sa.String(500))
    token_audience: Mapped[str | None] = mapped_column(sa.String(500))
    family: Mapped[str] = mapped_column(sa.String(40), default="")
    status: Mapped[str] = mapped_column(sa.String(12), default="active")
    name: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    agreed: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict, server_default="{}")
    new_deployments: Mapped[str] = mapped_column(sa.String(12), default="ask", server_default="ask")
    created_at: Mapped[datetime] = mapped_column(Instant)
    deployments: Mapped[list[Deployment]] = relationship(back_populates="registration")


class Deployment(Base):
    """A place where a platform put the tool: the tenant. `status` is pending, active or suspended.

    `branding` is a line under the tool's name, `time_zone` an IANA name or "" (the scheme's), `retention_days` how long evidence
    is kept after its decision (None: the installation's), `reviewers` who may review: listed (people in `reviewer`) or course
    (everybody whom the course makes staff).
    """

    __tablename__ = "deployment"
    __table_args__ = (sa.UniqueConstraint("registration_id", "deployment_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id"))
    deployment_id: Mapped[str] = mapped_column(sa.String(255))
    status: Mapped[str] = mapped_column(sa.String(12), default="active")
    default_scheme: Mapped[str] = mapped_column(sa.String(80), default="digital-competence")
    name: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    branding: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    time_zone: Mapped[str] = mapped_column(sa.String(64), default="", server_default="")
    retention_days: Mapped[int | None] = mapped_column()
    reviewers: Mapped[str] = mapped_column(sa.String(12), default="listed", server_default="listed")
    created_at: Mapped[datetime] = mapped_column(Instant)
    registration: Mapped[Registration] = relationship(back_populates="deployments")


class LoginHandover(Base):
    """The parameters of a login that goes on in a new window, for one use within minutes; only the SHA-256 of its ticket is kept."""

    __tablename__ = "login_handover"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    parameters: Mapped[dict[str, Any]] = mapped_column(JSON)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class AccessToken(Base):
    """A platform's access token for a set of scopes, kept until shortly before it expires."""

    __tablename__ = "access_token"
    __table_args__ = (sa.UniqueConstraint("registration_id", "scopes"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id"))
    scopes: Mapped[str] = mapped_column(sa.String(1000))
    value: Mapped[str] = mapped_column(sa.Text)
    expires_at: Mapped[datetime] = mapped_column(Instant)


class PersonRecord(Base):
    """Somebody that a platform sent: keyed by (registration, sub); names and mail as of the latest launch."""

    __tablename__ = "person"
    __table_args__ = (sa.UniqueConstraint("registration_id", "sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id"))
    sub: Mapped[str] = mapped_column(sa.String(255))
    given_name: Mapped[str] = mapped_column(sa.String(255), default="")
    family_name: Mapped[str] = mapped_column(sa.String(255), default="")
    full_name: Mapped[str] = mapped_column(sa.String(500), default="")
    email: Mapped[str] = mapped_column(sa.String(320), default="")
    # Rights follow the latest launch: its roles as one sorted word, and since when every launch has brought the same.
    latest_roles: Mapped[str] = mapped_column(sa.String(100), default="", server_default="")
    rights_since: Mapped[datetime | None] = mapped_column(Instant)


class VisitRecord(Base):
    """A session after an accepted launch; `content` holds the rest of the frozen `Visit`."""

    __tablename__ = "visit"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    deployment_id: Mapped[int] = mapped_column(sa.ForeignKey("deployment.id"))
    # The roles of `content` as one sorted word: those of a session that lives are the person's latest.
    roles: Mapped[str] = mapped_column(sa.String(100), default="", server_default="")
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    created_at: Mapped[datetime] = mapped_column(Instant)
    seen_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(Instant)
    # The login that ended in this launch: no other visit can have it, so that each is used once. None in a window of its own.
    login_id: Mapped[str | None] = mapped_column(sa.String(32), unique=True)
    # When the roster was asked for the name that the launch did not bring: once for each visit.
    name_asked_at: Mapped[datetime | None] = mapped_column(Instant)


class Ticket(Base):
    """A one-use hand-over of a visit to a new window; only the SHA-256 of the ticket is kept."""

    __tablename__ = "ticket"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    visit_id: Mapped[str] = mapped_column(sa.ForeignKey("visit.id"))
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)


class Invitation(Base):
    """A one-use permission to register a platform; only the SHA-256 of the secret in its address is kept.

    `approves` tells whether what registers with it is active at once; `created_by` is a word for whoever made it.
    """

    __tablename__ = "invitation"

    digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(200), default="")
    approves: Mapped[bool] = mapped_column(default=False)
    created_by: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    registration_id: Mapped[int | None] = mapped_column(sa.ForeignKey("registration.id"))


class PlacedLink(Base):
    """What a deep link of ours opens. Its id travels in the link's custom parameters, so that a copied course finds it again."""

    __tablename__ = "placed_link"

    id: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    registration_id: Mapped[int] = mapped_column(sa.ForeignKey("registration.id"), index=True)
    scheme_id: Mapped[str] = mapped_column(sa.String(80))
    activity: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = mapped_column(sa.String(255))
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Reviewer(Base):
    """Somebody who may review in a tenant, or has asked to; `state` is asked, listed or removed. The course must make them staff as well."""

    __tablename__ = "reviewer"
    __table_args__ = (sa.UniqueConstraint("deployment_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    deployment_id: Mapped[int] = mapped_column(sa.ForeignKey("deployment.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    state: Mapped[str] = mapped_column(sa.String(12))
    changed_by: Mapped[str] = mapped_column(sa.String(64))
    changed_at: Mapped[datetime] = mapped_column(Instant)
