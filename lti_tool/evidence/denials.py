"""Which of the words that deny do so on a paper: not one in somebody's name, and not the rest of a word broken at a line's end."""

from __future__ import annotations

from collections.abc import Sequence

from lti_tool.evidence.arrangement import LINE_HYPHENS
from lti_tool.evidence.layout import Row
from lti_tool.evidence.names_that_mark import NameOnPaper
from lti_tool.evidence.vocabulary import Hit, Vocabulary


def without_idle_denials(row: Row, hits: Sequence[Hit], vocabulary: Vocabulary, name: NameOnPaper) -> list[Hit]:
    """Return the hits of a row without single words that would deny elsewhere and do not here."""
    return [
        hit
        for hit in hits
        if hit.name != "negation" or not (_ends_a_broken_word(row, hit, hits, vocabulary) or _is_of_name(row, hit, vocabulary, name))
    ]


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
