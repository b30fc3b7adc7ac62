"""The layer of text that a scanner puts unseen under a picture, compared with what was read in the picture; runs in the child only.

What it says counts for nothing. But programs find, copy and read aloud the layer and people see the picture: where the two tell different
things of what decides, somebody made it so, and a person should know.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.facts import reading_of
from lti_tool.evidence.layout import Word
from lti_tool.evidence.reading import Doubt, Fact, Place, Reading
from lti_tool.scheme.model import Scheme
from lti_tool.scheme.phrases import words_of

# A layer of text under a page that has fewer words is no such layer.
_LAYER: Final = 5
# In a title or a note, where every slip of the scanner's own reading would count otherwise, this share of words is enough, but every figure.
_MOST_WORDS: Final = 0.8
# A layer that names two courses says another than the picture, which names one.
_UNCLEAR: Final = frozenset({"course-unclear", "kind-unclear"})


def with_layer(reading: Reading, under: Sequence[Word], scheme: Scheme) -> Reading:
    """Doubt a layer that says something else of the holder, the date, the kind of document or the note than its picture shows."""
    first, last = (reading.part.first, reading.part.last) if reading.part else (1, reading.pages)
    layer = [replace(word, visible=True) for word in under if first <= word.page <= last]
    for place in _otherwise(reading, layer, scheme) if len(layer) >= _LAYER else ():
        doubt = Doubt("hidden-text", " ".join(word.text for word in layer)[:200], place)
        return replace(reading, doubts=(*reading.doubts, doubt))
    return reading


def _otherwise(reading: Reading, layer: Sequence[Word], scheme: Scheme) -> Iterator[Place | None]:
    """Yield the place of each fact of which the layer says something else."""
    for fact in (reading.holder, reading.issue_date):
        if fact is not None and _missing(fact, layer):
            yield fact.place
    read = reading_of(document_of(list(layer), reading.pages), scheme, sha256="", media_type="")
    other = read.kind_id != reading.kind_id and (read.kind_id is not None or _mostly_missing(reading.title, layer))
    if other or _UNCLEAR.intersection(_codes(read)) - _codes(reading):
        yield (reading.title or read.title or Fact("", "", None)).place
    ours, theirs = reading.disclaimer, read.disclaimer
    says, denies = theirs is not None and theirs.value, theirs is not None and not theirs.value and bool(theirs.text)
    if ours is not None and ours.value and (denies or (not says and _mostly_missing(ours, layer))):
        yield ours.place
    elif says and not (ours is not None and ours.value):
        yield ours.place if ours else None


def _codes(reading: Reading) -> set[str]:
    return {doubt.code for doubt in reading.doubts}


def _on_page(place: Place | None, layer: Sequence[Word]) -> set[str]:
    """Return the words of the layer under the page of a fact; none where that page has no layer."""
    found = [word for word in layer if place is not None and word.page == place.page]
    return {form for word in found for form in words_of(word.text)} if len(found) >= _LAYER else set()


def _missing(fact: Fact[str] | Fact[date], layer: Sequence[Word]) -> bool:
    said = _on_page(fact.place, layer)
    return bool(said) and not said.issuperset(words_of(fact.text))


def _mostly_missing(fact: Fact[str] | Fact[bool] | None, layer: Sequence[Word]) -> bool:
    said = _on_page(fact.place, layer) if fact else set()
    words = words_of(fact.text) if fact else ()
    found = [word for word in words if word in said]
    figures = all(word in said for word in words if word.isdecimal())
    return bool(said) and (not figures or len(found) < _MOST_WORDS * len(words))
