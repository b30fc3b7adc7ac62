"""From a laid-out document to its readings: one for each certificate that the file holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from lti_tool.evidence.facts import doubts_of_making, reading_of
from lti_tool.evidence.fingerprints import text_simhash
from lti_tool.evidence.layout import Document
from lti_tool.evidence.numbers import numbers
from lti_tool.evidence.parts import Stretch, stretches
from lti_tool.evidence.reading import Doubt, Link, Part, Place, Reading
from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.model import Scheme


def readings_of(document: Document, scheme: Scheme, *, sha256: str, media_type: str, doubts: Sequence[Doubt] = ()) -> tuple[Reading, ...]:
    """Return what a file says, a reading for each certificate in it; `doubts` are those of its making.

    A file of one certificate has one reading without a `part`. Doubts of the making without a page are every part's.
    """

    def read(part: Document) -> Reading:
        reading = reading_of(part, scheme, sha256=sha256, media_type=media_type)
        return replace(reading, text_simhash=text_simhash(part, reading))

    found = stretches(document, scheme, read)
    readings = [_with_beside(stretch, stretch.reading or read(stretch.document), scheme) for stretch in found]
    if len(found) == 1:
        return (replace(readings[0], doubts=(*doubts, *readings[0].doubts)),)
    return tuple(
        replace(reading, part=Part(number, len(found), stretch.first, stretch.last), doubts=(*_of_pages(doubts, stretch), *reading.doubts))
        for number, (stretch, reading) in enumerate(zip(found, readings, strict=True), start=1)
    )


def _with_beside(stretch: Stretch, reading: Reading, scheme: Scheme) -> Reading:
    """Add what the pages beside may add: numbers of the same paper, and how they are made."""
    if stretch.beside is None:
        return reading
    found = dict.fromkeys((*reading.numbers, *numbers(stretch.beside, vocabulary(scheme))))
    return replace(reading, numbers=tuple(found), doubts=(*reading.doubts, *doubts_of_making(stretch.beside)))


def _of_pages(doubts: Sequence[Doubt], stretch: Stretch) -> list[Doubt]:
    return [doubt for doubt in doubts if on(doubt.place, stretch.first, stretch.last)]


def on(place: Place | None, first: int, last: int) -> bool:
    """Tell what lies on pages `first` to `last` or has no page."""
    return place is None or first <= place.page <= last


def links_of(links: Sequence[Link], part: Part | None) -> tuple[Link, ...]:
    """Return the links of one part of a file; all of them for a file that is one certificate."""
    return tuple(link for link in links if part is None or on(link.place, part.first, part.last))
