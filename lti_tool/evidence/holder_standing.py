"""Names that no word announces: in a line of their own, set larger than the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from lti_tool.evidence.arrangement import row_of
from lti_tool.evidence.holder_candidates import MOST_STANDING, THINGS, Candidate, Names
from lti_tool.evidence.layout import Segment
from lti_tool.evidence.sentences import QUOTES
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# So much larger than the text.
STANDING_SIZE: Final = 1.2


def standing(names: Names) -> Iterator[Candidate]:
    """Yield the lines of the first page that are set large and could be a name and nothing else."""
    document = names.document
    large = [segment for segment in document.segments if segment.page == 1 and segment.size >= STANDING_SIZE * document.median_size]
    return by_themselves(names, large)


def by_themselves(names: Names, segments: Sequence[Segment]) -> Iterator[Candidate]:
    """Yield those lines that could be a name and nothing else."""
    vocabulary = names.vocabulary
    for segment in segments:
        lexemes = list(row_of([segment], join_hyphens=False).lexemes)
        words = [lexeme.form for lexeme in lexemes if lexeme.is_word]
        if any(_tells_a_thing(hit, words, vocabulary) or _begins_a_phrase(hit, words, vocabulary) for hit in vocabulary.hits(words)):
            continue
        at = next((index for index, lexeme in enumerate(lexemes) if lexeme.is_word), len(lexemes))
        # What stands between quotes is a title: of a project, of a course.
        if any(lexeme.form in QUOTES for lexeme in lexemes[:at]):
            continue
        named = names.cleaned(lexemes[at:])
        if 2 <= sum(lexeme.is_word for lexeme in named) <= MOST_STANDING and all(
            lexeme.raw[:1].isupper() or lexeme.form in vocabulary.particles for lexeme in named if lexeme.is_word
        ):
            yield Candidate("standing", named)


def _tells_a_thing(hit: Hit, words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell a phrase that no person is named by; particles (van) and small words of doubt (ville) are names too."""
    small = hit.name in ("negation", "hedge") or set(words[hit.begin : hit.end]) <= vocabulary.particles
    return hit.group in THINGS and not small


def _begins_a_phrase(hit: Hit, words: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell a line that begins with a small word, as a heading does where nouns have capitals: "Für besondere Leistungen"."""
    small = hit.begin == 0 and (hit.group, hit.name) == ("holder", "stop")
    return small and hit.end == 1 < len(words[0]) and words[0] not in vocabulary.particles
