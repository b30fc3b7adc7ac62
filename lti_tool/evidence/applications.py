"""When "application" or "enrolled" on a certificate makes it none of either: it may date them, or stand in the note about the next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.arrangement import FIELD_GAP, gap_between
from lti_tool.evidence.layout import Row
from lti_tool.evidence.sentences import begins_line, in_one_sentence
from lti_tool.evidence.vocabulary import Hit

# Papers about a step before the certificate.
STEPS: Final = frozenset({"application", "enrolment"})
# "Application received on:" and the like, up to the day.
_LABEL_WORDS: Final = 2


def is_of_a_label(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell the label of the day of such a step, and who applies for what the note is about: the paper is neither."""
    if _labels(row, hit) and _dates(row, hit):
        return True
    if hit.name != "application":
        return False
    matters = [other for other in hits if (other.group, other.name) == ("note", "matter")]
    return any(in_one_sentence(row, *sorted((hit, other), key=lambda each: each.begin)) for other in matters)


def _labels(row: Row, hit: Hit) -> bool:
    """Tell a phrase that begins its line, or stands a word or two behind the beginning ("Date of enrolment")."""
    return any(hit.begin >= before and begins_line(row, row.at[hit.begin - before]) for before in range(_LABEL_WORDS + 1))


def _dates(row: Row, hit: Hit) -> bool:
    """Tell a field whose value begins with a figure; "Application received on 15 June 2026." in a sentence says how things stand."""
    ahead = range(hit.end, min(hit.end + _LABEL_WORDS, len(row.words)))
    figure = next((row.at[at] for at in ahead if row.words[at].isdecimal()), 0)
    if not figure:
        return False
    before, value = row.lexemes[figure - 1], row.lexemes[figure]
    return before.form == ":" or value.segment != before.segment or gap_between(before.word, value.word) > FIELD_GAP
