"""Which phrases stand in a list of the whole series, and so name no course of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.sentences import begins_item
from lti_tool.evidence.vocabulary import Hit

# A list of three areas or more, each at most this many words after the other, names the series and not a course of it.
LIST_LENGTH: Final = 3
LIST_GAP: Final = 7
# Items of a list beside the text begin this near to one edge (in widths of the page), after a number or a bullet.
_EDGE: Final = 0.01


def crosses(longer: Hit, hit: Hit) -> bool:
    """Tell whether a longer phrase takes a word of this one."""
    return longer.begin < hit.end and hit.begin < longer.end and longer.end - longer.begin > hit.end - hit.begin


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Drop hits inside longer ones, and repeats of the same place."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (hit.begin - hit.end, hit.begin)):
        if not any(other.begin <= hit.begin and hit.end <= other.end for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.begin)


def listed(hits: Sequence[Hit]) -> set[Hit]:
    """Return the hits that stand in a list of the series."""
    found: set[Hit] = set()
    run: list[Hit] = []
    for hit in hits:
        if run and hit.begin - run[-1].end > LIST_GAP:
            found |= _if_list(run)
            run = []
        run.append(hit)
    return found | _if_list(run)


def in_a_column(row: Row, hits: Sequence[Hit]) -> set[Hit]:
    """Return the hits that begin lines of one column, three areas or more: a list beside the text, whatever stands between."""
    begins = [hit for hit in hits if begins_item(row, row.at[hit.begin])]
    found: set[Hit] = set()
    for hit in begins:
        beside = [other for other in begins if _same_edge(row, hit, other)]
        if len({other.name for other in beside}) >= LIST_LENGTH:
            # The course itself may stand above, once more.
            above = next(other for other in beside if other.name == hit.name)
            found |= {
                other for other in beside if other.name == hit.name and (other is not above or sum(one.name == hit.name for one in beside) == 1)
            }
    return found


def _same_edge(row: Row, hit: Hit, other: Hit) -> bool:
    one, two = (row.lexeme(each.begin).word for each in (hit, other))
    return one.page == two.page and abs(one.box[0] - two.box[0]) < _EDGE


def _if_list(run: Sequence[Hit]) -> set[Hit]:
    if len({hit.name for hit in run}) < LIST_LENGTH:
        return set()
    # The course itself may stand right before the list begins anew: a repeated name at an end of the run is not part of it.
    inner = list(run)
    names = [hit.name for hit in inner]
    if names.count(names[0]) > 1:
        inner = inner[1:]
    elif names.count(names[-1]) > 1:
        inner = inner[:-1]
    return set(inner)


def without_runs(found: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Numbers that count up ("Course 1 …, Course 2 …, Course 3 …") are a list of the series."""
    if len({number for number, _ in found}) < LIST_LENGTH:
        return found
    return []
