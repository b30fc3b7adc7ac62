"""The lines that a browser prints at the edges of a page: date and time, the page's title, its address, how many pages there are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum
from typing import Final

from lti_tool.evidence.layout import Document, Word

# How far from the edge of a page such a line ends at most, as a share of the page's height.
_EDGE: Final = 0.12
_TIME: Final = re.compile(r"(?<!\d)(?:[01]?\d|2[0-3])[:.][0-5]\d(?![\d.:]*\d)")
_ADDRESS: Final = re.compile(
    r"[a-z]+://|\bwww\.|\.(?:php|html?|aspx?|jsp|cgi|pdf)\b|[?&][a-z]+=|\b(?:[a-z0-9-]+\.)+[a-z]{2,}/", re.IGNORECASE
)  # fmt: skip
# "1/2", and beside a time also "Page 1 of 2".
_COUNT: Final = re.compile(r"(?:^|\s)\d{1,3}\s*/\s*\d{1,3}\W*$")
_PAGES: Final = re.compile(r"(?:^|\s)\d{1,3}\s+\w{1,6}\s+\d{1,3}(?:$|\s)")


class Printed(Enum):
    """Whether the line of a date was printed by a browser: surely, perhaps, or not."""

    SURELY = "surely"
    PERHAPS = "perhaps"
    NO = "no"


def printed_by_browser(document: Document, dated: Sequence[Word]) -> Printed:
    """Say it of the line in which these words of a date stand."""
    first = dated[0]
    height = first.box[3] - first.box[1]
    level = [
        word
        for segment in document.segments
        if segment.page == first.page
        for word in segment.words
        if abs(_middle(word) - _middle(first)) < 0.6 * height
    ]
    if not _is_outermost(document, level):
        return Printed.NO
    ids = {id(word) for word in dated}
    rest = [word for word in level if id(word) not in ids]
    text = " ".join(word.text for word in rest)
    time = _TIME.search(text) is not None
    elsewhere = _ADDRESS.search(text) is not None or _COUNT.search(text) is not None
    # What signs a file may set day and hour at the foot of a page; at its head stand the title of a page and the hour of its print.
    if time and (elsewhere or _PAGES.search(text) or (len(rest) > 1 and first.box[3] < _EDGE)):
        return Printed.SURELY
    return Printed.PERHAPS if time or elsewhere else Printed.NO


def _middle(word: Word) -> float:
    return (word.box[1] + word.box[3]) / 2


def _is_outermost(document: Document, level: Sequence[Word]) -> bool:
    """Tell the first or the last line of a page, close to its edge."""
    page, top, bottom = level[0].page, min(word.box[1] for word in level), max(word.box[3] for word in level)
    others = [word for segment in document.segments if segment.page == page for word in segment.words if all(word is not own for own in level)]
    first = bottom < _EDGE and all(_middle(word) > bottom for word in others)
    last = top > 1 - _EDGE and all(_middle(word) < top for word in others)
    return first or last
