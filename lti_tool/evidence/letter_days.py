"""The day of a letter: it stands alone at the head of the page, above the text."""

from __future__ import annotations

from typing import Final

from lti_tool.evidence.dates import DateFound
from lti_tool.evidence.layout import Document, Row

# Above which share of the page's height the head of a letter ends, and how many lines stand above its day at most.
_HEAD: Final = 0.4
_MOST_ABOVE: Final = 8
# A line of as many words says something.
_SENTENCE: Final = 8


def heads_letter(document: Document, row: Row, entry: DateFound) -> bool:
    """Tell a whole date that is all there is on its line, with nothing but short lines above."""
    first = row.lexemes[entry.begin]
    here = document.segment_of(first.word)
    if here is None or not entry.whole or here.page != 1 or here.box[1] > _HEAD:
        return False
    own = [at for at, lexeme in enumerate(row.lexemes) if lexeme.segment == first.segment and lexeme.is_word]
    if any(not entry.begin <= at < entry.end for at in own):
        return False
    above = [segment for segment in document.segments if segment.page == 1 and segment.box[3] <= here.box[1]]
    return len(above) <= _MOST_ABOVE and all(len(segment.words) < _SENTENCE for segment in above) and not _shares_its_line(document, here.box)


def _shares_its_line(document: Document, box: tuple[float, float, float, float]) -> bool:
    """Tell a date beside other writing, as in a form or in the line that a browser prints."""
    level = [segment for segment in document.segments if segment.page == 1 and segment.box[1] < box[3] and segment.box[3] > box[1]]
    return len(level) > 1
