"""What stands around a note and is none of it: the label of its field, and titles in quotation marks."""

from __future__ import annotations

from typing import Final

from lti_tool.evidence.layout import Row, share_baseline

# The most words of a label ("Special indication"), and of a title that may be left out.
_LONGEST_LABEL: Final = 3
_LONGEST_TITLE: Final = 12
_NOWHERE: Final = -1000
_SHORTEST_TITLE: Final = 2
_QUOTES: Final = {"„": '”“"', "“": "”", "«": "»", "»": "«", "”": "”", "‘": "’", "‚": "‘’"}


def value_around(row: Row, word: int) -> int:
    """Return the first word of the field's value that a word stands in, beside its label; -1000 where it stands in none."""
    begin = word
    while begin > 0 and row.lexeme(begin - 1).segment == row.lexeme(word).segment and not _is_parted(row, begin):
        begin -= 1
    label = begin
    while label > 0 and begin - label <= _LONGEST_LABEL and share_baseline(row.lexeme(label - 1), row.lexeme(begin)):
        label -= 1
    return begin if 0 < begin - label <= _LONGEST_LABEL and _is_parted(row, begin) else _NOWHERE


def _is_parted(row: Row, word: int) -> bool:
    """Tell a word before which a colon or the edge of a column stands, on its line."""
    before, this = row.lexeme(word - 1), row.lexeme(word)
    colon = any(lexeme.form == ":" for lexeme in row.lexemes[row.at[word - 1] + 1 : row.at[word]])
    return share_baseline(before, this) and (colon or before.segment != this.segment)


def words_of_titles(row: Row) -> frozenset[int]:
    """Return the words between quotation marks that are a title: several words, the first with a capital."""
    titled: set[int] = set()
    for at, lexeme in enumerate(row.lexemes):
        closing = _QUOTES.get(lexeme.form, "")
        if not closing or at + 1 >= len(row.lexemes) or not row.lexemes[at + 1].raw[:1].isupper():
            continue
        reach = range(at + 1, min(at + _LONGEST_TITLE + 2, len(row.lexemes)))
        end = next((index for index in reach if row.lexemes[index].form in closing), 0)
        words = [word for word, index in enumerate(row.at) if at < index < end]
        if len(words) >= _SHORTEST_TITLE:
            titled.update(words)
    return frozenset(titled)
