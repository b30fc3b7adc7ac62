"""Names that stand where a holder's may and are none: of who signs ("I, the undersigned …, certify"), and of things in quotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lti_tool.evidence.holder_candidates import Candidate
from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.vocabulary import Vocabulary

_QUOTES: Final = frozenset({'"', "“", "”", "„", "«", "»", "‚", "‘", "’", "‹", "›"})
_ENDS: Final = frozenset({",", ";", ":", "("})
# How many words of a signer's title and name are looked at, and how many of them are a name at least.
_LONGEST: Final = 8
_FEWEST: Final = 2


def without_others(candidates: Sequence[Candidate], document: Document, vocabulary: Vocabulary) -> list[Candidate]:
    """Leave out names of who signs, and what stands in quotes in the middle of a sentence."""
    if not candidates:
        return []
    signers = [signer for row in document.rows[:1] for signer in _signers(row, vocabulary)]
    kept = [found for found in candidates if not any(found.words <= signer for signer in signers)]
    return [found for found in kept if not any(_is_quoted(found, row) for row in document.rows)]


def _signers(row: Row, vocabulary: Vocabulary) -> Iterator[frozenset[str]]:
    """Yield the words right after "the undersigned", up to a comma or a word in small letters that is no title."""
    hits = vocabulary.hits(row.words)
    titles = {hit.begin for hit in hits if (hit.group, hit.name) == ("holder", "titles")}
    for hit in hits:
        # In a text all of capitals nothing tells where the name ends.
        if (hit.group, hit.name) != ("holder", "signing") or row.lexeme(hit.end - 1).raw.isupper():
            continue
        found: list[str] = []
        for index in range(hit.end, min(hit.end + _LONGEST, len(row.words))):
            lexeme = row.lexeme(index)
            parted = any(mark.form in _ENDS for mark in row.lexemes[row.at[index - 1] + 1 : row.at[index]])
            if (parted and found) or not (lexeme.raw[:1].isupper() or index in titles):
                break
            found.append(lexeme.form)
        if len(found) >= _FEWEST:
            yield frozenset(found)


def _is_quoted(candidate: Candidate, row: Row) -> bool:
    """Tell a name in quotes with words of its line on both sides or after it: "receives it for the “Anna Muster” project"."""
    first = next((at for at, lexeme in enumerate(row.lexemes) if lexeme is candidate.lexemes[0]), None)
    if not first:
        return False
    last = first + len(candidate.lexemes)
    after = row.lexemes[last : last + 2]
    opens = row.lexemes[first - 1].form in _QUOTES
    return opens and len(after) > 1 and after[0].form in _QUOTES and after[1].is_word and after[1].segment == after[0].segment
