"""Words for a draft beside other words, and words that say nobody has signed: "DRAFT – Linz, 3 March", "Certificate (draft)", "(unsigned)"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Document, Lexeme, Row
from lti_tool.evidence.names_that_mark import NameOnPaper
from lti_tool.evidence.reading import Doubt
from lti_tool.evidence.sentences import begins_line
from lti_tool.evidence.vocabulary import Hit, Vocabulary

_OPENING: Final = frozenset({"(", "[", "{", "<", "/", "*"})
_CLOSING: Final = frozenset({")", "]", "}", ">", "/", "*"})
_PARTING: Final = frozenset({"-", "–", "—", ":", "|", "·", "•", "/", "!", "*"})
_QUOTES: Final = frozenset({'"', "“", "”", "„", "«", "»", "‘", "‚"})
# A line of so many words that names a certificate and a draft says no more than that; a word in capitals is no shorter than this.
_SHORT_LINE: Final = 4
_SHORTEST_CAPITALS: Final = 4
_NAMED: Final = frozenset({("statement", "certificate"), ("label", "name")})


def marked_unfinished(document: Document, vocabulary: Vocabulary, name: NameOnPaper) -> Doubt | None:
    """Return a doubt for a word that makes the paper a draft, or says that nobody signed it, and is set apart from a sentence."""
    for row in document.rows:
        hits = vocabulary.hits(row.words)
        for hit in hits:
            if hit.group == "paper" and hit.name in ("sample", "unsigned") and _is_apart(row, hit, hits):
                text, place = row.raw(hit.begin, hit.end), row.place(hit.begin, hit.end)
                if not name.holds(text, place):
                    return Doubt("paper-contradicts-itself", text, place)
    return None


def _is_apart(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    first, last = row.at[hit.begin], row.at[hit.end - 1]
    ahead, behind = _mark(row, first - 1, row.lexemes[first].segment), _mark(row, last + 1, row.lexemes[last].segment)
    if ahead in _QUOTES or row.lexemes[first].segment != row.lexemes[last].segment:
        return False
    if ahead in _OPENING and behind in _CLOSING:
        return True
    # "DRAFT – Linz, 3 March", "Certificate – draft", "Signature: not yet signed"
    begins, ends = begins_line(row, first), last + 1 == len(row.lexemes) or row.lexemes[last + 1].segment != row.lexemes[last].segment
    if (begins and behind in _PARTING) or (ends and ahead in _PARTING) or (begins and ends and hit.name == "unsigned"):
        return True
    return hit.name == "sample" and (_says_no_more(row, hit, hits) or ((begins or ends) and _is_in_capitals(row, first, last)))


def _mark(row: Row, at: int, segment: int) -> str:
    """Return the word or mark at a place of a line; nothing beyond the line's ends."""
    if not 0 <= at < len(row.lexemes) or row.lexemes[at].segment != segment:
        return ""
    lexeme = row.lexemes[at]
    # "Muster-Gymnasium" is one word.
    return "" if lexeme.form == "-" and (lexeme.glued or _is_glued(row, at + 1)) else lexeme.form


def _is_glued(row: Row, at: int) -> bool:
    return at < len(row.lexemes) and row.lexemes[at].glued


def _line(row: Row, at: int) -> list[Lexeme]:
    return [lexeme for lexeme in row.lexemes if lexeme.segment == row.lexemes[at].segment and lexeme.is_word]


def _says_no_more(row: Row, hit: Hit, hits: Sequence[Hit]) -> bool:
    """Tell a short line that names a draft and what it is of: "Draft certificate"."""
    segment = row.lexeme(hit.begin).segment
    named = [other for other in hits if (other.group, other.name) in _NAMED and row.lexeme(other.begin).segment == segment]
    return len(_line(row, row.at[hit.begin])) <= _SHORT_LINE and any(other.end <= hit.begin or hit.end <= other.begin for other in named)


def _is_in_capitals(row: Row, first: int, last: int) -> bool:
    """Tell words in capitals in a line that also has others."""
    words = [lexeme for lexeme in row.lexemes[first : last + 1] if lexeme.is_word]
    if not all(word.raw.isupper() for word in words) or sum(len(word.raw) for word in words) < _SHORTEST_CAPITALS:
        return False
    return any(not lexeme.raw.isupper() and lexeme.raw.isalpha() for lexeme in _line(row, first))
