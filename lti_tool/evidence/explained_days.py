"""Words that would explain a day after the day of issue, and do not: "the printed certificate was revoked on 3 September 2026"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# Labels that say of a day that nothing happened to the paper on it.
_EXPLAINING: Final = frozenset({"printed", "other", "valid", "period", "born"})
# Groups of words that may stand between "printed" and its day: "printed from the course portal on".
_LEADING_ON: Final = frozenset({"weekday", "course", "number", "label", "kind", "series", "printer"})
_SMALL: Final = 3


def telling(row: Row, hits: Sequence[Hit], every: Sequence[Hit], begin: int, vocabulary: Vocabulary) -> list[Hit]:
    """Return which of `hits` may label the day at word `begin`, of `every` phrase of the row: none that withdrawing stands between.

    What is printed may have something else happen to it, in words that no list holds: between "printed" and its day stand only small words,
    names ("from the Kompetanseportal"), figures, and words for courses and papers.
    """
    void = [hit for hit in every if (hit.group, hit.name) == ("paper", "void")]
    kept = [hit for hit in hits if hit.name != "registered" and not (hit.name in _EXPLAINING and any(hit.end <= no.begin < begin for no in void))]
    known = {at for hit in every if hit.group in _LEADING_ON or hit.name in ("institutions", "certificate") for at in range(hit.begin, hit.end)}
    # Between its first word and its last a phrase may leap over words of any kind ("printed … on").
    known |= {at for hit in every if hit.group == "date" for at in (hit.begin, hit.end - 1)}
    return [hit for hit in kept if hit.name != "printed" or all(_leads_on(row, at, known, vocabulary) for at in range(hit.begin, begin))]


def _leads_on(row: Row, at: int, known: set[int], vocabulary: Vocabulary) -> bool:
    word = row.words[at]
    return at in known or len(word) <= _SMALL or word.isdecimal() or word in vocabulary.common or not row.lexeme(at).raw.islower()
