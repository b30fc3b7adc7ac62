"""When words on a certificate name no other paper: "programme" may head the field of the series, "model" the number of a form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.arrangement import FIELD_GAP, gap_between
from lti_tool.evidence.layout import Row
from lti_tool.evidence.sentences import begins_line
from lti_tool.evidence.vocabulary import Hit

# The title of the series may stand behind its translation, in one field.
_WORDS_AHEAD: Final = 12


def heads_the_series(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell the label of the field that holds the title of the series: "Programme: Unlocking the power …"."""
    last = row.at[hit.end - 1]
    if not begins_line(row, row.at[hit.begin]) or last + 1 >= len(row.lexemes):
        return False
    following = row.lexemes[last + 1]
    # "Programme of the series …" is a heading; behind a label stands a mark, a wide space or another column.
    label = following.form in (":", "|", "-", "–") or following.segment != row.lexemes[last].segment
    label = label or gap_between(row.lexemes[last].word, following.word) > FIELD_GAP
    beside = abs(following.word.box[1] - row.lexemes[last].word.box[1]) < following.word.box[3] - following.word.box[1]
    series = (other for other in hits if (other.group, other.name) == ("series", "title"))
    return label and beside and any(hit.end <= other.begin < hit.end + _WORDS_AHEAD for other in series)


def numbers_a_form(row: Row, hit: Hit) -> bool:
    """Tell the number of a form, "MODELLO 7/B", "Образец 4-27": two figures at most, and a stroke behind them."""
    last = row.at[hit.end - 1]
    behind = [lexeme.form for lexeme in row.lexemes[last + 1 : last + 3]]
    return len(behind) == 2 and behind[0].isdecimal() and len(behind[0]) <= 2 and behind[1] in ("/", "-", "–")
