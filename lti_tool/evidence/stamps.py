"""Writing across a page that makes it a sample, such as SAMPLE, or that nobody can tell the meaning of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lti_tool.evidence.layout import Document, Segment, Word, place_of
from lti_tool.evidence.names_that_mark import NameOnPaper
from lti_tool.evidence.reading import Doubt, Fact, Place
from lti_tool.evidence.vocabulary import Vocabulary
from lti_tool.scheme.phrases import words_of

# Papers that nobody was given, or that were taken back.
MARKS: Final = frozenset({"sample", "template", "void"})
# How much larger than the text writing is that goes across a page, and writing that can be nothing but that.
_ACROSS, _LARGEST = 2.0, 3.0
# What turned writing may say in large letters: whose paper it is, and what.
_DECORATION: Final = frozenset({"series", "label", "kind"})
# A shorter word is a piece of an ornament.
_SHORTEST: Final = 4


def stamp(document: Document, vocabulary: Vocabulary, name: NameOnPaper) -> Fact[str] | None:
    """Return a watermark that says the paper is a sample: turned, faint, or large across the page and no part of the name."""
    candidates: list[tuple[str, Sequence[Word]]] = [(segment.text, segment.words) for segment in document.turned]
    candidates += [(segment.text, segment.words) for segment in document.segments if _across(document, segment)]
    candidates += [(word.text, [word]) for word in document.hidden if word.size > 2.5 * document.median_size]
    for text, words in candidates:
        for variant in (text, text.replace(" ", "")):
            if any(not name.holds(" ".join(mark), _place_among(words, mark)) for mark in _marks(vocabulary, variant)):
                return Fact(text, text, place_of(words))
    return None


def doubted_stamp(document: Document, vocabulary: Vocabulary, name: NameOnPaper) -> Doubt | None:
    """Return a doubt for large writing across the page that may be such a watermark in words that the paper's languages don't tell.

    Turned, it is doubted unless the paper says it elsewhere too or it names what is on the paper; level, where it is a word for a sample
    in any language.
    """
    for segment in document.turned:
        if segment.size > _ACROSS * document.median_size and _unheard(document, vocabulary, segment.text):
            return Doubt("paper-contradicts-itself", segment.text, place_of(segment.words))
    anywhere = replace(vocabulary, only=None, heard=frozenset(), memory={})
    for segment in document.segments:
        if segment.size > _LARGEST * document.median_size and len(segment.words) == 1:
            place = place_of(segment.words)
            if any(not name.holds(" ".join(mark), place) for mark in _marks(anywhere, segment.text)):
                return Doubt("paper-contradicts-itself", segment.text, place)
    return None


def _marks(vocabulary: Vocabulary, text: str) -> list[tuple[str, ...]]:
    """Return the words for a sample in a text."""
    forms = tuple(words_of(text))
    return [forms[hit.begin : hit.end] for hit in vocabulary.hits(forms) if hit.group == "paper" and hit.name in MARKS]


def _unheard(document: Document, vocabulary: Vocabulary, text: str) -> list[str]:
    """Return the words of a text that neither stand in the paper's level writing nor say whose paper it is, and what."""
    forms = words_of(text)
    said = set(document.rows[0].words) if document.rows else set()
    for hit in vocabulary.hits(forms):
        if hit.group in _DECORATION or (hit.group, hit.name) == ("statement", "certificate"):
            said.update(forms[hit.begin : hit.end])
    return [form for form in forms if form.isalpha() and len(form) >= _SHORTEST and form not in said]


def _place_among(words: Sequence[Word], forms: Sequence[str]) -> Place:
    """Return where these forms stand among words; all of the words' where they run over several."""
    return place_of([word for word in words if not set(forms).isdisjoint(words_of(word.text))] or words)


def _across(document: Document, segment: Segment) -> bool:
    return segment.size > _ACROSS * document.median_size and len(segment.words) <= 4
