"""A certificate with no sentence at all: a heading, a name, a course of the series and a date, each in lines of their own.

Nothing on it says that something was completed but that it is a certificate of it. So it counts only if every word of every line is
understood: one word that is not may say that it is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from lti_tool.evidence.layout import Document, Segment
from lti_tool.evidence.vocabulary import TITLES, Hit, Vocabulary
from lti_tool.scheme.phrases import words_of

# What a certificate has no reason to say, and words that begin a sentence: with any of them it is none of these.
_SPEAKING: Final = frozenset({("statement", "unmet"), ("statement", "negation"), ("holder", "others")})
# Hits that explain a word; small words that join or end names explain nothing.
_EXPLAINING: Final = frozenset({"kind", "series", "label", "course", "number", "date", "weekday"})
_LEADING: Final = frozenset({("holder", "label"), ("holder", "before"), ("holder", "institutions")})
_CERTIFYING: Final = frozenset({("statement", "certificate"), ("statement", "completed")})
_LONGEST_NAME: Final = 6
_MOST_LINES: Final = 24
# Shorter words deny in one language and mean something else in most.
_SHORTEST_DENIAL: Final = 3
_PLACES: Final = 2


def is_plain_certificate(document: Document, vocabulary: Vocabulary) -> bool:
    """Tell a heading that is the word certificate alone, the series, a date, at most one name, and nothing else."""
    # So few words hardly tell their language: all are heard.
    everywhere = replace(vocabulary, only=None, heard=frozenset(), memory={})
    titled = _titled(document, vocabulary)
    lines = [_Line(segment, everywhere, titled) for segment in document.segments[: _MOST_LINES + 1]]
    hits = [hit for line in lines for hit in line.hits]
    if len(lines) > _MOST_LINES or any(line.speaks for line in lines):
        return False
    headed = any(line.is_heading(document) for line in lines)
    if not headed or not any((hit.group, hit.name) == ("series", "title") for hit in hits) or not any(line.is_dated for line in lines):
        return False
    unexplained = [line for line in lines if not line.is_explained]
    return len(unexplained) <= 1 and all(line.is_a_name for line in unexplained)


def _titled(document: Document, vocabulary: Vocabulary) -> frozenset[int]:
    """Return which words (by identity) are of a title that may run over several lines."""
    return frozenset(
        id(row.lexeme(at).word)
        for row in document.rows
        for hit in vocabulary.hits(row.words)
        if hit.group in TITLES
        for at in range(hit.begin, hit.end)
    )


class _Line:
    """One line, with the phrases found in it alone."""

    def __init__(self, segment: Segment, vocabulary: Vocabulary, titled: frozenset[int]) -> None:
        self.segment = segment
        self.titled = {part for word in segment.words if id(word) in titled for part in words_of(word.text)}
        self.vocabulary = vocabulary
        self.words = words_of(segment.text)
        self.hits: list[Hit] = vocabulary.hits(self.words)
        self.rest = self._unexplained()

    @property
    def speaks(self) -> bool:
        """Tell a line that names another paper, denies, counts a share, or says who signs."""
        return "%" in self.segment.text or any(
            hit.group == "paper" or ((hit.group, hit.name) in _SPEAKING and self._is_long(hit)) for hit in self.hits
        )

    def _is_long(self, hit: Hit) -> bool:
        return sum(map(len, self.words[hit.begin : hit.end])) >= _SHORTEST_DENIAL

    @property
    def is_dated(self) -> bool:
        """Tell a line that holds a year."""
        return any(len(word) == 4 and word.isdecimal() for word in self.words) or any(word.isdecimal() and len(word) == 2 for word in self.words[2:3])

    @property
    def is_explained(self) -> bool:
        """Tell a line of which every word is known; beside a date a place may stand, and after a label its value if that is a number."""
        if not self.rest:
            return True
        if any((hit.group, hit.name) == ("series", "organiser") for hit in self.hits):
            return self._capitals(self.rest)
        return self.is_dated and len(self.rest) <= _PLACES and self._capitals(self.rest) and "," in self.segment.text

    @property
    def is_a_name(self) -> bool:
        """Tell a line that may be a name and holds nothing else."""
        telling = [
            hit
            for hit in self.hits
            if hit.group in _EXPLAINING or (hit.group, hit.name) in (("statement", "certificate"), ("statement", "completed"))
        ]
        return (
            not telling and 2 <= len(self.words) <= _LONGEST_NAME and self._capitals(self.rest) and not any(word.isdecimal() for word in self.words)
        )

    def is_heading(self, document: Document) -> bool:
        """Tell a line that is the word certificate, alone or with words that are known, set larger than the rest."""
        certifies = any((hit.group, hit.name) == ("statement", "certificate") for hit in self.hits)
        return certifies and not self.rest and self.segment.size > 1.1 * document.median_size

    def _unexplained(self) -> list[str]:
        known = {at for hit in self.hits if self._explains(hit) for at in range(hit.begin, hit.end)}
        return [word for at, word in enumerate(self.words) if at not in known and word not in self.titled and not self._is_known(word)]

    @staticmethod
    def _explains(hit: Hit) -> bool:
        return hit.group in _EXPLAINING or (hit.group, hit.name) in (*_CERTIFYING, *_LEADING)

    def _is_known(self, word: str) -> bool:
        vocabulary = self.vocabulary
        known = word.isdecimal() or word in vocabulary.calendar.months or word in vocabulary.calendar.suffixes or word in vocabulary.common
        return known or word in ("i", "ii", "iii", "iv", "v", "vi") or any(vocabulary.number_word(word, how) for how in ("ordinals", "cardinals"))

    def _capitals(self, words: Sequence[str]) -> bool:
        """Tell words that are all written with a capital; particles of names need none."""
        written = {word: raw for raw in self.segment.text.split() for word in words_of(raw) if raw[:1].isupper()}
        return all(word in written or word in self.vocabulary.particles for word in words)
