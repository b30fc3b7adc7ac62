"""Signed checkpoints: made when somebody needs one and the log has grown, stored, and never signed for a tree that is not committed."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from certificate_signing.checkpoint import Checkpoint, NoteKey, sign_checkpoint, unverified_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.keyring import KeyRing
from lti_tool import clock
from lti_tool.database import Database
from lti_tool.public_log import tree
from lti_tool.public_log.records import LogCheckpoint
from lti_tool.public_log.tree import Reader

_LATEST: Final = sa.select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size.desc()).limit(1)
_COVERING: Final = (
    sa.select(LogCheckpoint.size, LogCheckpoint.note).where(LogCheckpoint.size > sa.bindparam("index")).order_by(LogCheckpoint.size).limit(1)
)


def origin(base_url: str) -> str:
    """Return the name of the log of an installation: its address without the scheme."""
    return f"{urlsplit(base_url).netloc}/log"


def current(database: Database, ring: KeyRing, base_url: str) -> str:
    """Return a checkpoint of the whole log as it is now, signed just now if it has grown. Raises KeyMissing."""
    with database.look() as reader:
        held = reader.execute(_LATEST).first()
        size = tree.size(reader)
        if held is not None and held.size == size:
            return str(held.note)
        head = Checkpoint(_name(held, base_url), size, tree.root(reader, size))
    return _sign(database, ring, head)


def covering(database: Database, ring: KeyRing, base_url: str, index: int) -> str:
    """Return the smallest stored checkpoint whose tree holds the leaf at `index`, which must be committed; sign one if need be.

    Once there is one, every later call gives the same. Raises KeyMissing.
    """
    with database.look() as reader:
        held = stored_covering(reader, index)
    return held or current(database, ring, base_url)


def stored_covering(reader: Reader, index: int) -> str | None:
    """Return the smallest stored checkpoint whose tree holds the leaf at `index`, or None."""
    held = reader.execute(_COVERING, {"index": index}).first()
    return None if held is None else str(held.note)


def first_holding(reader: Reader, indexes: Sequence[int]) -> list[str]:
    """Return, for leaves in ascending order, the smallest stored checkpoint that holds each. Raises LogWrong if one is in none."""
    last = reader.execute(_COVERING, {"index": indexes[-1]}).first()
    if last is None:
        raise LogWrong(f"no checkpoint holds the leaf {indexes[-1]}")
    between = sa.select(LogCheckpoint.size, LogCheckpoint.note).where(LogCheckpoint.size > indexes[0], LogCheckpoint.size <= last.size)
    held = reader.execute(between.order_by(LogCheckpoint.size)).all()
    sizes = [row.size for row in held]
    return [str(held[bisect_right(sizes, index)].note) for index in indexes]


def latest(reader: Reader) -> str:
    """Return the checkpoint of the largest tree that was signed. Raises LogWrong if there is none."""
    held = reader.execute(_LATEST).first()
    if held is None:
        raise LogWrong("no checkpoint was ever signed")
    return str(held.note)


def note_keys(ring: KeyRing, name: str) -> list[NoteKey]:
    """Return every key of ours whose checkpoints count, under the log's name."""
    return [NoteKey(name, public) for public in ring.log_public.values()]


def stored_origin(reader: Reader, base_url: str) -> str:
    """Return the name that the log has: the one it began with, also after the installation has moved to another address."""
    return _name(reader.execute(_LATEST).first(), base_url)


def _name(held: sa.Row[int, str] | None, base_url: str) -> str:
    return origin(base_url) if held is None else unverified_checkpoint(held.note).origin


def _sign(database: Database, ring: KeyRing, head: Checkpoint) -> str:
    note = sign_checkpoint(head, NoteKey(head.origin, ring.log.public_bytes), ring.log.sign)
    inserts = postgresql.insert if database.engine.dialect.name == "postgresql" else sqlite.insert
    # Two who sign at once sign the same, unless the key was changed in between; then the first one stands.
    with database.note() as connection:
        connection.execute(inserts(LogCheckpoint).values(size=head.size, note=note, signed_at=clock.now()).on_conflict_do_nothing())
        return str(connection.execute(sa.select(LogCheckpoint.note).where(LogCheckpoint.size == head.size)).scalar_one())
