"""The lines of a form: their parts, what stands beside, under and over each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lti_tool.evidence.arrangement import FIELD_GAP, gap_between
from lti_tool.evidence.layout import Box, Row, around

COLONS: Final = frozenset({":", "："})
_PARTS: Final = frozenset({"|", ";", "·", "•"})
# How far under or over its label an answer stands, in heights of the line.
_NEAR: Final = 2.5
# Lines of which one is no larger than this are set alike.
_AS_LARGE: Final = 1.15


class FormLines:
    """A row's lines (`segments`, ranges of its lexemes) and their boxes, in the order of the row."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.segments: list[range] = []
        begin = 0
        for at in range(1, len(row.lexemes) + 1):
            if at == len(row.lexemes) or row.lexemes[at].segment != row.lexemes[begin].segment:
                self.segments.append(range(begin, at))
                begin = at
        self.boxes = [self._box(segment) for segment in self.segments]

    def parts(self, segment: range) -> Iterator[range]:
        """Yield what marks such as "|" and ";" part a line into."""
        begin = segment.start
        for at in (*segment, segment.stop):
            if at == segment.stop or self.row.lexemes[at].form in _PARTS:
                if at > begin:
                    yield range(begin, at)
                begin = at + 1

    def gap(self, part: range) -> int:
        """Return where a wide space parts a label from its answer; the end if there is none."""
        for at in part[1:]:
            before, after = self.row.lexemes[at - 1].word, self.row.lexemes[at].word
            if before is not after and gap_between(before, after) > FIELD_GAP:
                return at
        return part.stop

    def beside(self, index: int) -> range:
        """Return what stands beside a line in the next column."""
        if not 0 <= index < len(self.segments) - 1 or self.page(index) != self.page(index + 1):
            return range(0)
        one, other = self.boxes[index], self.boxes[index + 1]
        level = abs(one[1] + one[3] - other[1] - other[3]) < 0.9 * (one[3] - one[1])
        return self.segments[index + 1] if level else range(0)

    def stacked(self, label: range) -> list[range]:
        """Return the lines right under and right over a label that is all of its line."""
        index = next(index for index, segment in enumerate(self.segments) if label.start in segment)
        box, page = self.boxes[index], self.page(index)
        height = box[3] - box[1]
        found: list[range] = []
        for under in (True, False):
            near = [
                (gap, self.segments[other])
                for other, its in enumerate(self.boxes)
                if other != index and self.page(other) == page and min(box[2], its[2]) > max(box[0], its[0])
                if -0.3 * height <= (gap := its[1] - box[3] if under else box[1] - its[3]) < _NEAR * height
            ]
            found += [min(near, key=lambda entry: entry[0])[1]] if near else []
        return found

    def is_as_large(self, one: int, other: int) -> bool:
        """Tell lines, by their indexes, that are set alike."""
        sizes = [self.row.lexemes[self.segments[index].start].word.size for index in (one, other)]
        return max(sizes) < _AS_LARGE * min(sizes)

    def is_time(self, at: int) -> bool:
        """Tell a colon between figures of one word: "14:05"."""
        near = self.row.lexemes[max(0, at - 1) : at + 2]
        return sum(lexeme.form.isdecimal() and lexeme.word is self.row.lexemes[at].word for lexeme in near) > 1

    def page(self, index: int) -> int:
        """Return the page of a line."""
        return self.row.lexemes[self.segments[index].start].word.page

    def _box(self, segment: range) -> Box:
        return around([self.row.lexemes[at].word for at in segment])
