"""Nobody who holds the database can backdate, forget or bring back anything unseen: every such change is found."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
import sqlalchemy as sa
from record_parts import issued, keys_folder, tool
from sqlalchemy.orm import Session

from certificate_signing import merkle
from certificate_signing.checkpoint import Checkpoint, NoteKey, sign_checkpoint
from certificate_signing.log_entry import LogEntry
from lti_tool import clock, history
from lti_tool.administration.auditing import certificate_faults
from lti_tool.administration.auditing_log import log_faults
from lti_tool.decision.freezing import digest
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.issuing import revoking
from lti_tool.issuing.keys import ring
from lti_tool.issuing.records import CertificateRecord
from lti_tool.public_log import checkpoints
from lti_tool.public_log.records import LogCheckpoint, LogLeaf

__all__ = ["keys_folder", "tool"]


@dataclass
class Log:
    """An installation whose log has nine leaves: its beginning, one certificate, one revoked, one replaced."""

    installation: Installation
    kept: str
    revoked: str
    replaced: str

    def faults(self) -> set[str]:
        with self.installation.database.read() as session:
            found = {fault.fault for fault in log_faults(session, ring(self.installation))}
            found |= {fault for _, fault in certificate_faults(session, self.installation)}
            return found | ({"chain-broken"} if history.first_break(session) is not None else set())


@pytest.fixture
def log(tool: Installation) -> Log:
    kept, revoked = issued(tool), issued(tool)
    revoking.revoke(tool, revoked, "a test", "administrator")
    replaced = issued(tool)
    issued(tool, supersedes=replaced)
    checkpoints.current(tool.database, ring(tool), "http://localhost:8400")
    return Log(tool, kept, revoked, replaced)


def test_an_honest_log_has_no_fault(log: Log) -> None:
    assert log.faults() == set()


def test_a_certificate_older_than_the_log_is_no_fault(tool: Installation) -> None:
    """As after an upgrade: its events are in the history, and no leaf is asked for."""
    number = issued(tool)
    with tool.database.write() as session:
        for table in (LogCheckpoint, LogLeaf):
            session.execute(sa.delete(table))
        _as_before_the_log(session)
    before = Log(tool, number, "", "")
    assert before.faults() == set()
    issued(tool)
    assert before.faults() == set()
    with tool.database.read() as session:
        assert LogEntry.parse(session.get_one(LogLeaf, 0).entry.encode()).kind == "log.begun"


def _as_before_the_log(session: Session) -> None:
    """Write the history as a release without a log would have: without the event of its beginning."""
    events = [event for event in session.scalars(sa.select(Event).order_by(Event.id)) if event.kind != "log.begun"]
    rows = [(event.at, event.kind, event.subject, event.actor, event.content) for event in events]
    session.execute(sa.delete(Event))
    session.expunge_all()
    previous = history.START
    for number, (at, kind, subject, actor, content) in enumerate(rows, start=1):
        event = Event(id=number, at=at, kind=kind, subject=subject, actor=actor, content=content, previous=previous)
        event.digest = previous = event.computed()
        session.add(event)
    session.flush()


def test_a_prepared_certificate_that_waits_is_no_fault(log: Log) -> None:
    from lti_tool.decision.awarding import Grounds, record_award
    from lti_tool.decision.outcome import Award, Checked
    from lti_tool.issuing.issue import prepare
    from lti_tool.scheme.catalogue import shipped

    scheme = shipped().get("digital-competence")
    award = Award("Ann Waiting", scheme.id, scheme.edition, scheme.sha256, Checked.READ, clock.today(scheme.time_zone))
    with log.installation.database.write() as session:
        decision = record_award(session, log.installation, award, Grounds(actor="administrator", reason="a test"))
    prepare(log.installation, decision)
    assert log.faults() == set()


Tamper = Callable[[Session, Log], None]


def rehash(session: Session) -> None:
    """Make the chain of events whole again, as somebody with the database can."""
    previous = history.START
    for number, event in enumerate(session.scalars(sa.select(Event).order_by(Event.id)).all(), start=1):
        session.execute(sa.update(LogLeaf).where(LogLeaf.event_id == event.id).values(event_id=None)) if event.id != number else None
        event.previous = previous
        event.digest = previous = event.computed()
    session.flush()


def rebuild(session: Session) -> None:
    """Make every leaf fit its event, and every node the leaves, as somebody with the database can."""
    nodes: dict[merkle.Place, bytes] = {}
    for leaf in session.scalars(sa.select(LogLeaf).order_by(LogLeaf.position)).all():
        leaf.entry = history.leaf_of(session.get_one(Event, leaf.event_id)).decode()
        made = merkle.completed(leaf.position, merkle.leaf_hash(leaf.entry.encode()), lambda level, index: nodes[level, index])
        nodes.update({(level, leaf.position >> level): node for level, node in enumerate(made)})
        leaf.hash, leaf.nodes = made[0], b"".join(made[1:])
    session.flush()


def revocation(session: Session) -> Event:
    return session.scalars(sa.select(Event).where(Event.kind == "certificate.revoked")).one()


def leaf_of(session: Session, event: Event) -> LogLeaf:
    return session.scalars(sa.select(LogLeaf).where(LogLeaf.event_id == event.id)).one()


def change_entry(session: Session, _log: Log) -> None:
    leaf = session.get_one(LogLeaf, 3)
    leaf.entry = leaf.entry.replace("certificate.prepared", "certificate.revoked")


def change_entry_and_hash(session: Session, log: Log) -> None:
    change_entry(session, log)
    leaf = session.get_one(LogLeaf, 3)
    leaf.hash = merkle.leaf_hash(leaf.entry.encode())


def change_node(session: Session, _log: Log) -> None:
    leaf = session.get_one(LogLeaf, 3)
    leaf.nodes = bytes(len(leaf.nodes))


def remove_last_leaf(session: Session, _log: Log) -> None:
    session.delete(session.scalars(sa.select(LogLeaf).order_by(LogLeaf.position.desc()).limit(1)).one())


def remove_a_leaf(session: Session, _log: Log) -> None:
    session.delete(session.get_one(LogLeaf, 4))


def remove_the_log(session: Session, _log: Log) -> None:
    session.execute(sa.delete(LogCheckpoint))
    session.execute(sa.delete(LogLeaf))


def remove_the_beginning(session: Session, log: Log) -> None:
    remove_the_log(session, log)
    session.execute(sa.delete(Event).where(Event.kind == "log.begun"))


def exchange_two_leaves(session: Session, _log: Log) -> None:
    one, other = session.get_one(LogLeaf, 3), session.get_one(LogLeaf, 4)
    one.event_id, other.event_id = None, None
    session.flush()
    one.entry, other.entry = other.entry, one.entry
    rows = session.scalars(sa.select(Event.id).order_by(Event.id)).all()
    held = [row for row in rows if session.scalar(sa.select(LogLeaf.position).where(LogLeaf.event_id == row)) is None]
    published = [row for row in held if session.get_one(Event, row).kind.startswith("certificate.")]
    one.event_id, other.event_id = published[1], published[0]


def loosen_a_leaf(session: Session, log: Log) -> None:
    leaf_of(session, revocation(session)).event_id = None


def remove_event_and_leaf_of_a_revocation(session: Session, log: Log) -> None:
    event = revocation(session)
    session.delete(leaf_of(session, event))
    session.flush()
    session.delete(event)


def backdate_an_event(session: Session, _log: Log) -> None:
    event = revocation(session)
    event.at -= timedelta(days=30)
    rehash(session)


def backdate_event_and_log(session: Session, log: Log) -> None:
    backdate_an_event(session, log)
    rebuild(session)


def backdate_everything_with_the_key(session: Session, log: Log) -> None:
    """Even the log's own key does not help: no honest leaf is older than the one before it."""
    backdate_event_and_log(session, log)
    session.execute(sa.delete(LogCheckpoint))


def unrevoke(session: Session, log: Log) -> None:
    record = session.get_one(CertificateRecord, log.revoked)
    record.state, record.revoked_at = "issued", None


def unreplace(session: Session, log: Log) -> None:
    record = session.get_one(CertificateRecord, log.replaced)
    record.state, record.superseded_by = "issued", None


def revoke_by_hand(session: Session, log: Log) -> None:
    session.get_one(CertificateRecord, log.kept).state = "revoked"


def remove_a_certificate(session: Session, log: Log) -> None:
    session.delete(session.get_one(CertificateRecord, log.kept))


def exchange_the_files(session: Session, log: Log) -> None:
    kept, other = session.get_one(CertificateRecord, log.kept), session.get_one(CertificateRecord, log.revoked)
    digests = kept.pdf_sha256, other.pdf_sha256
    # One after the other: no two rows may name one file, not even for a moment.
    for record, digest_now in ((kept, None), (other, digests[0]), (kept, digests[1])):
        record.pdf_sha256 = digest_now
        session.flush()


def backdate_a_certificate(session: Session, log: Log) -> None:
    """The content says another day, and every hash in the database is made to fit it."""
    record = session.get_one(CertificateRecord, log.kept)
    at = (clock.now() - timedelta(days=400)).replace(microsecond=0).isoformat()
    record.content = dict(record.content) | {"issued_at": at}
    record.content_sha256 = digest(record.content)
    event = session.scalars(sa.select(Event).where(Event.kind == "certificate.prepared", Event.subject == log.kept)).one()
    event.content = dict(event.content) | {"content_sha256": record.content_sha256}
    session.flush()
    rehash(session)
    rebuild(session)
    session.execute(sa.delete(LogCheckpoint))


def change_a_checkpoint(session: Session, _log: Log) -> None:
    held = session.scalars(sa.select(LogCheckpoint).order_by(LogCheckpoint.size)).first()
    assert held is not None
    root = held.note.split("\n")[2]
    held.note = held.note.replace(root, base64.b64encode(bytes(32)).decode())


def sign_a_checkpoint_with_another_key(session: Session, _log: Log) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    held = session.scalars(sa.select(LogCheckpoint).order_by(LogCheckpoint.size)).first()
    assert held is not None
    stranger = Ed25519PrivateKey.generate()
    lines = held.note.split("\n")
    head = Checkpoint(lines[0], held.size, base64.b64decode(lines[2]))
    held.note = sign_checkpoint(head, NoteKey(lines[0], stranger.public_key().public_bytes_raw()), stranger.sign)


def fork(session: Session, log: Log) -> None:
    """Rewrite a leaf with everything that hangs on it, and leave the checkpoints that others have seen."""
    event = session.scalars(sa.select(Event).where(Event.kind == "certificate.issued", Event.subject == log.kept)).one()
    event.actor = "somebody"
    session.flush()
    rehash(session)
    rebuild(session)


TAMPERINGS: list[tuple[Tamper, set[str]]] = [
    (change_entry, {"hash-differs"}),
    (change_entry_and_hash, {"hash-differs"}),
    (change_node, {"hash-differs"}),
    (remove_last_leaf, {"event-not-in-log", "checkpoint-ahead", "not-in-log"}),
    (remove_a_leaf, {"leaf-missing", "event-not-in-log", "not-in-log"}),
    (remove_the_log, {"event-not-in-log", "not-in-log"}),
    (remove_the_beginning, {"chain-broken"}),
    (exchange_two_leaves, {"hash-differs"}),
    (loosen_a_leaf, {"leaf-without-event", "not-in-log"}),
    (remove_event_and_leaf_of_a_revocation, {"leaf-missing", "chain-broken", "revocation-unknown"}),
    (backdate_an_event, {"leaf-differs"}),
    (backdate_event_and_log, {"leaf-backdated", "checkpoint-differs"}),
    (backdate_everything_with_the_key, {"leaf-backdated"}),
    (unrevoke, {"revocation-undone"}),
    (unreplace, {"replacement-undone"}),
    (revoke_by_hand, {"revocation-unknown"}),
    (remove_a_certificate, {"certificate-missing"}),
    (exchange_the_files, {"files-changed"}),
    (backdate_a_certificate, {"backdated"}),
    (change_a_checkpoint, {"checkpoint-differs", "checkpoint-false"}),
    (sign_a_checkpoint_with_another_key, {"checkpoint-false"}),
    (fork, {"checkpoint-differs"}),
]


@pytest.mark.parametrize(("tamper", "found"), TAMPERINGS, ids=lambda value: getattr(value, "__name__", ""))
def test_what_was_tampered_with_is_found(log: Log, tamper: Tamper, found: set[str]) -> None:
    with log.installation.database.write() as session:
        tamper(session, log)
    assert log.faults() >= found
