"""What a paper says that it is: a certificate of something completed, or an enrolment, a programme, a sample."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.layout import Document, Row, Segment, Word, place_of
from lti_tool.evidence.reading import Doubt, Fact, Place
from lti_tool.evidence.vocabulary import Hit, Vocabulary
from lti_tool.scheme.phrases import words_of

# A phrase counts as a heading when it is set this much larger than the median, or fills this share of its line.
HEADING_SIZE: Final = 1.25
HEADING_SHARE: Final = 0.6
# Papers that say by their heading alone that they are nothing the scheme asks for.
_BY_HEADING: Final = frozenset(
    {"enrolment", "attendance", "programme", "curriculum-vitae", "refusal", "progress", "sample", "template", "letter", "application"}
)
# Words that a certificate of what the scheme asks for has no reason to use: a person should see them.
_IN_DOUBT: Final = frozenset({"refusal", "progress", "event", "application"})
# Papers that say so in any sentence, if nothing is said to be completed.
_BY_SENTENCE: Final = frozenset({"enrolment", "refusal", "progress"})


@dataclass(frozen=True, slots=True)
class Statements:
    """`certifies` and `completes`: what it says of itself; `other` the phrase by which it is another paper."""

    certifies: bool
    completes: bool
    other: Fact[str] | None
    doubts: tuple[Doubt, ...]


@dataclass(frozen=True, slots=True)
class _Said:
    paper: str
    text: str
    place: Place
    heading: bool


def statements(document: Document, vocabulary: Vocabulary) -> Statements:
    """Return what a paper says of itself."""
    stamp = _stamp(document, vocabulary)
    hits = [(row, vocabulary.hits(row.words)) for row in document.rows]
    completes = any(_affirmed(row, found) for row, found in hits)
    unmet = next((row.place(hit.begin, hit.end) for row, found in hits for hit in found if (hit.group, hit.name) == ("statement", "unmet")), None)
    # "Certificate" says so, and so does "awarded to".
    certifies = any((hit.group, hit.name) in (("statement", "certificate"), ("holder", "before")) for _, found in hits for hit in found)
    said = [_said(document, row, hit) for row, found in hits for hit in found if hit.group == "paper"]
    heading = next((entry for entry in said if entry.heading and entry.paper in _BY_HEADING), None)
    sentence = next((entry for entry in said if entry.paper in _BY_SENTENCE), None)
    doubts: list[Doubt] = []
    other = stamp
    if other is None and heading and not _certified(completes, heading, certifies=certifies):
        other = Fact(heading.text, heading.text, heading.place)
    elif other is None and heading:
        doubts.append(Doubt("paper-contradicts-itself", heading.text, heading.place))
    if other is None and sentence and not completes:
        other = Fact(sentence.text, sentence.text, sentence.place)
    doubtful = next((entry for entry in said if entry.paper in _IN_DOUBT), None)
    if other is None and doubtful and not doubts:
        doubts.append(Doubt("paper-contradicts-itself", doubtful.text, doubtful.place))
    if other is None and unmet is not None:
        doubts.append(Doubt("completion-denied", "", unmet))
    template = next((entry for entry in said if entry.paper == "template"), None)
    if other is None and template and not doubts:
        doubts.append(Doubt("looks-like-template", template.text, template.place))
    return Statements(certifies, completes, other, tuple(doubts))


def _certified(completes: bool, heading: _Said, *, certifies: bool) -> bool:
    """Tell whether a certificate stands against a heading: one that denies weighs more than the word alone; a completed course makes it a doubt."""
    return completes and certifies and heading.paper not in ("sample", "template", "curriculum-vitae")


def _affirmed(row: Row, hits: Sequence[Hit]) -> bool:
    """Tell whether something is said to be completed outside of every phrase that says it is not."""
    unmet = [hit for hit in hits if (hit.group, hit.name) == ("statement", "unmet")]
    return any(
        (hit.group, hit.name) == ("statement", "completed") and not any(other.begin < hit.end and hit.begin < other.end for other in unmet)
        for hit in hits
    )


def _said(document: Document, row: Row, hit: Hit) -> _Said:
    first = row.lexeme(hit.begin)
    words = [lexeme for lexeme in row.lexemes if lexeme.is_word and lexeme.segment == first.segment]
    share = sum(1 for index in range(hit.begin, hit.end) if row.lexeme(index).segment == first.segment) / max(1, len(words))
    large = first.word.size >= HEADING_SIZE * document.median_size and share >= 0.25
    return _Said(hit.name, row.raw(hit.begin, hit.end), row.place(hit.begin, hit.end), large or share >= HEADING_SHARE)


def _stamp(document: Document, vocabulary: Vocabulary) -> Fact[str] | None:
    """Return a watermark that says the paper is a sample: turned, faint, or large across the page."""
    candidates: list[tuple[str, Sequence[Word]]] = [(segment.text, segment.words) for segment in document.turned]
    candidates += [(segment.text, segment.words) for segment in document.segments if _across(document, segment)]
    candidates += [(word.text, [word]) for word in document.hidden if word.size > 2.5 * document.median_size]
    for text, words in candidates:
        for variant in (text, text.replace(" ", "")):
            hits = vocabulary.hits(words_of(variant))
            if any(hit.group == "paper" and hit.name in ("sample", "template") for hit in hits):
                return Fact(text, text, place_of(words))
    return None


def _across(document: Document, segment: Segment) -> bool:
    return segment.size > 2.0 * document.median_size and len(segment.words) <= 4
