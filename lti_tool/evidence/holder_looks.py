"""Whether words of a row look like a person's name, and what hangs around one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Document, Lexeme, Row
from lti_tool.evidence.vocabulary import Hit, Vocabulary

MOST_WORDS: Final = 9
_APOSTROPHES: Final = frozenset({"'", "’", "‘", "ʼ"})
# Groups of titles, whose words name no person even where only a part of them is taken.
_TITLED: Final = frozenset({"series", "label", "kind"})


class NameLooks:
    """Knows the phrases of one row, and tells names."""

    def __init__(self, document: Document, row: Row, vocabulary: Vocabulary) -> None:
        self.document = document
        self.row = row
        self.vocabulary = vocabulary
        self.hits = vocabulary.hits(row.words)
        self.word_at = {lexeme: word for word, lexeme in enumerate(row.at)}
        self.starts: dict[int, list[Hit]] = {}
        for hit in self.hits:
            self.starts.setdefault(hit.begin, []).append(hit)
        self.label_ends = {hit.end - 1 for hit in self.hits if hit.name == "label"}
        titled = (hit for hit in self.hits if hit.group in _TITLED and hit.end - hit.begin > 1)
        self.titled = {id(row.lexeme(word)) for hit in titled for word in range(hit.begin, hit.end)}

    def _index(self, lexeme: Lexeme) -> int:
        return next((index for index, other in enumerate(self.row.lexemes) if other is lexeme), 0)

    def cleaned(self, found: Sequence[Lexeme]) -> tuple[Lexeme, ...]:
        """Return the name without what hangs around it; nothing if this is no person's name."""
        lexemes = list(found)
        listed = any(lexeme.form == "," for lexeme in lexemes)
        while len(lexemes) > 1 and not listed and lexemes[-1].raw.islower() and lexemes[-1].form in self.vocabulary.particles:
            lexemes.pop()
        while lexemes and (not lexemes[-1].is_word and not (lexemes[-1].form == "." and len(lexemes) > 1 and len(lexemes[-2].form) == 1)):
            lexemes.pop()
        words = [lexeme for lexeme in lexemes if lexeme.is_word]
        if not 1 <= len(words) <= MOST_WORDS or any(not lexeme.form.isalpha() for lexeme in words):
            return ()
        if not any(len(lexeme.form) > 1 for lexeme in words) or not self._capitalised(words) or self._names_a_thing(words):
            return ()
        if (len(words) == 1 and self._is_common(words[0])) or any(id(word) in self.titled for word in words):
            return ()
        return tuple(lexemes)

    def begins_a_sentence(self, named: Sequence[Lexeme], hit: Hit) -> bool:
        """Tell the subject that a sentence begins with and that is no person's name."""
        return self._begins_with_a_small_word(named) or self._only_begins_a_sentence(named, hit) or self._speaks_of_a_paper(named)

    def _begins_with_a_small_word(self, named: Sequence[Lexeme]) -> bool:
        """Tell a thing that begins a sentence with its article where nouns have capitals: "Die Schlussarbeit wurde …"."""
        begins = self.starts.get(self.word_at.get(self._index(named[0]), -1), ())
        stops = any((hit.group, hit.name) == ("holder", "stop") and hit.end - hit.begin == 1 for hit in begins)
        return stops and named[0].form not in self.vocabulary.particles

    def _only_begins_a_sentence(self, named: Sequence[Lexeme], hit: Hit) -> bool:
        """Tell the one word with a capital that a sentence begins with ("Because the project has received"), and no name before its verb."""
        following = self._index(named[-1]) + 1
        return len(named) == 1 and following < self.row.at[hit.begin] and self.row.lexemes[following].is_word

    def _speaks_of_a_paper(self, named: Sequence[Lexeme]) -> bool:
        """Tell the subject of a sentence, "This certificate", "The holder", and no name; in a field such a word is somebody's surname."""
        words = [lexeme.form for lexeme in named if lexeme.is_word]
        nouns = [word for word in words if self.vocabulary.means_a_thing(word)]
        return bool(nouns) and all(word in nouns or self.vocabulary.leads(word) or self._stops(word) for word in words)

    def _stops(self, word: str) -> bool:
        return any((hit.group, hit.name) == ("holder", "stop") for hit in self.vocabulary.hits([word]))

    def _capitalised(self, words: Sequence[Lexeme]) -> bool:
        """Names are written with capitals where the script has them; a few small words may stand between."""
        small = [word for word in words if word.raw[:1].islower() and word.form not in self.vocabulary.particles]
        return not small or len(small) == len(words) <= 4

    def _is_common(self, word: Lexeme) -> bool:
        """Tell a small word of the paper's language that begins a sentence, "This certificate is awarded …", or the name of a month."""
        if word.form in self.vocabulary.calendar.months:
            return True
        heard = self.vocabulary.only
        return any(heard is None or code in heard for code in self.vocabulary.common.get(word.form, ()))

    def _names_a_thing(self, words: Sequence[Lexeme]) -> bool:
        if len(words) > 1 and all(word.form in self.vocabulary.things or word.form in self.vocabulary.particles for word in words):
            return True
        hits = self.vocabulary.hits([word.form for word in words])
        if any(hit.group == "holder" and (hit.name in ("institutions", "joins") or (hit.name == "others" and hit.begin == 0)) for hit in hits):
            return True
        if any(hit.group == "course" and hit.begin == 0 for hit in hits):
            return True
        if any(
            hit.group in ("kind", "series", "label") or (hit.group in ("paper", "statement", "course") and hit.end - hit.begin > 1) for hit in hits
        ):
            return True
        # Small words and what a note speaks of also occur in surnames (Della Prova).
        telling = [hit for hit in hits if hit.group != "note" and (hit.group != "holder" or hit.name not in ("titles", "staff", "given", "surname"))]
        covered = {index for hit in telling for index in range(hit.begin, hit.end) if words[index].form not in self.vocabulary.particles}
        return 2 * len(covered) > sum(word.form not in self.vocabulary.particles for word in words)


def in_small_letters(text: str) -> bool:
    """Tell a word in small letters; those of Georgian are called small though names are written with no others."""
    return text.islower() and not "\u10d0" <= text[:1] <= "\u10ff"


def goes_on_as_none(named: Sequence[Lexeme], behind: Sequence[Lexeme], how: str) -> bool:
    """Tell words that are no name by what stands `behind` them: a code's figures, or the comma of a sentence in small letters.

    "Identifier LU-6-2025", "we are glad to tell you, that …", "Maria Rossi's colleague …"; nor are words in small letters a name that a letter
    begins with.
    """
    if len(behind) > 1 and behind[0].form == "-" and all(lexeme.glued for lexeme in behind) and behind[1].form.isdecimal():
        return True
    if len(behind) > 1 and behind[0].form in _APOSTROPHES and all(lexeme.glued for lexeme in behind) and behind[1].form == "s":
        return True
    comma = how == "after" and any(lexeme.form == "," for lexeme in behind[:1])
    return in_small_letters(named[0].raw) and (how == "address" or comma)
