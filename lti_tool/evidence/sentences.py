"""Where sentences and lines begin and end in a row, and which phrases stand in one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Lexeme, Row
from lti_tool.evidence.vocabulary import Hit

_ENDS: Final = frozenset({".", ";", ":", "!", "?"})
_APOSTROPHES: Final = frozenset({"'", "’", "‘", "ʼ"})
QUOTES: Final = frozenset({'"', "“", "”", "„", "«", "»", "‚", "‹", "›"})
# The number of a field ("10.") is at most so long, in figures and in all.
_LONGEST_NUMBER: Final = 2
_NUMBERING: Final = 2
# What may stand before the first word of an item, in lexemes and in signs of one.
_MARKS: Final = 4
_LONGEST_MARK: Final = 2
# A paper's heading has so many words at most.
_HEADING: Final = 3


def sentence_around(row: Row, hit: Hit) -> tuple[int, int]:
    """Return where the sentence around a phrase begins and ends, as indexes of lexemes."""
    return _widened(row, row.at[hit.begin], row.at[hit.end - 1] + 1)


def sentence_at(row: Row, at: int) -> tuple[int, int]:
    """Return where the sentence around a lexeme begins and ends."""
    return _widened(row, at, at + 1)


def _widened(row: Row, begin: int, end: int) -> tuple[int, int]:
    while begin > 0 and not row.lexemes[begin].fresh and row.lexemes[begin - 1].form not in _ENDS:
        begin -= 1
    while end < len(row.lexemes) and not row.lexemes[end].fresh and row.lexemes[end].form not in _ENDS:
        end += 1
    return begin, end


def is_written_large(lexeme: Lexeme) -> bool:
    """Tell a word that begins with a capital."""
    return lexeme.is_word and lexeme.raw[:1].isupper()


def ends_inside(row: Row, hit: Hit) -> bool:
    """Tell a sentence or a field that ends inside of a phrase."""
    return any(lexeme.form in (".", ";", ":", "!", "?") for lexeme in row.lexemes[row.at[hit.begin] : row.at[hit.end - 1]])


def in_one_sentence(row: Row, first: Hit, last: Hit) -> bool:
    """Tell two phrases, in their order, between which no sentence and no paragraph ends."""
    between = row.lexemes[row.at[first.end - 1] + 1 : row.at[last.begin] + 1]
    return not any(lexeme.fresh or lexeme.form in (".", "!", "?", ";", ":") for lexeme in between)


def attests_alone(rows: Sequence[tuple[Row, Sequence[Hit]]]) -> bool:
    """Tell a paper that attests something of somebody, and speaks of no other one in sentences of their own: "The certificate follows by post"."""
    named = [(row, hit, found) for row, found in rows for hit in found if (hit.group, hit.name) == ("statement", "certificate")]
    attesting = [(row, hit) for row, found in rows for hit in found if (hit.group, hit.name) == ("holder", "before")]
    return bool(attesting) and all(_speaks_of_itself(row, hit, found) for row, hit, found in named)


def _speaks_of_itself(row: Row, paper: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a word for a paper in a sentence that attests, or alone on its line as a heading."""
    begin, end = sentence_around(row, paper)
    words = [at for at in range(begin, end) if row.lexemes[at].is_word]
    if len(words) <= _HEADING or any((hit.group, hit.name) == ("holder", "before") and begin <= row.at[hit.begin] < end for hit in hits):
        return True
    return any((hit.group, hit.name) in (("statement", "idle"), ("note", "matter")) and begin <= row.at[hit.begin] < end for hit in hits)


def begins_line(row: Row, at: int) -> bool:
    """Tell the first lexeme of a line, or the first after the number of a form's field ("10. Date of issue")."""
    begin = at
    while begin > 0 and at - begin < _NUMBERING and row.lexemes[begin - 1].segment == row.lexemes[at].segment:
        begin -= 1
    ahead = [lexeme.form for lexeme in row.lexemes[begin:at]]
    if begin > 0 and ahead and row.lexemes[begin - 1].segment == row.lexemes[at].segment:
        return False
    return not ahead or (ahead[0].isdecimal() and len(ahead[0]) <= _LONGEST_NUMBER and all(form in (".", ")") for form in ahead[1:]))


def begins_item(row: Row, at: int) -> bool:
    """Tell the first lexeme of a list's item: before it on its line stand at most a bullet, a number, a tick, or what a scan makes of them."""
    ahead = [lexeme for lexeme in row.lexemes[max(0, at - _MARKS - 1) : at] if lexeme.segment == row.lexemes[at].segment]
    return len(ahead) <= _MARKS and all(len(lexeme.form) <= _LONGEST_MARK for lexeme in ahead)


def lies_within(hit: Hit, other: Hit) -> bool:
    """Tell a phrase inside of a longer one."""
    return other.begin <= hit.begin and hit.end <= other.end and hit.end - hit.begin < other.end - other.begin


def opens_quotes(row: Row, first: Hit, last: Hit) -> bool:
    """Tell that the second of two phrases stands in quotes that open after the first: "the label for “Art without borders”"."""
    between = row.lexemes[row.at[first.end - 1] + 1 : row.at[last.begin]]
    return sum(lexeme.form in QUOTES for lexeme in between) % 2 == 1


def is_an_ending(row: Row, hit: Hit) -> bool:
    """Tell one word that an apostrophe hangs on the one before: Turkish "Etiketi'ni"."""
    first = row.at[hit.begin]
    return hit.end - hit.begin == 1 and first > 0 and row.lexemes[first].glued and row.lexemes[first - 1].form in _APOSTROPHES
