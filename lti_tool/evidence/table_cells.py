"""Cells of a form's rows: where a row begins, and labels that take two lines beside what they label."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Segment

# Of the lower of two heights: how far the middles of two cells of one row are apart at most.
_LEVEL: Final = 0.45
# How far below a line the next one of the same cell begins, in heights of the line, and how far its edge may be off, in widths of the page.
_NEXT_LINE: Final = 0.7
_EDGE: Final = 0.01


def begins_row(segments: Sequence[Segment], index: int) -> bool:
    """Tell the first cell of a row of two cells or more that stands left of the last cell of such a row above: what that says is ended."""
    if index < 2 or index + 1 == len(segments):
        return False
    first, before, this, beside = segments[index - 2 : index + 2]
    level = all(_are_level(left, right) and left.box[2] < right.box[0] for left, right in ((first, before), (this, beside)))
    return level and this.box[2] < before.box[0]


def with_whole_labels(segments: Sequence[Segment]) -> list[Segment]:
    """Return lines in their order, but a label of two lines as one: "Date and place / of birth | 5 May 1982"."""
    whole: list[Segment] = []
    index = 0
    while index < len(segments):
        if index + 2 < len(segments) and _is_label_of_two_lines(segments[index : index + 4]):
            label, beside, rest = segments[index : index + 3]
            whole += [Segment((*label.words, *rest.words)), beside]
            index += 3
        else:
            whole.append(segments[index])
            index += 1
    return whole


def _is_label_of_two_lines(lines: Sequence[Segment]) -> bool:
    """Tell whether the first and the third of these three or four lines are one cell beside the second."""
    label, beside, rest, *following = lines
    alone = not following or not _are_level(rest, following[0])
    return alone and _goes_on(label, rest) and _stands_beside(beside, label, rest)


def _goes_on(label: Segment, rest: Segment) -> bool:
    """Tell the next line of one cell: right under it, set alike, and in small letters."""
    height = label.box[3] - label.box[1]
    near = label.page == rest.page and -0.3 * height < rest.box[1] - label.box[3] < _NEXT_LINE * height
    return near and abs(label.box[0] - rest.box[0]) < _EDGE and rest.words[0].text[:1].islower()


def _stands_beside(cell: Segment, label: Segment, rest: Segment) -> bool:
    middle = (cell.box[1] + cell.box[3]) / 2
    return cell.page == label.page and max(label.box[2], rest.box[2]) < cell.box[0] and label.box[1] < middle < rest.box[3]


def _are_level(one: Segment, other: Segment) -> bool:
    height = min(one.box[3] - one.box[1], other.box[3] - other.box[1])
    apart = (one.words[0].box[1] + one.words[0].box[3] - other.words[0].box[1] - other.words[0].box[3]) / 2
    return one.page == other.page and abs(apart) < _LEVEL * height
