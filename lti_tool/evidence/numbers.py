"""Certificate numbers and links of their own, for finding the same document again."""

from __future__ import annotations

import re
from typing import Final

from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.vocabulary import Vocabulary

MOST: Final = 20
LONG: Final = 10
_UUID: Final = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b", re.IGNORECASE)
_LINK: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>\"']{4,300}", re.IGNORECASE)
_MARKS: Final = frozenset("-_/.")


def numbers(document: Document, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return numbers and links in capital letters without spaces; a link counts only if it holds a number of its own."""
    found: dict[str, None] = {}
    text = " ".join(segment.text for segment in document.segments)
    for match in _UUID.finditer(text):
        found[match.group().upper()] = None
    for match in _LINK.finditer(text):
        link = match.group().rstrip(".,;)")
        if any(_of_its_own(part) for part in re.split(r"[/=?#&]", link)[3:]):
            found[link.upper()] = None
    for row in document.rows[:1]:
        for hit in vocabulary.hits(row.words):
            if hit.group == "number" and (number := _number_after(row, row.at[hit.end - 1] + 1)):
                found[number] = None
    return tuple(found)[:MOST]


def _of_its_own(part: str) -> bool:
    """Tell a part of a link that names one document: long, with figures. Links to courses and publications are everybody's."""
    return len(part) >= LONG and sum(character.isdigit() for character in part) >= 3


def _number_after(row: Row, at: int) -> str | None:
    """Return the run of letters, figures and hyphens after a label, if it is long enough to be one document's own."""
    passed = 0
    while at < len(row.lexemes) and row.lexemes[at].form in (":", "#", ".", "(", "-", "–") and passed < 3:
        at, passed = at + 1, passed + 1
    taken: list[str] = []
    while at < len(row.lexemes) and (not taken or row.lexemes[at].glued):
        lexeme = row.lexemes[at]
        if not lexeme.is_word and lexeme.form not in _MARKS:
            break
        taken.append(lexeme.raw)
        at += 1
    number = "".join(taken).strip("-_/.").upper()
    figures = sum(character.isdigit() for character in number)
    looks_dated = re.fullmatch(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}", number)
    return number if len(number) >= 5 and figures >= 2 and not looks_dated else None
