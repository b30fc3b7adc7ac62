"""After a restore: the end of the public log that the backup has not got, and what it says of our certificates (threat S09).

A restored database is older than the log that others have seen. Going on from there would fork the log and bring revoked
certificates back to life. From a copy of the log the lost leaves are put behind ours, so that the log goes on, and every
revocation and replacement among them is done again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certificate_signing.checkpoint import Checkpoint, NoteKey, open_checkpoint, unverified_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry, subject_hash
from certificate_signing.log_monitor import read_note
from certificate_signing.log_reader import Fetch, new_entries
from lti_tool import clock, history
from lti_tool.installation import Installation
from lti_tool.issuing import status
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.records import CertificateRecord
from lti_tool.problem import Problem
from lti_tool.public_log import checkpoints, publishing, tree
from lti_tool.public_log.records import LogCheckpoint

_REASON: Final = "Revoked before this register was restored from a backup; the reason was not kept."


@dataclass(frozen=True, slots=True)
class TakenBack:
    """What was done: entries put back, the log's size, numbers revoked and replaced again, and how many certificates are lost."""

    entries: int
    size: int
    revoked: tuple[str, ...]
    replaced: tuple[str, ...]
    lost: int

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        return {
            "entries": self.entries,
            "size": self.size,
            "revoked": list(self.revoked),
            "replaced": list(self.replaced),
            "lost": self.lost,
        }


def take_back(installation: Installation, ring: KeyRing, fetch: Fetch, keys: Sequence[NoteKey], actor: str) -> TakenBack:
    """Take back what a copy of our log has and we have not; doing it again changes nothing.

    `keys` are trusted besides those of the ring: the log's key may be newer than the backup. Raises Problem("log-key-unknown") if
    no known key signed the copy, and Problem("log-not-continued") if it is another log, or something was added to ours already.
    """
    with installation.database.write() as session:
        history.queue_for_end(session)
        size = tree.size(session)
        head, note = _head(ring, fetch, keys)
        lost = _lost(session, fetch, head, size)
        if not lost:
            return TakenBack(0, size, (), (), 0)
        entries = [LogEntry.parse(entry) for entry in lost]
        tree.extend(session, [(None, entry) for entry in lost], size)
        if _signed_by_us(ring, note):
            session.merge(LogCheckpoint(size=head.size, note=note, signed_at=clock.now()))
        history.append(session, publishing.TAKEN_BACK, "log", actor, {"first": size, "size": head.size})
        report = _done_again(session, entries, actor)
        now = tree.size(session)
    status.forget(installation)
    return TakenBack(len(lost), now, *report)


def _head(ring: KeyRing, fetch: Fetch, keys: Sequence[NoteKey]) -> tuple[Checkpoint, str]:
    try:
        note = read_note(fetch)
        origin = unverified_checkpoint(note).origin
        return open_checkpoint(note, [*checkpoints.note_keys(ring, origin), *keys]), note
    except LogWrong as wrong:
        raise Problem("log-key-unknown", reason=str(wrong)) from None


def _signed_by_us(ring: KeyRing, note: str) -> bool:
    try:
        return bool(open_checkpoint(note, checkpoints.note_keys(ring, unverified_checkpoint(note).origin)))
    except LogWrong:
        return False


def _lost(session: Session, fetch: Fetch, head: Checkpoint, size: int) -> list[bytes]:
    ours = Checkpoint(head.origin, size, tree.root(session, size))
    try:
        if head.size < size:
            # An older copy of our own log: nothing to take, if it is one.
            _ = new_entries(fetch, Checkpoint(head.origin, head.size, tree.root(session, head.size)), head)
            return []
        return new_entries(fetch, ours, head)
    except LogWrong as wrong:
        raise Problem("log-not-continued", reason=str(wrong)) from None


def _done_again(session: Session, entries: Sequence[LogEntry], actor: str) -> tuple[tuple[str, ...], tuple[str, ...], int]:
    known = {subject_hash(number): number for number in session.scalars(sa.select(CertificateRecord.number))}
    revoked, replaced = [], []
    for entry in entries:
        number = known.get(entry.subject)
        if number is None:
            continue
        if entry.kind == publishing.REVOKED and _revoke(session, number, entry, actor):
            revoked.append(number)
        if entry.kind == publishing.SUPERSEDED and _replace(session, number, known.get(str(entry.more.get("by"))), actor):
            replaced.append(number)
    lost = {entry.subject for entry in entries if entry.kind == publishing.ISSUED} - known.keys()
    return tuple(revoked), tuple(replaced), len(lost)


def _revoke(session: Session, number: str, entry: LogEntry, actor: str) -> bool:
    record = session.get_one(CertificateRecord, number, with_for_update=True)
    if record.state == CertificateState.REVOKED:
        return False
    record.state = CertificateState.REVOKED.value
    record.revoked_at = datetime.fromisoformat(entry.at)
    record.revoked_reason = _REASON
    history.append(session, publishing.REVOKED, number, actor, {"decision": record.decision_id, "again": True})
    return True


def _replace(session: Session, number: str, by: str | None, actor: str) -> bool:
    """End a certificate that was replaced. The one in its place may be lost: then nothing is linked."""
    record = session.get_one(CertificateRecord, number, with_for_update=True)
    if record.state != CertificateState.ISSUED:
        return False
    record.state = CertificateState.SUPERSEDED.value
    record.superseded_by = by
    history.append(session, publishing.SUPERSEDED, number, actor, {"by": by or "", "again": True})
    return True
