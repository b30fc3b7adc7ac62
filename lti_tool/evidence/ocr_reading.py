"""A document of pictures read twice, each time a little differently, and a third time where the two disagree; runs in the child only.

One misread digit makes a date another date that looks as good. So a fact counts only where two readings agree on it and one of them
is sure of every word; anything else is left to a person, with what was seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.layout import Word
from lti_tool.evidence.ocr_agreement import Look, agree, merged
from lti_tool.evidence.ocr_marks import marks, pale, slants
from lti_tool.evidence.ocr_page import WAYS, ReadPage, Sheet, read_page
from lti_tool.evidence.ocr_stamps import stamped
from lti_tool.evidence.reading import Doubt, Place, Reading
from lti_tool.evidence.readings import readings_of
from lti_tool.scheme.model import Scheme

# More pages than these take too long to be read a third time.
_MOST_READ_THRICE: Final = 4
_WHOLE: Final = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Pictures:
    """A document of which `sheets` are pictures of pages; `words` are those of its other pages, `count` is how many pages there are."""

    sheets: tuple[Sheet, ...]
    words: tuple[Word, ...] = ()
    count: int = 1


def readings_of_pictures(pictures: Pictures, scheme: Scheme, *, sha256: str, media_type: str, doubts: Sequence[Doubt] = ()) -> tuple[Reading, ...]:
    """Return what a document says of which pages are pictures: a reading for each certificate in it.

    Places are in fractions of the pages as they were handed in. What can't be told for certain has the doubt ``ocr-unsure``.
    """

    def pages(dpi: float, specks: str) -> dict[int, ReadPage]:
        return {sheet.number: read_page(sheet, dpi, specks) for sheet in pictures.sheets}

    def look(read: dict[int, ReadPage]) -> Look:
        words = sorted((*pictures.words, *(word for page in read.values() for word in page.words), *found), key=lambda word: word.page)
        readings = readings_of(document_of(words, pictures.count), scheme, sha256=sha256, media_type=media_type, doubts=(*doubts, *unread))
        return Look(readings, read)

    first = pages(*WAYS[0])
    left = {sheet.number: pale(sheet) for sheet in pictures.sheets}
    found = [mark for sheet in pictures.sheets for mark in marks(sheet, first[sheet.number], left[sheet.number])]
    found += [word for sheet in pictures.sheets for word in stamped(sheet, first[sheet.number])]
    unread = [Doubt("writing-in-picture", "", Place(sheet.number, _WHOLE)) for sheet in pictures.sheets if slants(left[sheet.number])]
    looks = [look(first), look(pages(*WAYS[1]))]
    if not agree(looks) and len(pictures.sheets) <= _MOST_READ_THRICE:
        looks.append(look(pages(*WAYS[2])))
    return merged(looks)
