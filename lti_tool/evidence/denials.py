"""Which of the words that deny do so on a paper: not one in somebody's name, and not the rest of a word broken at a line's end.

And what is said to be completed only if or when something happens.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.arrangement import LINE_HYPHENS
from lti_tool.evidence.layout import Row
from lti_tool.evidence.names_that_mark import NameOnPaper
from lti_tool.evidence.sentences import in_one_sentence, is_an_ending, lies_within, opens_quotes
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# How many words before "completed" a word that denies may stand, and after it: "fullførte Anna Berg ikke kurset".
NEGATION_REACH: Final = 4
DENIED_AFTER: Final = 3
# How many words before "completed" one stands that makes it depend on something: a name, a title and its series may lie between.
CONDITION_REACH: Final = 25
LONGEST_ABBREVIATION: Final = 3
# What a phrase that is idle takes with it: "no official qualification", "of the year in progress".
_IDLED: Final = frozenset({"negation", "refusal", "progress", "unmet", "enrolment"})
# Words for the end of a course.
_ENDING: Final = frozenset({("statement", "completed"), ("date", "completed"), ("answer", "asked")})
_NUMBER_SIGNS: Final = frozenset({"°", "º", "˚"})
_SENTENCE_ENDS: Final = frozenset({".", ";", ":", "!", "?"})


def without_idle_denials(row: Row, hits: Sequence[Hit], vocabulary: Vocabulary, name: NameOnPaper) -> list[Hit]:
    """Return the hits of a row without words that would deny elsewhere and do not here."""
    return [
        hit
        for hit in hits
        if not (hit.name in _IDLED and _is_idle(hit, hits))
        and not (hit.name == "unmet" and (_is_apposed(row, hit, hits) or _goes_on_from_a_label(row, hit, hits)))
        and not (hit.name == "negation" and (_ends_a_broken_word(row, hit, hits, vocabulary) or _is_of_name(row, hit, vocabulary, name)))
    ]


def _is_idle(no: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a denial of something else than the course: "valid without a signature"."""
    return any(hit.begin <= no.begin and no.end <= hit.end for hit in hits if (hit.group, hit.name) == ("statement", "idle"))


def _goes_on_from_a_label(row: Row, unmet: Hit, hits: Sequence[Hit]) -> bool:
    """Tell the last words of "Valid until: no limit", alone or with what follows, from "Valid until the course is completed"."""
    labels = [hit for hit in hits if hit.group == "date" and hit.begin < unmet.begin < hit.end]
    labels = [label for label in labels if label.end < unmet.end or label.name == "valid"]
    ends = [hit for hit in hits if (hit.group, hit.name) in _ENDING and unmet.begin <= hit.begin < unmet.end]
    return bool(labels) and not any(_answers(row, label, end) for label in labels for end in ends)


def _answers(row: Row, label: Hit, end: Hit) -> bool:
    """Tell what is said right behind a label, or in the cell beside it, from the label of the next field."""
    if any(word.isdecimal() for word in row.words[label.end : end.begin]):
        return False
    here = row.lexeme(end.begin).segment
    beside = label.end < end.begin and row.lexeme(label.end).segment == here
    return beside or row.lexeme(label.end - 1).segment == here


def _is_apposed(row: Row, unmet: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a course that is said to be a part of its series from a part of the course: "completed the MOOC “Assessment”, part of the programme"."""
    before = row.lexemes[row.at[unmet.begin] - 1].form if row.at[unmet.begin] else ""
    if before not in (",", "(") or not any(hit.group == "course" and hit.begin == unmet.begin for hit in hits):
        return False
    # "Completed the introduction, part of the course": what it is a part of is a course, and no series of them.
    behind = [hit for hit in hits if unmet.begin < hit.begin <= unmet.end]
    series = any(hit.group in ("sequence", "series") for hit in behind)
    return series or not any(hit.group == "course" and hit.begin < unmet.end for hit in behind)


def _ends_a_broken_word(row: Row, no: Hit, hits: Sequence[Hit], vocabulary: Vocabulary) -> bool:
    """Tell the second half of a word that a hyphen breaks over two lines ("Odemyká-/ní"), whose first half is no word of its own."""
    if row.joined or no.begin == 0 or no.end - no.begin > 1:
        return False
    mark = row.lexemes[row.at[no.begin] - 1]
    if not mark.glued or mark.form not in LINE_HYPHENS or mark.segment == row.lexeme(no.begin).segment:
        return False
    first = no.begin - 1
    known = row.words[first] in vocabulary.common or any(hit.begin <= first < hit.end for hit in hits)
    return row.at[first] == row.at[no.begin] - 2 and not known


def _is_of_name(row: Row, no: Hit, vocabulary: Vocabulary, name: NameOnPaper) -> bool:
    """Tell a part of the holder's name (Niamh Ní Bhriain, Nada Horvat); a word of the paper's own language only where surnames lead with it."""
    lexeme = row.lexeme(no.begin)
    if no.end - no.begin > 1 or not lexeme.raw[:1].isupper():
        return False
    if vocabulary.only is None or no.language in vocabulary.heard:
        led = no.begin > 0 and row.lexeme(no.begin - 1).raw[:1].isupper() and lexeme.form in vocabulary.particles
        return led and name.holds(row.raw(no.begin - 1, no.end), row.place(no.begin - 1, no.end))
    return name.holds(row.raw(no.begin, no.end), row.place(no.begin, no.end))


def denies(row: Row, no: Hit) -> bool:
    """Tell "no" from the number of something, "no. 4", "n° 6", whose figure may stand on another line."""
    behind = row.lexemes[row.at[no.end - 1] + 1 :][:1]
    if any(lexeme.glued and lexeme.form in _NUMBER_SIGNS for lexeme in behind):
        return False
    return no.end >= len(row.words) or not row.words[no.end].isdecimal()


def stands_by(row: Row, no: Hit, hit: Hit) -> bool:
    """Tell a word that denies shortly before or after what is said, in one sentence."""
    before, after = hit.begin - no.end, no.begin - hit.end
    if 0 <= before < NEGATION_REACH:
        return in_one_sentence(row, no, hit)
    return 0 <= after < DENIED_AFTER and in_one_sentence(row, hit, no) and not opens_quotes(row, hit, no) and not is_an_ending(row, no)


def course_denied(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Return words that deny in a sentence about the course or the label, and not about this paper: "the course is not completed yet"."""
    denying = [hit for hit in hits if (hit.group, hit.name) == ("statement", "negation") and denies(row, hit)]
    named = [hit for hit in hits if hit.group == "course" or (hit.group, hit.name) == ("label", "name")]
    near = [(no, hit) for no in denying for hit in named if 0 <= no.begin - hit.end < NEGATION_REACH and in_one_sentence(row, hit, no)]
    return [no for no, hit in near if not opens_quotes(row, hit, no) and not is_an_ending(row, no)]


def conditional(row: Row, hits: Sequence[Hit], completed: Sequence[Hit]) -> list[Hit]:
    """Return what of `completed` depends on something: a word for that stands before it, and the name may between ("if Anna Muster has …")."""
    conditions = [hit for hit in hits if (hit.group, hit.name) == ("statement", "condition")]
    return [done for done in completed if any(_depends(row, word, done, hits) and _conditions(row, word, done, hits) for word in conditions)]


def _conditions(row: Row, word: Hit, done: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a condition from a label: "Valid until" labels a day, but not before "the course is completed"."""
    labels = [hit for hit in hits if hit.group == "date" and lies_within(word, hit)]
    return not labels or any(_answers(row, label, done) for label in labels)


def _depends(row: Row, word: Hit, done: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a condition that stands before what is done, in the same sentence; the point of a title ("Mgr.") ends none."""
    if word.begin >= done.begin or done.begin - word.end > CONDITION_REACH:
        return False
    short = {hit.end - 1 for hit in hits if (hit.group, hit.name) == ("holder", "titles")}
    short |= {at for at in range(word.begin, done.begin) if len(row.words[at]) <= LONGEST_ABBREVIATION}
    marks = [(at, lexeme.form) for at in range(word.begin, done.begin) for lexeme in row.lexemes[row.at[at] + 1 : row.at[at + 1]]]
    return not any(form in _SENTENCE_ENDS and not (form == "." and at in short) for at, form in marks)


def is_of_the_note(hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell "may use this label for obtaining the certificate", which holds all of a note's parts."""
    said = {other.name for other in hits if other.group == "note" and (lies_within(other, hit) or other.begin == hit.begin)}
    return {"subject", "use", "purpose"} <= said
