"""A form that holds a name in two fields, one for the surname and one for what is given."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from lti_tool.evidence.layout import Lexeme
from lti_tool.evidence.vocabulary import Hit

if TYPE_CHECKING:
    from lti_tool.evidence.holder_candidates import Names

# How far apart the two labels stand at most, in heights of their lines.
_APART: Final = 6.0


def in_two(names: Names) -> tuple[Lexeme, ...]:
    """Return surname and given name from two fields that stand together; nothing if there are none, or more than one such pair."""
    given, surname = (_fields(names, part) for part in ("given", "surname"))
    # "Name" heads the field of a surname in one form and of a whole name in another; it is no pair with itself.
    pairs = [(one, other) for one in surname for other in given if (one.begin, one.end) != (other.begin, other.end) and _together(names, one, other)]
    found = {tuple(map(id, whole)): whole for one, other in pairs if (whole := _joined(names, one, other))}
    return next(iter(found.values())) if len(found) == 1 else ()


def _fields(names: Names, part: str) -> list[Hit]:
    hits = [hit for hit in names.hits if (hit.group, hit.name) == ("holder", part) and names.heads_a_field(hit)]
    # Of "family name" and "name" inside of it the longer one is meant.
    return [hit for hit in hits if not any(other.begin <= hit.begin and hit.end < other.end for other in hits)]


def _together(names: Names, one: Hit, other: Hit) -> bool:
    first, last = (names.row.lexeme(hit.begin).word for hit in (one, other))
    height = first.box[3] - first.box[1]
    return first.page == last.page and abs(first.box[1] - last.box[1]) < _APART * height


def _joined(names: Names, surname: Hit, given: Hit) -> tuple[Lexeme, ...]:
    parts: Sequence[tuple[Lexeme, ...]] = [names.cleaned(names.in_field(hit)) for hit in (given, surname)]
    if not all(parts) or {id(lexeme) for lexeme in parts[0]} & {id(lexeme) for lexeme in parts[1]}:
        return ()
    return (*parts[0], *parts[1])
