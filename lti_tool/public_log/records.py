"""The log's leaves with the nodes that each completed, and its signed checkpoints. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lti_tool.database import Base, Instant


class LogLeaf(Base):
    """One leaf, `position` its place from 0: `entry` is its public data, `hash` its leaf hash, `nodes` what it completed above it, joined.

    Node (level, i) of the tree stands in the row of the leaf that completed it, so adding a leaf is one insert. `event_id` is
    the event that it publishes; None for a leaf that was taken back from a copy of the log after a restore.
    """

    __tablename__ = "log_leaf"

    position: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False)
    event_id: Mapped[int | None] = mapped_column(sa.ForeignKey("event.id"), unique=True)
    entry: Mapped[str] = mapped_column(sa.Text)
    hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    nodes: Mapped[bytes] = mapped_column(sa.LargeBinary)


class LogCheckpoint(Base):
    """The head of the tree of this size, as a signed note; once signed it is kept for good."""

    __tablename__ = "log_checkpoint"

    size: Mapped[int] = mapped_column(sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=False)
    note: Mapped[str] = mapped_column(sa.Text)
    signed_at: Mapped[datetime] = mapped_column(Instant)
