"""Is the public log what it was: every leaf its event's, every stored hash recomputed, every checkpoint ever signed the head of this tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certificate_signing import merkle
from certificate_signing.checkpoint import open_checkpoint, unverified_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.key_folder import KeyState, KeyUse
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry
from certificate_signing.merkle import Place
from lti_tool.history import Event, leaf_of
from lti_tool.public_log import checkpoints, publishing, tree
from lti_tool.public_log.records import LogCheckpoint, LogLeaf

# Requests that wait for each other may be noted in another order than they came; nothing honest is older than this.
MOST_BACKWARDS: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LogFault:
    """One thing that is wrong: a word for it, and the `place` (a leaf's index, an event's number or a checkpoint's size) where it is."""

    fault: str
    place: int


def log_faults(session: Session, ring: KeyRing) -> Iterator[LogFault]:
    """Name everything that is wrong with the public log, walking it once."""
    walk = _Walk(session)
    yield from walk.faults()
    yield from _missing(session, begun=walk.begun)
    yield from _checkpoint_faults(session, ring, tree.size(session))


class _Walk:
    """One walk over all leaves, in order, with the tree recomputed along."""

    def __init__(self, session: Session) -> None:
        self.size = 0
        self.begun: int | None = None
        self._session = session
        self._peaks: dict[Place, bytes] = {}
        self._last_event = 0
        self._last_at: datetime | None = None

    def faults(self) -> Iterator[LogFault]:
        heads = {row.size: row.note for row in self._session.execute(sa.select(LogCheckpoint.size, LogCheckpoint.note))}
        taken_back = self._taken_back()
        query = sa.select(LogLeaf, Event).outerjoin(Event, Event.id == LogLeaf.event_id).order_by(LogLeaf.position)
        for leaf, event in self._session.execute(query.execution_options(yield_per=1000)):
            if leaf.position != self.size:
                # What comes after a hole can't be told.
                yield LogFault("leaf-missing", self.size)
                return
            fault = self._fault(leaf, event, taken_back)
            if fault is not None:
                yield LogFault(fault, leaf.position)
            self._add(leaf)
            if self.size in heads and not self._is_head(heads[self.size]):
                yield LogFault("checkpoint-differs", self.size)
            self._session.expunge_all()

    def _fault(self, leaf: LogLeaf, event: Event | None, taken_back: list[range]) -> str | None:
        if merkle.leaf_hash(leaf.entry.encode()) != leaf.hash or leaf.nodes != b"".join(self._completed(leaf.hash)[1:]):
            return "hash-differs"
        if self.size == 0:
            self.begun = leaf.event_id if event is not None and event.kind == publishing.BEGUN else None
        if event is None:
            return None if any(leaf.position in lost for lost in taken_back) else "leaf-without-event"
        if event.id <= self._last_event:
            return "leaf-out-of-order"
        self._last_event = event.id
        if not publishing.published(event.kind) or leaf_of(event) != leaf.entry.encode():
            return "leaf-differs"
        return self._time(leaf)

    def _time(self, leaf: LogLeaf) -> str | None:
        at = datetime.fromisoformat(LogEntry.parse(leaf.entry.encode()).at)
        backdated = self._last_at is not None and at < self._last_at - MOST_BACKWARDS
        self._last_at = at
        return "leaf-backdated" if backdated else None

    def _completed(self, leaf: bytes) -> list[bytes]:
        return merkle.completed(self.size, leaf, lambda level, index: self._peaks[level, index])

    def _add(self, leaf: LogLeaf) -> None:
        # The hash of what stands there, so that one changed entry makes every later checkpoint differ.
        made = self._completed(merkle.leaf_hash(leaf.entry.encode()))
        for place in merkle.siblings(self.size):
            del self._peaks[place]
        top = len(made) - 1
        self._peaks[top, self.size >> top] = made[top]
        self.size += 1

    def _is_head(self, note: str) -> bool:
        try:
            return unverified_checkpoint(note).root == merkle.root(self.size, lambda level, index: self._peaks[level, index])
        except LogWrong:
            return False

    def _taken_back(self) -> list[range]:
        events = self._session.scalars(sa.select(Event).where(Event.kind == publishing.TAKEN_BACK))
        return [range(event.content["first"], event.content["size"]) for event in events]


def _missing(session: Session, *, begun: int | None) -> Iterator[LogFault]:
    """Name the events that should be leaves and are none: all of public kinds since the log began."""
    since = begun
    if since is None:
        since = session.scalar(sa.select(sa.func.min(Event.id)).where(Event.kind == publishing.BEGUN))
    if since is None:
        # Events older than the log are no leaves; a log that has leaves begins with its own first event.
        if session.scalar(sa.select(sa.func.count()).select_from(LogLeaf)):
            yield LogFault("beginning-missing", 0)
        return
    query = sa.select(Event.id, Event.kind).outerjoin(LogLeaf, LogLeaf.event_id == Event.id).where(Event.id >= since, LogLeaf.position.is_(None))
    yield from (LogFault("event-not-in-log", row.id) for row in session.execute(query) if publishing.published(row.kind))


def _checkpoint_faults(session: Session, ring: KeyRing, size: int) -> Iterator[LogFault]:
    withdrawn = any(entry.use is KeyUse.LOG and entry.state is KeyState.COMPROMISED for entry in ring.entries)
    keys: dict[str, Any] = {}
    names = set()
    for row in session.execute(sa.select(LogCheckpoint.size, LogCheckpoint.note).order_by(LogCheckpoint.size)):
        if row.size > size:
            # The log was longer once: leaves were removed, or an older database was put in the place of this one.
            yield LogFault("checkpoint-ahead", row.size)
        try:
            head = unverified_checkpoint(row.note)
            names.add(head.origin)
            known = keys.setdefault(head.origin, checkpoints.note_keys(ring, head.origin))
            if not withdrawn:
                open_checkpoint(row.note, known)
            whole = head.size == row.size
        except LogWrong:
            whole = False
        if not whole:
            yield LogFault("checkpoint-false", row.size)
    if len(names) > 1:
        yield LogFault("two-logs", size)
