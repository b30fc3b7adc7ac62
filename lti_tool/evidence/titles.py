"""Which kind of a scheme a title names, where a title is all there is: of an achievement, or of an event of ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.kinds import recognise
from lti_tool.evidence.layout import Word
from lti_tool.evidence.reading import Kind
from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.model import Scheme

# Doubts about a paper's other sentences, which a title does not have.
_OF_PAPERS: Final = frozenset({"series-not-named", "completion-not-said", "not-said-to-be-a-certificate"})
_LONGEST: Final = 300


@dataclass(frozen=True, slots=True)
class Titled:
    """The kind that a title names; `name` is the scheme's own word for it."""

    kind: Kind
    kind_id: str
    number: int | None
    name: str


def kind_of_title(title: str, scheme: Scheme) -> Titled | None:
    """Return the kind that a title names without a doubt: a course by its number and its area, or by series and area; else None."""
    words = title[:_LONGEST].split()
    if not words:
        return None
    line = [
        Word(word, 1, (0.05 + 0.9 * index / len(words), 0.1, 0.05 + 0.9 * (index + 0.8) / len(words), 0.13), 14.0) for index, word in enumerate(words)
    ]
    found = recognise(document_of(line, 1), vocabulary(scheme))
    # A number alone may be of any series.
    if found.kind_id is None or found.title is None or not found.title.text or any(doubt.code not in _OF_PAPERS for doubt in found.doubts):
        return None
    return Titled(found.kind, found.kind_id, found.number, found.title.value)
