"""Words that elsewhere name another paper, and on a certificate only label a field: of the series, of an earlier day, the number of a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.arrangement import FIELD_GAP, gap_between
from lti_tool.evidence.layout import Row
from lti_tool.evidence.sentences import begins_line, in_one_sentence
from lti_tool.evidence.vocabulary import Hit

# "Application received on:" and the like, up to the day.
_LABEL_WORDS: Final = 2
# "Modules completed: 5 of 5", in words and marks behind the label.
_COUNT: Final = 4
# The title of the series may stand behind its translation, in one field.
_TITLE_AHEAD: Final = 12


def labels_a_field(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a phrase (of group ``paper``) that names no paper here."""
    match hit.name:
        case "programme":
            return _heads_the_series(row, hit, hits)
        case "application" | "enrolment":
            return _dates_a_step(row, hit) or (hit.name == "application" and _is_of_the_note(row, hit, hits))
        case "sample":
            return _numbers_a_form(row, hit)
        case "progress":
            return _counts_all(row, hit)
        case "event":
            return begins_line(row, row.at[hit.begin]) and _is_answered(row, row.at[hit.end - 1])
        case _:
            return False


def _heads_the_series(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell the label of the field that holds the title of the series: "Programme: Unlocking the power …"."""
    last = row.at[hit.end - 1]
    if not begins_line(row, row.at[hit.begin]) or last + 1 >= len(row.lexemes):
        return False
    following = row.lexemes[last + 1]
    # "Programme of the series …" is a heading.
    label = following.form in ("|", "-", "–") or _parted(row, last)
    beside = abs(following.word.box[1] - row.lexemes[last].word.box[1]) < following.word.box[3] - following.word.box[1]
    series = (other for other in hits if (other.group, other.name) == ("series", "title"))
    return label and beside and any(hit.end <= other.begin < hit.end + _TITLE_AHEAD for other in series)


def _dates_a_step(row: Row, hit: Hit) -> bool:
    """Tell the label of the day on which somebody enrolled or applied; "Application received on 15 June 2026." in a sentence says how it stands."""
    # The label may begin a word or two before ("Date of enrolment").
    begins = any(hit.begin >= before and begins_line(row, row.at[hit.begin - before]) for before in range(_LABEL_WORDS + 1))
    ahead = range(hit.end, min(hit.end + _LABEL_WORDS, len(row.words)))
    figure = next((row.at[at] for at in ahead if row.words[at].isdecimal()), 0)
    return begins and figure > 0 and _parted(row, figure - 1)


def _is_of_the_note(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell who applies for what the note is about."""
    matters = [other for other in hits if (other.group, other.name) == ("note", "matter")]
    return any(in_one_sentence(row, *sorted((hit, other), key=lambda each: each.begin)) for other in matters)


def _numbers_a_form(row: Row, hit: Hit) -> bool:
    """Tell the number of a form, "MODELLO 7/B", "Образец 4-27": two figures at most, and a stroke behind them."""
    last = row.at[hit.end - 1]
    behind = [lexeme.form for lexeme in row.lexemes[last + 1 : last + 3]]
    return len(behind) == 2 and behind[0].isdecimal() and len(behind[0]) <= 2 and behind[1] in ("/", "-", "–")


def _parted(row: Row, last: int) -> bool:
    """Tell whether a colon, a wide space or another column parts a label's last lexeme from what follows it."""
    before, following = row.lexemes[last], row.lexemes[last + 1]
    return ":" in (before.form, following.form) or following.segment != before.segment or gap_between(before.word, following.word) > FIELD_GAP


def _is_answered(row: Row, last: int) -> bool:
    """Tell a label with something behind its colon or beside it: a heading has nothing."""
    if last + 1 == len(row.lexemes) or not _parted(row, last):
        return False
    before, following = row.lexemes[last].word.box, row.lexemes[last + 1].word.box
    return abs(before[1] + before[3] - following[1] - following[3]) < before[3] - before[1] and before[2] <= following[0]


def _counts_all(row: Row, hit: Hit) -> bool:
    """Tell a field whose answer counts all there is: "Modules completed: 5/5", "5 of 5"."""
    figures = [lexeme for lexeme in row.lexemes[row.at[hit.end - 1] + 1 :][:_COUNT] if lexeme.is_word and lexeme.form.isdecimal()]
    whole = len(figures) == 2 and figures[0].form == figures[1].form and figures[0].form != "0"
    return whole and _parted(row, row.at[hit.end - 1]) and figures[0].segment == figures[1].segment
