"""Words that are a course's title on one paper and an ordinary word on another: "peer assessment", "final assessment"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.vocabulary import Hit, Vocabulary
from lti_tool.scheme.phrases import words_of

_QUOTES: Final = frozenset({'"', "“", "”", "„", "«", "»", "‚", "‘", "’", "'", "‹", "›"})
# How many words from a course's number its title may stand.
_NEAR: Final = 6


def is_qualified(hit: Hit, hits: Sequence[Hit], row: Row, document: Document, vocabulary: Vocabulary) -> bool:
    """Tell a single word that another makes an ordinary one: "final assessment", in one line or over two of a narrow column."""
    if hit.end - hit.begin > 1:
        return False
    beside = [other for other in hits if other.group == "qualifier" and hit.begin in (other.end, other.begin - 1)]
    segment = row.lexeme(hit.begin).segment
    words = [row.lexeme(other.begin) for other in beside]
    return any(word.segment == segment or word.raw.islower() for word in words) or _is_qualified_below(hit, row, document, vocabulary)


def _is_qualified_below(hit: Hit, row: Row, document: Document, vocabulary: Vocabulary) -> bool:
    """Tell the head of a narrow column: "Assessment / (final)"."""
    left, top, right, bottom = row.place(hit.begin, hit.end).box
    page, height = row.lexeme(hit.begin).word.page, bottom - top
    below = (
        segment
        for segment in document.segments
        if segment.page == page and segment.box[0] < right and left < segment.box[2] and -0.3 * height < segment.box[1] - bottom < 0.8 * height
    )
    return any(other.group == "qualifier" for segment in below if len(segment.words) == 1 for other in vocabulary.hits(words_of(segment.text)))


def is_ordinary(hit: Hit, row: Row, numbers: Sequence[tuple[int, int]]) -> bool:
    """Tell one small word of a sentence, neither in quotes nor alone in its line nor near to a course's number (`numbers`, and where they stand)."""
    if hit.end - hit.begin > 1 or not row.lexeme(hit.begin).raw.islower():
        return False
    at = row.at[hit.begin]
    around = [row.lexemes[index] for index in (at - 1, at + 1) if 0 <= index < len(row.lexemes)]
    alone = all(lexeme.segment != row.lexemes[at].segment for lexeme in around)
    quoted = any(lexeme.form in _QUOTES for lexeme in around)
    return not alone and not quoted and not any(abs(hit.begin - index) <= _NEAR for _, index in numbers)
