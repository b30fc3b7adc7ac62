"""The log as tiles and bundles of entries (C2SP tlog-tiles), 256 wide."""

from __future__ import annotations

import re
from typing import Final

import sqlalchemy as sa

from certificate_signing import merkle
from certificate_signing.log_reader import HEIGHT, WIDTH, number_path
from lti_tool.public_log import tree
from lti_tool.public_log.records import LogLeaf
from lti_tool.public_log.tree import Reader

_NUMBER: Final = re.compile(r"(?:x[0-9]{3}/)*[0-9]{3}")


def tile(reader: Reader, level: int, number: int, width: int) -> bytes | None:
    """Return the first `width` hashes of a tile, joined; None if the log has not got them (yet)."""
    height = HEIGHT * level
    first = number * WIDTH
    places = [(height, index) for index in range(first, first + width)]
    if merkle.rightmost(places[-1]) >= tree.size(reader):
        return None
    held = tree.nodes(reader, places)
    return b"".join(held(*place) for place in places)


def entries(reader: Reader, number: int, width: int) -> bytes | None:
    """Return the first `width` entries of a bundle, each after its length in two bytes; None if the log has not got them (yet)."""
    first = number * WIDTH
    rows = reader.execute(sa.select(LogLeaf.entry).where(LogLeaf.position.between(first, first + width - 1)).order_by(LogLeaf.position))
    found = [row.entry.encode() for row in rows]
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in found) if len(found) == width else None


def tile_place(path: str) -> tuple[int, int] | None:
    """Read ``<N>`` or ``<N>.p/<W>``: the tile's number and width; None for anything that `number_path` does not write."""
    digits, partial, width = path.partition(".p/")
    if len(digits) > 40 or not _NUMBER.fullmatch(digits):
        return None
    number = int(re.sub(r"[x/]", "", digits))
    if number_path(number) != digits:
        return None
    if not partial:
        return number, WIDTH
    fits = re.fullmatch(r"[1-9][0-9]{0,2}", width) and int(width) < WIDTH
    return (number, int(width)) if fits else None
