"""The log in the database: leaves with their events or not at all, the same tree as in memory, and nothing personal in it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from record_parts import issued

from certificate_signing import log_reader, merkle
from certificate_signing.checkpoint import open_checkpoint, unverified_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.log_entry import LogEntry, subject_hash
from lti_tool import history
from lti_tool.history import Event, Happening
from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.keys import ring
from lti_tool.public_log import checkpoints, publishing, tiles, tree
from lti_tool.public_log.records import LogCheckpoint, LogLeaf

BASE = "http://localhost:8400"


def grown(installation: Installation, count: int, *, at_once: int = 1) -> None:
    """Let keys be made until the log has that many leaves besides its first."""
    for start in range(0, count, at_once):
        with installation.database.write() as session:
            keys = [Happening("key.created", f"key-{number}", "program", {"use": "seal"}) for number in range(start, min(start + at_once, count))]
            history.append_all(session, keys)


def entries_of(installation: Installation) -> list[bytes]:
    with installation.database.read() as session:
        return [entry.encode() for entry in session.scalars(sa.select(LogLeaf.entry).order_by(LogLeaf.position))]


def kinds(installation: Installation) -> list[str]:
    return [LogEntry.parse(entry).kind for entry in entries_of(installation)]


@pytest.mark.parametrize("at_once", [1, 7, 300])
def test_leaves_make_the_tree_of_the_definition(installation: Installation, at_once: int) -> None:
    grown(installation, 300, at_once=at_once)
    hashes = [merkle.leaf_hash(entry) for entry in entries_of(installation)]
    held = merkle.stored(hashes)
    with installation.database.look() as reader:
        assert tree.size(reader) == len(hashes) == 301
        for size in (0, 1, 2, 255, 256, 257, 301):
            assert tree.root(reader, size) == merkle.root(size, held)
            for index in {0, size // 2, size - 1} if size else ():
                merkle.check_inclusion(index, size, hashes[index], tree.inclusion(reader, index, size), merkle.root(size, held))
        merkle.check_consistency(100, 301, merkle.root(100, held), merkle.root(301, held), tree.consistency(reader, 100, 301))
        with pytest.raises(LogWrong):
            tree.inclusion(reader, 301, 301)


def test_a_leaf_comes_with_its_event_or_not_at_all(installation: Installation) -> None:
    def interrupted() -> None:
        with installation.database.write() as session:
            history.append(session, "key.created", "key-1", "program", {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert entries_of(installation) == []
    grown(installation, 1)
    with installation.database.read() as session:
        assert session.scalars(sa.select(Event.kind).order_by(Event.id)).all() == kinds(installation) == ["log.begun", "key.created"]


def test_what_is_not_public_makes_no_leaf(installation: Installation) -> None:
    with installation.database.write() as session:
        history.append_all(session, [Happening("decision.award", "a", "program"), Happening("operator-entered", "b", "program")])
    assert entries_of(installation) == []
    grown(installation, 1)
    with installation.database.write() as session:
        history.append(session, "decision.award", "c", "program", {})
    assert kinds(installation) == ["log.begun", "key.created"]


def test_twenty_writers_make_one_tree(installation: Installation) -> None:
    def write(number: int) -> None:
        with installation.database.write() as session:
            history.append(session, "key.created", f"key-{number}", "program", {})

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(60)))
    hashes = [merkle.leaf_hash(entry) for entry in entries_of(installation)]
    with installation.database.look() as reader:
        assert tree.root(reader, 61) == merkle.root(61, merkle.stored(hashes))


def test_issuing_replacing_and_revoking_are_leaves(either_tool: Installation) -> None:
    old = issued(either_tool, "Thora Gudmundsdottir")
    new = issued(either_tool, "Þóra Guðmundsdóttir", supersedes=old)
    revoking.revoke(either_tool, new, "a mistake that names Þóra", "administrator")
    leaves = [LogEntry.parse(entry) for entry in entries_of(either_tool)]
    assert [leaf.kind for leaf in leaves] == [
        publishing.BEGUN,
        publishing.PREPARED,
        publishing.ISSUED,
        publishing.PREPARED,
        publishing.ISSUED,
        publishing.SUPERSEDED,
        publishing.REVOKED,
    ]
    assert [leaf.subject for leaf in leaves[1:]] == [subject_hash(number) for number in (old, old, new, new, old, new)]
    assert leaves[5].more == {"by": subject_hash(new)}
    with either_tool.database.read() as session:
        held = register.by_number(session, new)
        assert held is not None
        files = {"pdf_sha256": held.pdf_sha256, "credential_sha256": held.credential_sha256}
        assert {name: leaves[4].more[name] for name in files} == files
        digests = session.scalars(sa.select(Event.digest).where(Event.kind.like("certificate.%")).order_by(Event.id)).all()
    assert [leaf.event for leaf in leaves[1:]] == digests


def test_nothing_in_the_log_is_personal_or_opens_a_page(tool: Installation) -> None:
    number = issued(tool, "Þóra Guðmundsdóttir")
    revoking.revoke(tool, number, "Þóra asked for it", "person-57")
    text = b"\n".join(entries_of(tool)).decode()
    with tool.database.read() as session:
        held = register.by_number(session, number)
        decision = session.scalars(sa.select(Event.subject).where(Event.kind == "decision.award")).one()
    assert held is not None
    for secret in (number, "Þóra", "Guðmundsdóttir", "asked", "person-57", decision, held.content.address, held.content.title):
        assert secret not in text


def test_only_named_facts_of_an_event_are_published() -> None:
    content = {"use": "seal", "holder_name": "Þóra", "reason": "lost on a train", "public": "z6Mk", "folder": "/srv/keys"}
    with_secrets = publishing.entry_for("key.created", history.clock.now(), "key-1", "0" * 64, content)
    assert with_secrets.more == {"use": "seal", "public": "z6Mk"}


WRONG_ENTRIES = [
    b"",
    b"[]",
    b"{}",
    b'{"at":"2026-11-21T10:00:00Z","event":"0","kind":"k","subject":"s","v":2}',
    b'{"at":"2026-11-21T10:00:00Z","event":"0","kind":"k","subject":1,"v":1}',
    b'{"at":"2026-11-21T10:00:00Z", "event":"0","kind":"k","subject":"s","v":1}',
    b'{"event":"0","at":"2026-11-21T10:00:00Z","kind":"k","subject":"s","v":1}',
    b'{"at":"2026-11-21T10:00:00Z","event":"0","kind":"k","more":{"a":1},"subject":"s","v":1}',
    b'{"at":"2026-11-21T10:00:00Z","event":"0","kind":"k","more":true,"subject":"s","v":1}',
    b"\xff" + b"0" * 20,
    b"[" * 5000,
]


@pytest.mark.parametrize("content", WRONG_ENTRIES)
def test_an_entry_has_one_spelling(content: bytes) -> None:
    with pytest.raises(LogWrong):
        LogEntry.parse(content)


def test_checkpoints_are_signed_once_and_only_when_the_log_has_grown(either_tool: Installation) -> None:
    opened, keys = either_tool.database, ring(either_tool)
    empty = checkpoints.current(opened, keys, BASE)
    assert unverified_checkpoint(empty).root == merkle.EMPTY_ROOT
    grown(either_tool, 5)
    first = checkpoints.current(opened, keys, BASE)
    assert checkpoints.current(opened, keys, BASE) == first
    grown(either_tool, 1)
    second = checkpoints.current(opened, keys, BASE)
    heads = [open_checkpoint(note, checkpoints.note_keys(keys, "localhost:8400/log")) for note in (empty, first, second)]
    assert [head.size for head in heads] == [0, 6, 7]
    with opened.look() as reader:
        assert [tree.root(reader, head.size) for head in heads] == [head.root for head in heads]
    assert [checkpoints.covering(opened, keys, BASE, index) for index in (0, 5, 6)] == [first, first, second]
    with opened.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(LogCheckpoint)) == 3


def test_the_log_keeps_its_name_when_the_installation_moves(tool: Installation) -> None:
    grown(tool, 1)
    before = checkpoints.current(tool.database, ring(tool), BASE)
    grown(tool, 1)
    after = checkpoints.current(tool.database, ring(tool), "https://elsewhere.example.org")
    assert unverified_checkpoint(after).origin == unverified_checkpoint(before).origin == "localhost:8400/log"


def test_tiles_hold_the_hashes_and_entries(installation: Installation) -> None:
    grown(installation, 599, at_once=200)
    entries = entries_of(installation)
    hashes = [merkle.leaf_hash(entry) for entry in entries]
    with installation.database.look() as reader:
        assert tiles.tile(reader, 0, 1, 256) == b"".join(hashes[256:512])
        assert tiles.tile(reader, 0, 2, 88) == b"".join(hashes[512:])
        assert tiles.tile(reader, 1, 0, 2) == b"".join(merkle.root(256, merkle.stored(hashes[start : start + 256])) for start in (0, 256))
        bundle = tiles.entries(reader, 2, 88)
        assert bundle == b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries[512:])
        for absent in ((0, 2, 89), (0, 3, 1), (1, 0, 3), (2, 0, 1)):
            assert tiles.tile(reader, *absent) is None
        assert tiles.entries(reader, 2, 89) is None
        assert tiles.entries(reader, 3, 1) is None


PLACES = {
    "000": (0, 256),
    "999": (999, 256),
    "x001/234": (1234, 256),
    "x001/x234/067": (1234067, 256),
    "000.p/1": (0, 1),
    "x001/000.p/255": (1000, 255),
}


@pytest.mark.parametrize(("path", "place"), PLACES.items())
def test_addresses_of_tiles(path: str, place: tuple[int, int]) -> None:
    assert tiles.tile_place(path) == place
    assert log_reader.number_path(place[0]) == path.partition(".p/")[0]


@pytest.mark.parametrize(
    "path",
    [
        "",
        "0",
        "00",
        "0000",
        "x000/001",
        "001/002",
        "x001/x002",
        "x1/002",
        "000.p/0",
        "000.p/256",
        "000.p/01",
        "000.p/",
        "000.p/-1",
        "٠٠٠",
        "../000",
        "x001/" * 20,
    ],
)
def test_other_addresses_are_none(path: str) -> None:
    assert tiles.tile_place(path) is None


def test_adding_reads_few_rows_however_large_the_log_is(tool: Installation) -> None:
    """What one more event costs is counted in statements and rows, which no busy machine changes."""
    counted: list[tuple[int, int]] = []
    for size in (1, 63, 1023):
        with tool.database.read() as session:
            grow_to = size + 1 - tree.size(session)
        grown(tool, grow_to, at_once=500)
        statements: list[str] = []
        listen = lambda _c, _cur, statement, *_: statements.append(statement)  # noqa: B023, E731 - a counter of this round
        sa.event.listen(tool.database.engine, "before_cursor_execute", listen)
        grown(tool, 1)
        sa.event.remove(tool.database.engine, "before_cursor_execute", listen)
        counted.append((size, len(statements)))
    assert all(count <= 6 for _, count in counted), counted
