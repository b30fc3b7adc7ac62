"""Reading somebody's log (C2SP tlog-tiles) through a function that fetches its resources, believing nothing that is not proved.

`fetch` takes a place under the log's prefix, such as ``checkpoint`` or ``tile/0/000.p/7``, and returns its bytes; what it raises
when it can't is the caller's own affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from certificate_signing import merkle
from certificate_signing.checkpoint import Checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.merkle import HASH_BYTES, Nodes, Place

Fetch = Callable[[str], bytes]

WIDTH: Final = 256
HEIGHT: Final = 8  # levels of the tree in one tile


def number_path(number: int) -> str:
    """Return a tile's number as the parts of its address: three digits each, all but the last with an x before them."""
    digits = f"{number % 1000:03}"
    while number := number // 1000:
        digits = f"x{number % 1000:03}/{digits}"
    return digits


def place_path(kind: str, number: int, width: int) -> str:
    """Return the address of a tile or bundle; `kind` is a level or ``entries``."""
    return f"tile/{kind}/{number_path(number)}" + ("" if width == WIDTH else f".p/{width}")


def layout(size: int) -> Iterator[tuple[str, int, int]]:
    """Name every tile and bundle of a log of this size: ``entries`` or its level, its number, its width."""
    for kind, count in (("entries", size), *((str(level), size >> HEIGHT * level) for level in range(HEIGHT))):
        for number in range((count + WIDTH - 1) // WIDTH):
            yield kind, number, min(WIDTH, count - number * WIDTH)


def tile_nodes(fetch: Fetch, size: int) -> Nodes:
    """Return the complete nodes of a log of this size by its tiles. They are what the log says: compare a root. Raises LogWrong."""
    tiles: dict[tuple[int, int], list[bytes]] = {}

    def hashes(level: int, number: int) -> list[bytes]:
        if (level, number) not in tiles:
            width = min(WIDTH, (size >> HEIGHT * level) - number * WIDTH)
            content = fetch(place_path(str(level), number, width))
            if len(content) != width * HASH_BYTES:
                raise LogWrong(f"a tile of the log is not {width} hashes wide")
            tiles[level, number] = list(merkle.leaves_of(content))
        return tiles[level, number]

    def node(level: int, index: int) -> bytes:
        tile_level, above = divmod(level, HEIGHT)
        first = index << above
        within = hashes(tile_level, first // WIDTH)[first % WIDTH : first % WIDTH + (1 << above)]
        return merkle.root(len(within), merkle.stored(within))

    return node


def entries(fetch: Fetch, first: int, size: int) -> Iterator[bytes]:
    """Return the entries from `first` to the end of a log of this size, not proved. Raises LogWrong for a malformed bundle."""
    for number in range(first // WIDTH, (size + WIDTH - 1) // WIDTH):
        width = min(WIDTH, size - number * WIDTH)
        found = list(bundled(fetch(place_path("entries", number, width))))
        if len(found) != width:
            raise LogWrong(f"a bundle of the log has not {width} entries")
        yield from found[max(0, first - number * WIDTH) :]


def new_entries(fetch: Fetch, seen: Checkpoint, head: Checkpoint) -> list[bytes]:
    """Return what the log has got since `seen`, proved: the tree seen and these entries together have the root of `head`.

    So it is proved, too, that nothing seen was changed or forgotten. Raises LogWrong if the log was rewritten or is shorter.
    """
    if head.size < seen.size:
        raise LogWrong(f"the log has {head.size} entries and had {seen.size}: it was cut, or an older one was put in its place")
    peaks = _peaks(fetch, seen, head)
    fresh, size = [], seen.size
    for entry in entries(fetch, seen.size, head.size):
        made = merkle.completed(size, merkle.leaf_hash(entry), lambda level, index: peaks[level, index])
        for place in merkle.siblings(size):
            del peaks[place]
        peaks[len(made) - 1, size >> len(made) - 1] = made[-1]
        fresh.append(entry)
        size += 1
    if merkle.root(size, lambda level, index: peaks[level, index]) != head.root:
        raise LogWrong("the entries of the log are not those of its checkpoint")
    return fresh


def _peaks(fetch: Fetch, seen: Checkpoint, head: Checkpoint) -> dict[Place, bytes]:
    """Return the complete nodes that make the tree that was seen, which its root proves."""
    nodes = tile_nodes(fetch, head.size)
    peaks = {place: nodes(*place) for place in merkle.covering(0, seen.size)}
    if merkle.root(seen.size, lambda level, index: peaks[level, index]) != seen.root:
        raise LogWrong("the log does not continue the one that was seen: it was rewritten")
    return peaks


def bundled(content: bytes) -> Iterator[bytes]:
    """Cut a bundle into its entries. Raises LogWrong for one that is cut off."""
    while content:
        length = int.from_bytes(content[:2], "big")
        if len(content) < 2 + length or len(content) < 2:
            raise LogWrong("a bundle of the log is cut off")
        yield content[2 : 2 + length]
        content = content[2 + length :]
