"""Courses that a paper recommends, and is no certificate of: "Other courses you may like: …"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.vocabulary import Hit

# What names a course or its series.
_COURSES: Final = frozenset({"series", "kind", "course"})
_ENDS: Final = frozenset({".", "!", "?"})
# How many words behind a colon a list of courses is.
_LIST: Final = 40


def without_advertised(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Return the phrases of a row without courses and series that are recommended, to the end of the sentence or of the list behind its colon."""
    ranges = [range(hit.begin, _end(row, hit)) for hit in hits if (hit.group, hit.name) == ("paper", "advert")]
    return [hit for hit in hits if hit.group not in _COURSES or not any(hit.begin in advertised for advertised in ranges)]


def _end(row: Row, advert: Hit) -> int:
    listed = False
    for at in range(advert.end, len(row.words)):
        between = row.lexemes[row.at[at - 1] + 1 : row.at[at] + 1]
        listed = listed or any(lexeme.form == ":" for lexeme in between)
        if not listed and any(lexeme.form in _ENDS or lexeme.fresh for lexeme in between):
            return at
        if listed and at - advert.end > _LIST:
            return at
    return len(row.words)
