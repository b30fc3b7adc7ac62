"""Blanks where a person or a day should stand: "[NAME AND SURNAME]", "<name>", or dots that nothing was written on.

Dots that lead from a label to its value are none, nor is a line for a signature.
"""

from __future__ import annotations

from typing import Final

from lti_tool.evidence.layout import Document, Lexeme, Row, place_of, share_baseline, spelled
from lti_tool.evidence.reading import Doubt
from lti_tool.evidence.sentences import begins_line
from lti_tool.evidence.vocabulary import Hit, Vocabulary
from lti_tool.scheme.phrases import words_of

# Marks that enclose what somebody should write instead. Square brackets enclose explanations as well, the others nothing else.
_BRACKETS: Final = {"[": "]", "<": ">", "{": "}", "‹": "›", "⟨": "⟩"}
_EXPLAINING: Final = "["
_MOST_INSIDE: Final = 7
# What a row of dots is made of, and how many make one.
_DOTS: Final = frozenset({".", "_", "…", "·", "․", "‥"})
_SHORTEST: Final = 4
# What is asked for inside of brackets, and what a line of dots stands behind.
_PERSON: Final = frozenset({("holder", "label"), ("holder", "given"), ("holder", "surname"), ("holder", "titles")})
_DAY: Final = frozenset({("date", "plain"), ("date", "issue"), ("date", "completed")})
_ASKED: Final = _PERSON | _DAY | {("paper", "template")}
_LABELS: Final = _PERSON - {("holder", "titles")} | {("date", "issue")}


def blank(document: Document, vocabulary: Vocabulary) -> tuple[Doubt, ...]:
    """Return the doubt ``looks-like-template`` for the first blank of a document that nobody filled in."""
    for row in document.rows:
        hits = vocabulary.hits(row.words)
        begin, end = _placeholder(row, hits, vocabulary) or _dots(row, hits) or (0, 0)
        if end:
            words = [lexeme.word for lexeme in row.lexemes[begin:end]]
            return (Doubt("looks-like-template", spelled(row.lexemes[begin:end])[:60], place_of(words)),)
    return ()


def _placeholder(row: Row, hits: list[Hit], vocabulary: Vocabulary) -> tuple[int, int] | None:
    """Return where brackets stand for what should be written."""
    lexemes = row.lexemes
    for at, lexeme in enumerate(lexemes):
        closing = _BRACKETS.get(lexeme.form)
        end = next((index for index in range(at + 1, min(at + _MOST_INSIDE + 2, len(lexemes))) if lexemes[index].form == closing), 0)
        inside = lexemes[at + 1 : end]
        if not end or not any(each.is_word for each in inside) or not all(_may_ask(each) for each in inside):
            continue
        if lexeme.form != _EXPLAINING or _stands_for_a_person(row, hits, at, end) or (_asks(inside, vocabulary) and not _explains(row, hits, at)):
            return at, end + 1
    return None


def _may_ask(lexeme: Lexeme) -> bool:
    """Tell what words for a name or a day are made of; an address or a figure asks for nothing."""
    return (lexeme.is_word and not lexeme.form.isdecimal()) or lexeme.form in {",", "-", "'", "’", "_", "/", ".", "{", "<", "[", "}", ">", "]"}


def _asks(inside: tuple[Lexeme, ...], vocabulary: Vocabulary) -> bool:
    words = words_of(" ".join(lexeme.raw for lexeme in inside))
    return any((hit.group, hit.name) in _ASKED for hit in vocabulary.hits(words))


def _stands_for_a_person(row: Row, hits: list[Hit], at: int, end: int) -> bool:
    """Tell brackets right behind "certify that" and before "has completed"."""
    behind = any((hit.group, hit.name) == ("holder", "before") and row.at[hit.end - 1] == at - 1 for hit in hits)
    return behind and any((hit.group, hit.name) == ("holder", "after") and row.at[hit.begin] == end + 1 for hit in hits)


def _explains(row: Row, hits: list[Hit], at: int) -> bool:
    """Tell brackets behind a label: "Name [surname, first name]: …"."""
    return any((hit.group, hit.name) in _ASKED and row.at[hit.end - 1] == at - 1 for hit in hits)


def _dots(row: Row, hits: list[Hit]) -> tuple[int, int] | None:
    """Return where dots stand behind "certify that" or a label, and nothing else on their line or in their sentence."""
    lexemes = row.lexemes
    for hit in hits:
        before = (hit.group, hit.name) == ("holder", "before")
        if not before and ((hit.group, hit.name) not in _LABELS or not begins_line(row, row.at[hit.begin])):
            continue
        at = row.at[hit.end - 1] + 1
        at += at < len(lexemes) and lexemes[at].form == ":"
        end = at
        while end < len(lexemes) and lexemes[end].form in _DOTS:
            end += 1
        if end - at < _SHORTEST or (not before and not share_baseline(lexemes[at - 1], lexemes[at])):
            continue
        if before and not _is_filled(row, end):
            return at, end
        if not before and (end == len(lexemes) or not share_baseline(lexemes[end - 1], lexemes[end])):
            return at, end
    return None


def _is_filled(row: Row, at: int) -> bool:
    """Tell a name behind dots, on their line or right under them."""
    return at < len(row.lexemes) and row.lexemes[at].is_word and not row.lexemes[at].raw[:1].islower()
