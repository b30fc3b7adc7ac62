"""Names that nothing announces, inside running text, "honours the work of Maria Rossi in the project", or alone under a heading."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lti_tool.evidence.holder_alone import alone
from lti_tool.evidence.holder_candidates import MOST_STANDING, Candidate, Names
from lti_tool.evidence.layout import Lexeme, Row
from lti_tool.evidence.sentences import sentence_at

_JOINING: Final = frozenset({"-", "'", "’", "‐", "‑"})
_QUOTES: Final = frozenset({'"', "“", "”", "„", "«", "»", "‘"})
_THINGS: Final = frozenset({"kind", "series", "label", "paper", "statement", "course", "date"})
# What the sentence of a holder speaks of.
_MATTERS: Final = frozenset({"kind", "series", "label", "course", "note"})
_SAID: Final = frozenset({("statement", "completed"), ("holder", "before")})
# How far before a name the word that makes it somebody else's may stand: "signed by the director Anna Example".
_REACH: Final = 4


def mentions(names: Names) -> Iterator[Candidate]:
    """Yield the names in sentences: two words or more with capitals, after a word in small letters, that name no thing and nobody else."""
    yield from alone(names)
    at = 0
    lexemes = names.row.lexemes
    while at < len(lexemes):
        end = _run(names, at)
        told = end > at and _tells_of_it(names, at)
        placed = told and (_hangs_in_a_sentence(lexemes, at, end) or _is_explained(names, at, end))
        placed = placed or (end > at and _fills_a_field(lexemes, at, end))
        if placed and not _is_quoted(names.row, at) and not _is_anothers(names, at) and not _is_dated(lexemes, end):
            found = names.cleaned(lexemes[at:end])
            if 2 <= sum(lexeme.is_word for lexeme in found) <= MOST_STANDING and not _names_things(names, found):
                yield Candidate("mentioned", found)
        at = max(end, at + 1)


def _run(names: Names, at: int) -> int:
    """Return the end of a run of words with capitals, particles and hyphens that begins here; `at` itself if none does."""
    lexemes = names.row.lexemes
    if not lexemes[at].is_word or not lexemes[at].raw[:1].isupper():
        return at
    end = last = at
    while end < len(lexemes) and not (end > at and (lexemes[end].fresh or _in_another_column(lexemes[end - 1], lexemes[end]))):
        lexeme = lexemes[end]
        if lexeme.is_word and lexeme.raw[:1].isupper():
            last = end
        elif not (lexeme.form in names.vocabulary.particles and lexeme.is_word) and not (lexeme.form in _JOINING and lexeme.glued):
            break
        end += 1
    return last + 1


def _in_another_column(before: Lexeme, lexeme: Lexeme) -> bool:
    """Tell the field or the label that stands beside or below in the next column, and not the next line of a sentence."""
    one, other = before.word.box, lexeme.word.box
    return before.segment != lexeme.segment and (other[1] < one[3] - 0.5 * (one[3] - one[1]) or other[0] > one[0])


def _hangs_in_a_sentence(lexemes: Sequence[Lexeme], at: int, end: int) -> bool:
    """Tell words that another in small letters stands before, or that begin a paragraph and have one after them."""
    if at == 0 or lexemes[at].fresh:
        return end < len(lexemes) and (_is_small(lexemes[end]) or lexemes[end].form == ",") and lexemes[end].segment == lexemes[end - 1].segment
    before = at - 1
    if lexemes[before].form in _JOINING and lexemes[before].glued and before:
        before -= 1
    return _is_small(lexemes[before])


def _tells_of_it(names: Names, at: int) -> bool:
    """Tell a sentence of what a certificate is for; who drew up the form stands in another: "Template prepared by Carmen Lozano, May 2026"."""
    begin, end = sentence_at(names.row, at)
    return any((hit.group in _MATTERS or (hit.group, hit.name) in _SAID) and begin <= names.row.at[hit.begin] < end for hit in names.hits)


def _is_explained(names: Names, at: int, end: int) -> bool:
    """Tell words between two commas, after which stands what a person is: "…, Maria Rossi, teacher at …, obtained"."""
    lexemes = names.row.lexemes
    if at == 0 or end + 1 >= len(lexemes) or lexemes[at - 1].form != "," or lexemes[end].form != ",":
        return False
    hits = names.starts.get(names.word_at.get(end + 1, -1), ())
    return any(hit.group == "holder" and hit.name in ("label", "titles", "after") for hit in hits)


def _is_small(lexeme: Lexeme) -> bool:
    return lexeme.is_word and lexeme.raw[:1].islower()


def _fills_a_field(lexemes: Sequence[Lexeme], at: int, end: int) -> bool:
    """Tell words that fill the right one of two columns, beside a label that nobody knows."""
    segment = lexemes[at].segment
    if at == 0 or lexemes[at - 1].segment == segment or (end < len(lexemes) and lexemes[end].segment == segment):
        return False
    label, field = lexemes[at - 1].word, lexemes[at].word
    return label.page == field.page and abs(label.box[1] - field.box[1]) < 0.5 * (field.box[3] - field.box[1]) and label.box[2] < field.box[0]


def _is_dated(lexemes: Sequence[Lexeme], end: int) -> bool:
    """Tell a place before a day: "V Bruselu 11. 4. 2025"."""
    return end < len(lexemes) and lexemes[end].form.isdecimal() and not lexemes[end].fresh


def _is_quoted(row: Row, at: int) -> bool:
    """Tell words in quotes, or at the head or the end of what stands in them: "“Small Steps, Green Planet”"."""
    lexemes = row.lexemes
    if at > 0 and lexemes[at - 1].form in _QUOTES:
        return True
    # Behind "the project of Anna Sample" quotes only open. A single one that closes may be an apostrophe.
    begin, _ = sentence_at(row, at)
    return sum(lexeme.form in _QUOTES - {"‘"} for lexeme in lexemes[begin:at]) % 2 == 1


def _is_anothers(names: Names, at: int) -> bool:
    """Tell a name after a word for whoever signs, leads or teaches."""
    others = [names.row.at[hit.end - 1] for hit in names.hits if hit.group == "holder" and hit.name == "others"]
    return any(0 < at - last <= _REACH for last in others)


def _names_things(names: Names, found: Sequence[Lexeme]) -> bool:
    hits = names.vocabulary.hits([lexeme.form for lexeme in found if lexeme.is_word])
    return any(hit.group in _THINGS or (hit.group == "holder" and hit.name in ("institutions", "others", "joins")) for hit in hits)
