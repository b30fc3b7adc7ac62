"""Names that no word announces and nothing sets large: alone in a line right under a heading, as on labels set in one narrow column."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from lti_tool.evidence.arrangement import row_of
from lti_tool.evidence.holder_candidates import THINGS, Candidate, Names
from lti_tool.evidence.layout import Segment
from lti_tool.evidence.sentences import is_written_large

# How many lines under a heading, and how many words.
_UNDER: Final = 2
_WORDS: Final = range(2, 5)
_HEADINGS: Final = frozenset({("label", "name"), ("statement", "certificate")})
# What no heading says, and the text below one does.
_TEXT: Final = frozenset({("note", "use"), ("note", "matter"), ("statement", "completed")})
# Whose name it is that such words stand under or over.
_ANOTHERS: Final = frozenset({"others", "staff"})


def alone(names: Names) -> list[Candidate]:
    """Return the one line of the first page that may be a name and stands right under a heading; nothing if there are more."""
    found = list(_under_headings(names))
    return found if len({candidate.text for candidate in found}) == 1 else []


def _under_headings(names: Names) -> Iterator[Candidate]:
    segments = [segment for segment in names.document.segments if segment.page == 1]
    said = [{(hit.group, hit.name) for hit in names.vocabulary.hits(_words(segment))} for segment in segments]
    for index, segment in enumerate(segments):
        if said[index] & _TEXT or segment.text.rstrip().endswith("."):
            # Who signs stands below what is said.
            return
        headed = any(found & _HEADINGS for found in said[max(0, index - _UNDER) : index])
        near = set().union(*said[index : index + 2])
        anothers = any(group == "holder" and name in _ANOTHERS for group, name in near)
        if not headed or anothers or any(group in THINGS for group, _ in said[index]) or not _stands_alone(segment, segments):
            continue
        lexemes = list(row_of([segment], join_hyphens=False).lexemes)
        named = names.cleaned(lexemes)
        words = [lexeme for lexeme in named if lexeme.is_word]
        if (
            len(named) == len(lexemes)
            and len(words) in _WORDS
            and all(is_written_large(word) or word.form in names.vocabulary.particles for word in words)
        ):
            yield Candidate("standing", named)


def _words(segment: Segment) -> tuple[str, ...]:
    return row_of([segment], join_hyphens=False).words


def _stands_alone(segment: Segment, segments: list[Segment]) -> bool:
    """Tell a line beside which nothing stands."""
    _, top, _, bottom = segment.box
    return not any(other is not segment and other.box[1] < bottom and top < other.box[3] for other in segments)
