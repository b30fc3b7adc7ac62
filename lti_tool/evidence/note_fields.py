"""What stands around a note and is none of it: the label of its field, and titles in quotation marks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row, share_baseline
from lti_tool.evidence.vocabulary import Hit

# The most words of a label ("Special indication"), and of a title that may be left out.
_LONGEST_LABEL: Final = 3
_LONGEST_TITLE: Final = 12
_NOWHERE: Final = -1000
_SHORTEST_TITLE: Final = 2
# A title has a word of so many letters that denies nothing, and none of these parts of a note.
_LONG_WORD: Final = 4
_OF_NOTE: Final = frozenset({"use", "purpose", "matter"})
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


def words_of_titles(row: Row, hits: Sequence[Hit]) -> frozenset[int]:
    """Return the words between quotation marks that are a title: several words, the first with a capital, and none of the note's own.

    `hits` are the phrases of the note and what denies it: a note in quotes is no title ("“This label cannot be used …”"), nor are words of
    denial alone ("it can “Not Be” used").
    """
    titled: set[int] = set()
    at = 0
    while at + 1 < len(row.lexemes):
        end = _closed(row, at)
        words = [word for word, index in enumerate(row.at) if at < index < end]
        said = {word for hit in hits for word in range(hit.begin, hit.end)}
        noted = any(hit.group == "note" and hit.name in _OF_NOTE and hit.begin in words for hit in hits)
        if len(words) >= _SHORTEST_TITLE and not noted and any(word not in said and len(row.words[word]) >= _LONG_WORD for word in words):
            titled.update(words)
        at = max(end, at) + 1
    return frozenset(titled)


def _closed(row: Row, at: int) -> int:
    """Return where quotes that open at a lexeme close; 0 if none do. A mark that hangs on the word before closes something else."""
    this, following = row.lexemes[at], row.lexemes[at + 1]
    closing = _QUOTES.get(this.form, "")
    opens = closing and not (at and this.glued and row.lexemes[at - 1].is_word) and following.raw[:1].isupper()
    reach = range(at + 1, min(at + _LONGEST_TITLE + 2, len(row.lexemes)))
    return next((index for index in reach if row.lexemes[index].form in closing), 0) if opens else 0
