"""A log read from outside: nothing is believed that its checkpoint does not prove, and every rewriting is seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificate_signing import merkle
from certificate_signing.checkpoint import Checkpoint, NoteKey, sign_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.log_entry import LogEntry
from certificate_signing.log_monitor import follow
from certificate_signing.log_reader import layout, new_entries, place_path, tile_nodes

ORIGIN = "certificates.example.org/log"
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = NoteKey(ORIGIN, PRIVATE.public_key().public_bytes_raw())


def entry(number: int, word: str = "") -> bytes:
    return LogEntry("key.created", "2026-11-21T10:00:00Z", f"key-{number}{word}", "0" * 64).canonical()


@dataclass
class Published:
    """A log as its tiles: made here from the leaves alone, with the definitions of the specification."""

    leaves: list[bytes]
    origin: str = ORIGIN
    changed: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def head(self) -> Checkpoint:
        return Checkpoint(self.origin, len(self.leaves), merkle.root(len(self.leaves), merkle.stored(self.hashes())))

    def hashes(self) -> list[bytes]:
        return [merkle.leaf_hash(leaf) for leaf in self.leaves]

    def note(self) -> str:
        return sign_checkpoint(self.head, NoteKey(self.origin, KEY.public), PRIVATE.sign)

    def __call__(self, place: str) -> bytes:
        self.asked.append(place)
        return self.changed.get(place) or self.files()[place]

    def files(self) -> dict[str, bytes]:
        made = {"checkpoint": self.note().encode()}
        held = merkle.stored(self.hashes())
        for kind, number, width in layout(len(self.leaves)):
            first = number * 256
            if kind == "entries":
                content = b"".join(len(leaf).to_bytes(2, "big") + leaf for leaf in self.leaves[first : first + width])
            else:
                content = b"".join(held(8 * int(kind), index) for index in range(first, first + width))
            made[place_path(kind, number, width)] = content
        return made


def log(size: int) -> Published:
    return Published([entry(number) for number in range(size)])


def test_the_layout_is_the_one_of_the_specifications_example() -> None:
    """Its text: 70,000 entries are 273 full tiles of level 0, one of 112, a full one of level 1, one of 17, and one of 1."""
    places = [place for place in layout(70_000) if place[0] != "entries"]
    assert [place for place in places if place[2] != 256] == [("0", 273, 112), ("1", 1, 17), ("2", 0, 1)]
    assert len(places) == 273 + 1 + 1 + 1 + 1
    assert [place[0] for place in layout(256)] == ["entries", "0", "1"]
    assert place_path("0", 1_234_067, 256) == "tile/0/x001/x234/067"
    assert place_path("entries", 0, 7) == "tile/entries/000.p/7"


@pytest.mark.parametrize(("before", "after"), [(0, 1), (0, 300), (1, 2), (255, 256), (256, 257), (300, 700), (513, 513), (0, 0)])
def test_what_is_new_is_told_and_proved(before: int, after: int) -> None:
    published = log(after)
    seen = log(before).note() if before else None
    found = follow(published, seen, [KEY])
    assert (found.head, found.first) == (published.head, before)
    assert [one.canonical() for one in found.entries] == published.leaves[before:]


def test_only_what_is_needed_is_read() -> None:
    published = log(70_000 // 25)
    follow(published, log(2_790).note(), [KEY])
    assert len(published.asked) <= 6, published.asked


def test_nodes_come_from_tiles() -> None:
    published = log(700)
    nodes, held = tile_nodes(published, 700), merkle.stored(published.hashes())
    for place in ((0, 699), (3, 5), (7, 4), (8, 1), (9, 0)):
        assert nodes(*place) == held(*place)


def rewritten(place: int) -> Published:
    leaves = log(400).leaves
    leaves[place] = entry(place, "-changed")
    return Published(leaves)


REWRITTEN: dict[str, Callable[[], Published]] = {
    "the first entry changed": lambda: rewritten(0),
    "an entry in the middle changed": lambda: rewritten(200),
    "the last one seen changed": lambda: rewritten(299),
    "an entry left out": lambda: Published(log(100).leaves + log(400).leaves[101:]),
    "an entry put in before": lambda: Published([entry(0, "-new"), *log(400).leaves]),
    "two exchanged": lambda: Published([entry(1), entry(0), *log(400).leaves[2:]]),
    "cut": lambda: log(299),
    "cut to nothing": lambda: log(0),
    "of the same size and another content": lambda: Published([*log(299).leaves, entry(299, "-x")]),
    "another log of the same key": lambda: Published(log(400).leaves, origin="elsewhere.example.org/log"),
}


@pytest.mark.parametrize("published", REWRITTEN.values(), ids=REWRITTEN)
def test_a_log_that_was_rewritten_is_told_from_one_that_grew(published: Callable[[], Published]) -> None:
    keys = [KEY, NoteKey("elsewhere.example.org/log", KEY.public)]
    with pytest.raises(LogWrong):
        follow(published(), log(300).note(), keys)


def spoilt(place: str, change: Callable[[bytes], bytes]) -> Published:
    published = log(400)
    published.changed[place] = change(published.files()[place])
    return published


BUNDLE, TILE = "tile/entries/001.p/144", "tile/0/001.p/144"
SPOILT: dict[str, Published] = {
    "an entry changed": spoilt(BUNDLE, lambda content: content.replace(b"key-399", b"key-398")),
    "an entry too few": spoilt(BUNDLE, lambda content: content[: -len(entry(399)) - 2]),
    "an entry too many": spoilt(BUNDLE, lambda content: content + b"\0\1x"),
    "a bundle cut off": spoilt(BUNDLE, lambda content: content[:-1]),
    "a length cut off": spoilt(BUNDLE, lambda content: content + b"\0"),
    "a hash changed": spoilt(TILE, lambda content: bytes(32) + content[32:]),
    "a tile cut off": spoilt(TILE, lambda content: content[:-1]),
    "a tile too short": spoilt(TILE, lambda content: content[:-32]),
    "a tile too long": spoilt(TILE, lambda content: content + bytes(32)),
    "a checkpoint that is no text": spoilt("checkpoint", lambda content: b"\xff" + content),
    "a checkpoint of nobody": spoilt("checkpoint", lambda content: content[:-12] + b"AAAAAAAAAAA\n"),
    "an older checkpoint with another's root": spoilt("checkpoint", lambda content: log(399).note().encode().replace(b"399", b"398")),
}


@pytest.mark.parametrize("published", SPOILT.values(), ids=SPOILT)
def test_what_does_not_fit_the_checkpoint_is_refused(published: Published) -> None:
    with pytest.raises(LogWrong):
        follow(published, log(300).note(), [KEY])


def test_an_entry_that_is_none_is_refused_although_the_tree_is_right() -> None:
    with pytest.raises(LogWrong):
        follow(Published([entry(0), b'{"kind": "no entry"}']), None, [KEY])
    assert new_entries(Published([b"x"]), Checkpoint(ORIGIN, 0, merkle.EMPTY_ROOT), Published([b"x"]).head) == [b"x"]
