"""Names of those who teach, which stand over a caption that says so: "Sandrine Lacombe / name of the tutor"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.holder_candidates import Candidate
from lti_tool.evidence.layout import Document, Segment, Word
from lti_tool.evidence.vocabulary import Vocabulary
from lti_tool.scheme.phrases import words_of

# The most words of a caption, and how far below a name it stands, in heights of its line.
_MOST_WORDS: Final = 7
_BELOW: Final = 1.6
# So many words beside a name may stand in a line that is a name's alone.
_TITLES: Final = 2
# How names are found that a caption tells more of than what they were found by.
_BY_CAPTION: Final = frozenset({"after", "standing", "mentioned"})


def without_staff(candidates: Sequence[Candidate], document: Document, vocabulary: Vocabulary) -> list[Candidate]:
    """Leave out names whose caption says that they are a tutor's or a trainer's."""
    return [found for found in candidates if found.how not in _BY_CAPTION or not _is_captioned(found, document, vocabulary)]


def _is_captioned(candidate: Candidate, document: Document, vocabulary: Vocabulary) -> bool:
    word = candidate.lexemes[0].word
    own = document.segment_of(word)
    if own is None or len(own.words) > len(candidate.lexemes) + _TITLES:
        # In the middle of a sentence, which goes on below.
        return False
    return any(_tells_staff(segment, vocabulary) for segment in document.segments if _is_right_under(segment, word))


def _is_right_under(segment: Segment, word: Word) -> bool:
    left, top, right, _ = segment.box
    height = word.box[3] - word.box[1]
    overlaps = left < word.box[2] and word.box[0] < right + height
    return segment.page == word.page and overlaps and -0.3 * height < top - word.box[3] < _BELOW * height


def _tells_staff(segment: Segment, vocabulary: Vocabulary) -> bool:
    words = words_of(segment.text)
    return len(words) <= _MOST_WORDS and any((hit.group, hit.name) == ("holder", "staff") for hit in vocabulary.hits(words))
