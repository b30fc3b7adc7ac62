"""Columns whose labels stand under what they are of, each in small letters: "Maria Rossi / holder / Riverside / project"."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from lti_tool.evidence.layout import Box, Document, Segment, Word

# How far apart the lines of such a column stand at most, in heights, and how many follow a label at least.
_APART: Final = 3.0
_FEWEST: Final = 2


def ends_in_captions(document: Document, label: Word) -> bool:
    """Tell a label in small letters below which a column goes on in values and labels in turn, and ends in a label."""
    lines = [entry for entry in document.segments if entry.page == label.page and entry.box[1] >= label.box[3] - 0.005]
    column: list[Segment] = []
    box = label.box
    while below := [entry for entry in lines if entry not in column and _follows(box, entry.box)]:
        nearest = min(below, key=lambda entry: entry.box[1])
        column.append(nearest)
        box = nearest.box
    small = [_is_small(entry.text) for entry in column]
    in_turn = all(one != other for one, other in pairwise(small))
    return _is_small(label.text) and len(small) >= _FEWEST and in_turn and not small[0] and small[-1]


def _follows(box: Box, other: Box) -> bool:
    overlaps = min(box[2], other[2]) - max(box[0], other[0]) > 0
    return overlaps and -0.005 <= other[1] - box[3] < _APART * (box[3] - box[1])


def _is_small(text: str) -> bool:
    return text[:1].islower()
