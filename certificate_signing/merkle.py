"""The append-only Merkle tree of RFC 9162 (Certificate Transparency 2.0), section 2.1, with SHA-256.

Pure: hashes are fetched by the caller's `Nodes`, so that adding a leaf, a root and a proof each read O(log n) stored hashes. A
*complete* node (level, index) is the root over the leaves [index * 2**level, (index + 1) * 2**level); leaves are at level 0. Only
complete nodes are stored: they never change when the tree grows.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from certificate_signing.errors import LogWrong

# A complete node, by level and index, to its 32 bytes.
Nodes = Callable[[int, int], bytes]
Place = tuple[int, int]

HASH_BYTES: Final = 32
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
# No proof in a tree of 2**63 leaves is longer.
LONGEST_PROOF: Final = 64


def leaf_hash(entry: bytes) -> bytes:
    """Return the hash of a leaf's data (section 2.1.1): SHA-256(0x00 || entry)."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node (section 2.1.1): SHA-256(0x01 || left || right)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def completed(index: int, leaf: bytes, nodes: Nodes) -> list[bytes]:
    """Return the complete nodes that the leaf at `index` makes, from level 0 (the leaf's own hash) upwards.

    Node (level, i) is the one at place `level` of the list of the leaf (i + 1) * 2**level - 1. Reads the left sibling of each.
    """
    made, level = [leaf], 0
    while index >> level & 1:
        made.append(node_hash(nodes(level, (index >> level) - 1), made[level]))
        level += 1
    return made


def siblings(index: int) -> list[Place]:
    """Return the places that `completed` reads for the leaf at `index`."""
    places, level = [], 0
    while index >> level & 1:
        places.append((level, (index >> level) - 1))
        level += 1
    return places


def covering(start: int, end: int) -> list[Place]:
    """Return the complete nodes that together are the leaves [start, end), from left to right.

    `start` must be a multiple of the largest power of two below `end - start`, as every subtree of the tree is.
    """
    places: list[Place] = []
    while start < end:
        level = (end - start).bit_length() - 1
        places.append((level, start >> level))
        start += 1 << level
    return places


def root(size: int, nodes: Nodes) -> bytes:
    """Return the root of the first `size` leaves (section 2.1.1)."""
    return _subtree(0, size, nodes) if size else EMPTY_ROOT


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    """Return the path from the leaf at `index` to the root of the first `size` leaves, the leaf's sibling first (section 2.1.3.1).

    Raises LogWrong for a leaf outside the tree.
    """
    return [_subtree(start, end, nodes) for start, end in _path(index, size)]


def inclusion_places(index: int, size: int) -> list[Place]:
    """Return the complete nodes that `inclusion_proof` reads, so that storage can fetch them at once. Raises LogWrong."""
    return [place for start, end in _path(index, size) for place in covering(start, end)]


def consistency_proof(first: int, second: int, nodes: Nodes) -> list[bytes]:
    """Return the proof that the tree of `second` leaves begins with that of `first` (section 2.1.4.1).

    Empty if both are the same or the first is empty. Raises LogWrong unless 0 <= first <= second.
    """
    return [_subtree(start, end, nodes) for start, end in _steps(first, second)]


def consistency_places(first: int, second: int) -> list[Place]:
    """Return the complete nodes that `consistency_proof` reads. Raises LogWrong."""
    return [place for start, end in _steps(first, second) for place in covering(start, end)]


def root_from_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes]) -> bytes:
    """Return the root that a path leads to (section 2.1.3.2). Raises LogWrong for a path of another length than index and size ask for."""
    if not 0 <= index < size:
        raise LogWrong(f"leaf {index} is not in a tree of {size}")
    number, last, found = index, size - 1, leaf
    for sibling in _hashes(path):
        if last == 0:
            raise LogWrong("the inclusion proof is too long")
        if number & 1 or number == last:
            found = node_hash(sibling, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise LogWrong("the inclusion proof is too short")
    return found


def check_inclusion(index: int, size: int, leaf: bytes, path: Sequence[bytes], expected_root: bytes) -> None:
    """Raise LogWrong unless the path proves that `leaf`, a leaf's hash, is at `index` in the tree of this size and root."""
    if root_from_inclusion(index, size, leaf, path) != expected_root:
        raise LogWrong("the inclusion proof leads to another root")


def check_consistency(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    """Raise LogWrong unless the proof shows that the second tree begins with the whole first one (section 2.1.4.2)."""
    if not 0 <= first <= second:
        raise LogWrong(f"a log of {first} entries can not have become one of {second}")
    if first in {0, second}:
        _check_trivial(first, second, first_root, second_root, proof)
        return
    hashes = _hashes(proof)
    if first & (first - 1) == 0:
        hashes.insert(0, first_root)
    if not hashes:
        raise LogWrong("the consistency proof is empty")
    if _both_roots(first, second, hashes) != (first_root, second_root):
        raise LogWrong("the consistency proof leads to other roots: the log was rewritten")


def _check_trivial(first: int, second: int, first_root: bytes, second_root: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise LogWrong("the consistency proof is too long")
    if first == 0 and first_root != EMPTY_ROOT:
        raise LogWrong("an empty log has another root")
    if first == second and first_root != second_root:
        raise LogWrong("two logs of one size have different roots: the log was rewritten")


def _both_roots(first: int, second: int, hashes: list[bytes]) -> tuple[bytes, bytes]:
    """Follow section 2.1.4.2 from step 3; `hashes` is the proof, with the first root before it if that is a complete node."""
    number, last = first - 1, second - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if last == 0:
            raise LogWrong("the consistency proof is too long")
        if number & 1 or number == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        number, last = number >> 1, last >> 1
    if last:
        raise LogWrong("the consistency proof is too short")
    return old, new


def _hashes(proof: Sequence[bytes]) -> list[bytes]:
    if len(proof) > LONGEST_PROOF or any(len(each) != HASH_BYTES for each in proof):
        raise LogWrong("a proof holds something that is no hash, or too much")
    return list(proof)


def _subtree(start: int, end: int, nodes: Nodes) -> bytes:
    places = covering(start, end)
    found = nodes(*places[-1])
    for place in reversed(places[:-1]):
        found = node_hash(nodes(*place), found)
    return found


def _path(index: int, size: int) -> list[tuple[int, int]]:
    """Return the subtrees whose roots are the inclusion path, as ranges of leaves, the lowest first."""
    if not 0 <= index < size:
        raise LogWrong(f"leaf {index} is not in a tree of {size}")
    ranges, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def _steps(first: int, second: int) -> list[tuple[int, int]]:
    """Return the subtrees of a consistency proof: SUBPROOF of section 2.1.4.1, unrolled."""
    if not 0 <= first <= second:
        raise LogWrong(f"no proof from {first} to {second} entries")
    if first in {0, second}:
        return []
    ranges, start, end, whole = [], 0, second, True
    while first < end:
        middle = start + _split(end - start)
        if first <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start, whole = middle, False
    if not whole:
        ranges.append((start, end))
    return ranges[::-1]


def _split(leaves: int) -> int:
    """Return the largest power of two smaller than `leaves` (k of section 2.1.1)."""
    return 1 << (leaves - 1).bit_length() - 1


def stored(hashes: Sequence[bytes]) -> Nodes:
    """Return the nodes of a tree held in memory, given all its leaves' hashes in order: for checking a copy of a log."""
    levels: list[list[bytes]] = [list(hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)])
    return lambda level, index: levels[level][index]


def rightmost(place: Place) -> int:
    """Return the index of the last leaf under a complete node: the leaf that completes it."""
    level, index = place
    return (index + 1 << level) - 1


def leaves_of(hashes: bytes) -> Iterator[bytes]:
    """Cut joined hashes apart. Raises LogWrong if something is left over."""
    if len(hashes) % HASH_BYTES:
        raise LogWrong("a tile is cut off")
    return (hashes[start : start + HASH_BYTES] for start in range(0, len(hashes), HASH_BYTES))
