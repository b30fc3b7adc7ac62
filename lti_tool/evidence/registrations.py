"""Numbers under which an office enters its papers, and the day that stands with one: ``Nr. 412/25.05.2026``, ``Prot. n. 412 del 25/05/2026``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.dates import DateFound
from lti_tool.evidence.layout import Row
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# How many words may name the number ("Nr. de înregistrare"), and how many lexemes the number itself may have ("РД-12-45").
_MOST_NAMING: Final = 4
_LONGEST: Final = 9
_MARKS: Final = frozenset(".:/-–№º°,")


def registers(row: Row, entry: DateFound, hits: Sequence[Hit], vocabulary: Vocabulary) -> bool:
    """Tell the day of the paper's own number: line, number and day are all there is, but for a place behind.

    The number of a law or a decision stands in a sentence, or its word stands before it: "Ordinul nr. 4224/06.07.2022".
    """
    start = entry.begin
    while start and row.lexemes[start - 1].segment == row.lexemes[entry.begin].segment:
        start -= 1
    named = {row.at[word] for hit in hits if hit.name == "registered" for word in range(hit.begin, hit.end)}
    at = _past_name(row, start, named)
    if at == start or not _is_number(row, at, entry.begin, hits, vocabulary):
        return False
    return _ends_line(row, entry.end) and not _continues(row, start, vocabulary)


def _past_name(row: Row, start: int, named: set[int]) -> int:
    """Return where the words that name the number end."""
    at, words = start, 0
    while at < len(row.lexemes) and words <= _MOST_NAMING and (at in named or row.lexemes[at].form in _MARKS):
        words += at in named or row.lexemes[at].form == "№"
        at += 1
    return at if words else start


def _is_number(row: Row, begin: int, end: int, hits: Sequence[Hit], vocabulary: Vocabulary) -> bool:
    """Tell figures, single marks and short letters such as "РД-12-45", and a small word that leads to the day."""
    forms = [row.lexemes[at].form for at in range(begin, end)]
    dated = {row.at[word] for hit in hits if hit.name in ("from", "plain", "issue") for word in range(hit.begin, hit.end)}
    while forms and (begin + len(forms) - 1 in dated or vocabulary.leads(forms[-1]) or forms[-1] in _MARKS):
        forms.pop()
    if not forms or len(forms) > _LONGEST or not any(form.isdecimal() for form in forms):
        return False
    return all(form.isdecimal() or form in _MARKS or (form.isalpha() and row.lexemes[begin + at].raw.isupper()) for at, form in enumerate(forms))


def _ends_line(row: Row, end: int) -> bool:
    """Tell that nothing but the name of a place stands behind, in three capitalised words at most."""
    rest = []
    while end < len(row.lexemes) and row.lexemes[end].segment == row.lexemes[end - 1].segment:
        rest.append(row.lexemes[end])
        end += 1
    words = [lexeme for lexeme in rest if lexeme.is_word]
    return len(words) <= 3 and all(word.raw[:1].isupper() for word in words)


def _continues(row: Row, start: int, vocabulary: Vocabulary) -> bool:
    """Tell a line that goes on with the sentence of the one above: it begins small, or that one ends open."""
    if row.lexemes[start].raw[:1].islower():
        return True
    before = row.lexemes[start - 1] if start else None
    if before is None or row.lexemes[start].fresh:
        return False
    return before.form in ",-–:(" or vocabulary.leads(before.form) or (before.is_word and before.raw[:1].islower())
