"""Names that stand further before "has completed" than the line of it: before a clause, or lines above that say what somebody is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from lti_tool.evidence.layout import Lexeme

if TYPE_CHECKING:
    from lti_tool.evidence.holder_candidates import Names

_ENDS: Final = frozenset({".", "!", "?", ";", ":", "•"})
_APOSTROPHES: Final = frozenset({"'", "’", "‘", "ʼ", "`", "´"})
_INNER: Final = frozenset({"-", "‐", "‑", "'", "’"})
# How long a sentence is searched, how many lines above, and how many words a name has.
LONGEST_SENTENCE: Final = 40
MOST_LINES: Final = 3
NAME_WORDS: Final = (2, 5)
LONGEST_SUFFIX: Final = 4
# How many lexemes degrees behind a name are, and how many figures a day has.
LONGEST_DEGREES: Final = 12
_DAY_FIGURES: Final = 3


def subject_of_sentence(names: Names, begin: int) -> list[Lexeme]:
    """Return the name that begins the sentence which lexeme `begin` is in, if a comma ends it: "Maria Rossi, teacher at …, completed"."""
    lexemes = names.row.lexemes
    start = begin
    while start > 0 and begin - start < LONGEST_SENTENCE and not lexemes[start].fresh and lexemes[start - 1].form not in _ENDS:
        start -= 1
    if lexemes[start].segment == lexemes[begin].segment:
        return []
    found = _name_from(names, names.past_openers(start))
    return found if found and _follows_comma(lexemes, found) else []


def _follows_comma(lexemes: Sequence[Lexeme], found: Sequence[Lexeme]) -> bool:
    at = next(index for index, lexeme in enumerate(lexemes) if lexeme is found[-1])
    return at + 1 < len(lexemes) and lexemes[at + 1].form == ","


def line_above(names: Names, begin: int) -> list[Lexeme]:
    """Return the name that fills a line above the one which lexeme `begin` is in, over lines in small letters ("teacher at …") and a school's."""
    lexemes = names.row.lexemes
    segment, at = lexemes[begin].segment, begin
    for _ in range(MOST_LINES):
        while at > 0 and lexemes[at].segment == segment:
            at -= 1
        if lexemes[at].segment == segment or lexemes[at].word.page != lexemes[begin].word.page:
            return []
        segment, last = lexemes[at].segment, at
        first = last
        while first > 0 and lexemes[first - 1].segment == segment:
            first -= 1
        found = _name_from(names, names.past_openers(first))
        if found and found[-1] is lexemes[last]:
            return found
        if not lexemes[first].raw[:1].islower() and not any(is_institution(names, index) for index in range(first, last + 1)):
            return []
        at = first
    return []


def _name_from(names: Names, at: int) -> list[Lexeme]:
    """Return the words with capitals that begin here, if they are a name of two words or more."""
    lexemes = names.row.lexemes
    if at >= len(lexemes):
        return []
    segment, end = lexemes[at].segment, at
    while end < len(lexemes) and lexemes[end].segment == segment and _may_be_of_a_name(names, lexemes[end]):
        end += 1
    found = list(lexemes[at:end])
    fewest, most = NAME_WORDS
    return found if fewest <= sum(lexeme.is_word for lexeme in found) <= most and names.cleaned(found) else []


def _may_be_of_a_name(names: Names, lexeme: Lexeme) -> bool:
    if not lexeme.is_word:
        return lexeme.form in _INNER and lexeme.glued
    return lexeme.raw[:1].isupper() or lexeme.form in names.vocabulary.particles


def is_institution(names: Names, at: int) -> bool:
    """Tell a school's or another body's word with a capital, outside of a label's own name ("National Quality Label")."""
    word = names.word_at.get(at, -1)
    labelled = any(hit.group == "label" and hit.begin <= word < hit.end for hit in names.hits)
    begun = any(hit.name == "institutions" and hit.begin == word for hit in names.hits)
    return begun and not labelled and names.row.lexemes[at].raw[:1].isupper()


def before_asides(lexemes: Sequence[Lexeme], begin: int) -> int:
    """Return where a day in figures or degrees between commas begin that stand right before a phrase, else `begin`.

    "Balogh Orsolya 2026. 08. 21-én befejezte", "Mark Vella, B.Ed. (Hons), has passed".
    """
    at = begin
    while at > 0 and lexemes[at - 1].segment == lexemes[begin].segment and _is_of_a_day(lexemes, at - 1):
        at -= 1
    if sum(lexeme.form.isdecimal() for lexeme in lexemes[at:begin]) >= _DAY_FIGURES:
        return at
    if begin == 0 or lexemes[begin - 1].form != ",":
        return begin
    first = next((at for at in range(begin - 2, max(-1, begin - LONGEST_DEGREES), -1) if lexemes[at].form == ","), None)
    return first if first is not None and _are_degrees(lexemes[first + 1 : begin - 1]) else begin


def _is_of_a_day(lexemes: Sequence[Lexeme], at: int) -> bool:
    lexeme = lexemes[at]
    ending = lexeme.glued and at > 0 and lexemes[at - 1].form == "-" and len(lexeme.form) < LONGEST_SUFFIX
    return lexeme.form.isdecimal() or lexeme.form in (".", "/", "-") or ending


def _are_degrees(lexemes: Sequence[Lexeme]) -> bool:
    """Tell "B.Ed. (Hons)", "MSc", "M.A." from a given name behind its surname."""
    if not lexemes or len({lexeme.segment for lexeme in lexemes}) > 1:
        return False
    words = [lexeme for lexeme in lexemes if lexeme.is_word]
    short = all(len(lexeme.form) <= LONGEST_SUFFIX and _capital(lexeme) for lexeme in words)
    return short and (any(lexeme.form == "." for lexeme in lexemes) or all(sum(map(str.isupper, lexeme.raw)) > 1 for lexeme in words))


def with_suffix(names: Names) -> Iterator[list[Lexeme]]:
    """Yield names with an ending of Turkish after an apostrophe: "Selin Defneli’nin", "Selin Defneli’ye"."""
    if names.vocabulary.only is None or "tr" not in names.vocabulary.only:
        return
    lexemes = names.row.lexemes
    for at in range(2, len(lexemes) - 1):
        suffix = lexemes[at + 1]
        if lexemes[at].form in _APOSTROPHES and suffix.glued and suffix.raw.islower() and len(suffix.form) <= LONGEST_SUFFIX:
            first = at
            while first > 0 and lexemes[first - 1].segment == lexemes[at].segment and _capital(lexemes[first - 1]):
                first -= 1
            found = list(lexemes[first:at])
            if len(found) >= NAME_WORDS[0]:
                yield found


def _capital(lexeme: Lexeme) -> bool:
    return lexeme.is_word and lexeme.raw[:1].isupper()
