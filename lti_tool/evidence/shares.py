"""What says that only a part of a course was completed: "3 of 5 modules", "the first module of the course", "40 % of the course"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# How many words before a word for parts of a course the numbers stand that tell a share of them, and what ends the search.
_REACH: Final = 3
_ENDS: Final = frozenset({".", "!", "?", ";", ":", ",", "(", ")", "–", "-", "|", "•"})
# How many words after a numbered part its course is named.
_NEAR: Final = 4
# "of", "von", "kaikkiaan".
_LONGEST_OF: Final = 9
# The courses of a series that some languages call modules too.
_COURSES: Final = 6


def shares(row: Row, hits: Sequence[Hit], vocabulary: Vocabulary) -> list[Hit]:
    """Return words that tell a part of a course, and not all of it."""
    parts = [hit for hit in hits if hit.group == "part"]
    told = [hit for hit in parts if len(_numbers_around(row, hit, vocabulary)) == 2]
    told += [hit for hit in parts if _one_of_several(row, hit, hits) or _numbered_part(row, hit, hits, vocabulary)]
    return told + [hit for hit in hits if (hit.group, hit.name) == ("statement", "share") and _has_share(row, hit)]


def _has_share(row: Row, hit: Hit) -> bool:
    """Tell "40 % of the course" from all of it."""
    at = row.at[hit.begin]
    return at > 1 and row.lexemes[at - 1].form == "%" and row.lexemes[at - 2].form != "100"


def _numbers_around(row: Row, hit: Hit, vocabulary: Vocabulary) -> set[int]:
    """Return the numbers up to 99, in figures or words, that stand around a word in its sentence, if one stands before it."""
    first, last = max(0, hit.begin - _REACH), min(len(row.words), hit.end + 2)
    while first < hit.begin and not _joined_up(row, first, hit.begin):
        first += 1
    while last > hit.end and not _joined_up(row, hit.begin, last - 1):
        last -= 1
    numbers = {at: number for at in range(first, last) if (number := _number(row, at, vocabulary)) is not None}
    before = any(at < hit.begin for at in numbers)
    return set(numbers.values()) if before and all(number < 100 for number in numbers.values()) else set()


def _number(row: Row, at: int, vocabulary: Vocabulary) -> int | None:
    """Return a number in figures, or in words; "one" is an article in many languages."""
    word = row.words[at]
    if word.isdecimal():
        return int(word)
    number = vocabulary.number_word(word, "cardinals")
    return number if number is not None and number > 1 else None


def _joined_up(row: Row, begin: int, end: int) -> bool:
    between = row.lexemes[row.at[begin] + 1 : row.at[end] + 1]
    return not any(lexeme.fresh or lexeme.form in _ENDS for lexeme in between)


def _one_of_several(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell "Module 2 of 5", "module 1 (of 5)"; the third module of six may be the third course of the series."""
    words = row.words[hit.end : hit.end + 3]
    if len(words) < 3 or not (words[0].isdecimal() and words[2].isdecimal()) or words[1].isdecimal():
        return False
    # "Modules: 1 Introduction · 2 Tools" is a list.
    between = row.lexeme(hit.end + 1).raw
    if not between.islower() or len(between) > _LONGEST_OF:
        return False
    number, of = int(words[0]), int(words[2])
    if not 1 <= number <= of < 100 or row.lexeme(hit.end + 2).segment != row.lexeme(hit.begin).segment:
        return False
    return not (of == _COURSES and _is_a_course(hit, hits))


def _numbered_part(row: Row, hit: Hit, hits: Sequence[Hit], vocabulary: Vocabulary) -> bool:
    """Tell "the first module of the course", "module 2 of the MOOC"."""
    before = row.words[hit.begin - 1] if hit.begin else ""
    after = row.words[hit.end] if hit.end < len(row.words) else ""
    if vocabulary.number_word(before, "ordinals") is None and not (after.isdecimal() and len(after) <= 2):
        return False
    courses = [other for other in hits if other.group == "course" and hit.end <= other.begin <= hit.end + _NEAR and not _names_a_series(row, other)]
    return any(_in_one_sentence(row, hit.begin, other.begin) for other in courses)


def _names_a_series(row: Row, hit: Hit) -> bool:
    """Tell the first part of a longer word ("MOOC-Reihe")."""
    after = row.at[hit.end - 1] + 1
    return after < len(row.lexemes) and row.lexemes[after].form in ("-", "‑") and row.lexemes[after].glued


def _in_one_sentence(row: Row, begin: int, end: int) -> bool:
    between = row.lexemes[row.at[begin] + 1 : row.at[end] + 1]
    return not any(lexeme.fresh or lexeme.form in (".", "!", "?", ";", ":", ",", "–", "|", "•") for lexeme in between)


def _is_a_course(hit: Hit, hits: Sequence[Hit]) -> bool:
    return any(other.group == "course" and other.begin == hit.begin for other in hits)
