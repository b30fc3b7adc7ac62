"""Words that would explain a day after the day of issue, and do not: "the printed certificate was revoked on 3 September 2026"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# Labels that say of a day that nothing happened to the paper on it.
_EXPLAINING: Final = frozenset({"printed", "other", "valid", "period", "born"})
# Groups of words that may stand between "printed" and its day: "printed from the course portal on".
_LEADING_ON: Final = frozenset({"weekday", "course", "number", "label", "kind", "series", "printer"})
_ENDS: Final = frozenset({".", ";", "!", "?"})
_SMALL: Final = 3


def telling(row: Row, hits: Sequence[Hit], every: Sequence[Hit], day: range, vocabulary: Vocabulary) -> list[Hit]:
    """Return which of `hits` may label the day, words of the row, of `every` phrase of it: none that withdrawing stands between.

    What is printed may have something else happen to it, in words that no list holds: between "printed" and its day, and behind it in the
    sentence, stand only small words, names ("from the Kompetanseportal"), figures, and words for courses and papers.
    """
    void = [hit for hit in every if (hit.group, hit.name) == ("paper", "void")]
    kept = [hit for hit in hits if hit.name != "registered" and not (hit.name in _EXPLAINING and any(hit.end <= no.begin < day.start for no in void))]
    known = {at for hit in every if hit.group in _LEADING_ON or hit.name in ("institutions", "certificate") for at in range(hit.begin, hit.end)}
    # Between its first word and its last a phrase may leap over words of any kind ("printed … on").
    known |= {at for hit in every if hit.group == "date" for at in (hit.begin, hit.end - 1)}
    behind = range(day.stop, _sentence_end(row, day.stop))
    told = all(_leads_on(row, at, known, vocabulary) or _is_of_an_address(row, at) for at in behind) and not any(no.begin in behind for no in void)
    return [
        hit for hit in kept if hit.name != "printed" or (told and all(_leads_on(row, at, known, vocabulary) for at in range(hit.begin, day.start)))
    ]


def _sentence_end(row: Row, word: int) -> int:
    """Return where the line or the sentence ends that goes on at a word, and an address that no space parts."""
    line = row.lexeme(word - 1).segment
    while word < len(row.words) and row.lexeme(word).segment == line:
        marks = row.lexemes[row.at[word - 1] + 1 : row.at[word]]
        if any(mark.form in _ENDS for mark in marks) and not row.lexeme(word).glued:
            break
        word += 1
    return word


def _is_of_an_address(row: Row, word: int) -> bool:
    """Tell a part of "academy.example.eu/check": words that points join without a space."""
    begin = end = row.at[word]
    while begin > 0 and row.lexemes[begin].glued:
        begin -= 1
    while end + 1 < len(row.lexemes) and row.lexemes[end + 1].glued:
        end += 1
    return any(row.lexemes[at].form in (".", "@") and row.lexemes[at + 1].is_word for at in range(begin, end))


def _leads_on(row: Row, at: int, known: set[int], vocabulary: Vocabulary) -> bool:
    word = row.words[at]
    return at in known or len(word) <= _SMALL or word.isdecimal() or word in vocabulary.common or not row.lexeme(at).raw.islower()
