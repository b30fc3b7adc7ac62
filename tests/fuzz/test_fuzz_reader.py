"""A short run of `make fuzz` with the same documents each time (threats U02, U04, U15)."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from fuzz_reader import Watched, fuzz
from mutations import ANY, JPEG, PDF, PNG, spoilt
from seeds import seeds


@pytest.fixture(scope="module")
def reader() -> Iterator[Watched]:
    with Watched(seconds=5) as opened:
        yield opened


SORTS = [(b"%PDF", 80, {"mooc", "nql"}), (b"\x89PNG", 4, set()), (b"\xff\xd8", 4, set())]


@pytest.mark.parametrize(("start", "most", "read"), SORTS, ids=["PDF", "PNG", "JPEG"])
def test_spoilt_documents_hurt_nobody(reader: Watched, start: bytes, most: int, read: set[str]) -> None:
    sound = tuple(seed for seed in seeds() if seed.startswith(start))
    tally = fuzz(reader, random.Random(1), sound, most=most)  # noqa: S311 - the same each time
    assert tally.faults == []
    # Errors of our own code would be answers too, but none is known.
    assert tally.errors == {}
    assert tally.read == most
    assert read <= set(tally.outcomes)


def test_every_way_of_spoiling_changes_something() -> None:
    rng = random.Random(3)  # noqa: S311 - as above
    starts = {b"%PDF": PDF, b"\x89PNG": PNG, b"\xff\xd8": JPEG}
    for start, ways in starts.items():
        content = next(seed for seed in seeds() if seed.startswith(start))
        for way in ways:
            assert any(way(rng, content, seeds()) != content for _ in range(5)), way
    assert set(ANY) <= set(PDF) & set(PNG) & set(JPEG)
    assert len({spoilt(random.Random(4), seeds()) for _ in range(3)}) == 1  # noqa: S311 - as above
