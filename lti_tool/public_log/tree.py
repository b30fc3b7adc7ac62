"""The tree in the database: adding leaves, and reading nodes, proofs and tiles, each by a few rows however large the log is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certificate_signing import merkle
from certificate_signing.merkle import HASH_BYTES, Nodes, Place
from lti_tool.public_log.records import LogLeaf

# A leaf to add: the number of its event (None if it was lost) and its bytes.
Leaf = tuple[int | None, bytes]
# What reading needs of a database: a session or a bare connection.
Reader = Session | sa.Connection

_LARGEST: Final = sa.select(sa.func.max(LogLeaf.position))
_ROWS: Final = sa.select(LogLeaf.position, LogLeaf.hash, LogLeaf.nodes).where(LogLeaf.position.in_(sa.bindparam("rows", expanding=True)))


def size(reader: Reader) -> int:
    """Return how many leaves the log has."""
    largest: int | None = reader.execute(_LARGEST).scalar()
    return 0 if largest is None else largest + 1


def extend(session: Session, leaves: Sequence[Leaf], before: int) -> None:
    """Add leaves in the caller's transaction, which holds the chain's end; `before` is the size that the log has."""
    fresh: dict[Place, bytes] = {}
    fetched = nodes(session, [place for place in merkle.siblings(before) if leaves])
    rows = []
    for index, (event_id, entry) in enumerate(leaves, start=before):
        # Siblings of later leaves are all complete nodes of the log before, or made just now.
        made = merkle.completed(index, merkle.leaf_hash(entry), lambda level, at: fresh.get((level, at)) or fetched(level, at))
        fresh.update({(level, index >> level): node for level, node in enumerate(made)})
        rows.append({"position": index, "event_id": event_id, "entry": entry.decode(), "hash": made[0], "nodes": b"".join(made[1:])})
    session.connection().execute(sa.insert(LogLeaf), rows)


def nodes(reader: Reader, places: Iterable[Place]) -> Nodes:
    """Return complete nodes, those of `places` fetched at once; any other is fetched when it is asked for."""
    held: dict[Place, bytes] = {}
    _fetch(reader, held, list(places))

    def node(level: int, index: int) -> bytes:
        if (level, index) not in held:
            _fetch(reader, held, [(level, index)])
        return held[level, index]

    return node


def root(reader: Reader, at_size: int) -> bytes:
    """Return the root of the first `at_size` leaves."""
    return merkle.root(at_size, nodes(reader, merkle.covering(0, at_size)))


def inclusion(reader: Reader, index: int, at_size: int) -> tuple[bytes, ...]:
    """Return the path of a leaf in the tree of the first `at_size`. Raises LogWrong for a leaf outside."""
    return inclusions(reader, [(index, at_size)])[0]


def inclusions(reader: Reader, wanted: Sequence[tuple[int, int]]) -> list[tuple[bytes, ...]]:
    """Return the paths of several leaves, each given by its place and the size of the tree, with their hashes fetched at once."""
    held = nodes(reader, {place for index, at_size in wanted for place in merkle.inclusion_places(index, at_size)})
    return [tuple(merkle.inclusion_proof(index, at_size, held)) for index, at_size in wanted]


def consistency(reader: Reader, first: int, second: int) -> tuple[bytes, ...]:
    """Return the proof that the tree of `second` leaves continues that of `first`. Raises LogWrong."""
    return tuple(merkle.consistency_proof(first, second, nodes(reader, merkle.consistency_places(first, second))))


def _fetch(reader: Reader, held: dict[Place, bytes], places: Sequence[Place]) -> None:
    if not places:
        return
    wanted = {place: merkle.rightmost(place) for place in places}
    rows: dict[int, Any] = {row.position: row for row in reader.execute(_ROWS, {"rows": sorted(set(wanted.values()))})}
    for (level, index), row in wanted.items():
        found = rows[row]
        held[level, index] = found.hash if level == 0 else found.nodes[(level - 1) * HASH_BYTES : level * HASH_BYTES]
