"""Names that are also words for a sample: Anna Muster, Niccolò Esempio, Joost van der Voorbeeld."""

from __future__ import annotations

from typing import Final

from lti_tool.evidence.holder import holder
from lti_tool.evidence.layout import Box, Document
from lti_tool.evidence.reading import Fact, Place
from lti_tool.evidence.vocabulary import Vocabulary
from lti_tool.scheme.phrases import words_of

# How far, in heights of the name, a box that was measured at other letters may reach beyond the name's.
_BEYOND: Final = 0.3


class NameOnPaper:
    """The holder's name, looked for when it is first asked for: most papers hold no word for a sample."""

    def __init__(self, document: Document, vocabulary: Vocabulary) -> None:
        self._document = document
        self._vocabulary = vocabulary
        self._found: list[Fact[str] | None] = []

    def holds(self, text: str, place: Place) -> bool:
        """Tell a text at a place that is a part of the name, and not all of it: a name of nothing else is a blank that nobody filled in."""
        name = self._name()
        if name is None or name.place is None or name.place.page != place.page or not _inside(place.box, name.place.box):
            return False
        said, whole = words_of(text), words_of(name.text)
        return set(said) < set(whole)

    def _name(self) -> Fact[str] | None:
        if not self._found:
            self._found.append(holder(self._document, self._vocabulary)[0])
        return self._found[0]


def _inside(box: Box, name: Box) -> bool:
    reach = _BEYOND * (name[3] - name[1])
    return name[0] - reach <= box[0] and name[1] - reach <= box[1] and box[2] <= name[2] + reach and box[3] <= name[3] + reach
