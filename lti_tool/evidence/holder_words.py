"""Where a name begins and ends in a row, and what of it is the name."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.arrangement import SENTENCE_GAP, gap_between
from lti_tool.evidence.holder_looks import MOST_WORDS, NameLooks
from lti_tool.evidence.layout import Lexeme
from lti_tool.evidence.vocabulary import Hit

MOST_GIVEN: Final = 3
# How far brackets inside a name reach, in words and marks.
MOST_IN_BRACKETS: Final = 5
# Where a parent's name stands in brackets inside of one's own; elsewhere brackets hold what somebody is called: "Thomas (Tom) Gallagher".
_WITH_PARENTS: Final = frozenset({"bg", "el", "hr", "mk", "sr"})
_OPENERS: Final = frozenset({":", "-", "–", "—", ",", '"', "“", "”", "«", "„", "*", "_", "|", "~", "•", "→"})
_NOT_NAMES: Final = frozenset({"kind", "series", "label", "paper", "statement"})
_LABELS: Final = frozenset({"label", "given", "surname"})
INNER_MARKS: Final = frozenset({"-", "'", "’", "‘", "ʼ", "`", "´", "‐", "‑", "·", "."})


class NameWords(NameLooks):
    """Takes names out of one row."""

    def past_openers(self, at: int) -> int:
        """Return the index of what comes after marks, titles and explanations in brackets."""
        while at < len(self.row.lexemes):
            lexeme = self.row.lexemes[at]
            if lexeme.form == "(":
                # "Name (surname, first name): …": what is in brackets explains the label.
                end = next((i for i in range(at, min(at + 12, len(self.row.lexemes))) if self.row.lexemes[i].form == ")"), at)
                at = end + 1
            elif lexeme.form in _OPENERS or lexeme.form == "/" or self._is_an_ending(at) or self._small_word(at):
                at += 1
            else:
                title = self._hit_at(at, ("titles",))
                if title is None:
                    return at
                at = self.row.at[title.end - 1] + 1
                if at < len(self.row.lexemes) and self.row.lexemes[at].form == ".":
                    at += 1
        return at

    def _is_an_ending(self, at: int) -> bool:
        """Tell the other gender's ending of the label before ("Teilnehmer/in"), which is no word of the row."""
        return self.row.lexemes[at].is_word and at not in self.word_at

    def _small_word(self, at: int) -> bool:
        """Tell a word in small letters before a name in capitals: "certify that the participant Maria Rossi"."""
        lexeme = self.row.lexemes[at]
        if not lexeme.is_word or not lexeme.raw[:1].islower() or lexeme.form in self.vocabulary.particles:
            return False
        for ahead in self.row.lexemes[at + 1 : at + 4]:
            if ahead.segment != lexeme.segment or not ahead.is_word:
                return False
            if ahead.raw[:1].isupper():
                return not self._ends_name(at)
        return False

    def _hit_at(self, at: int, names: tuple[str, ...]) -> Hit | None:
        word = self.word_at.get(at)
        if word is None:
            return None
        found = [hit for hit in self.starts.get(word, ()) if hit.group == "holder" and hit.name in names]
        return max(found, key=lambda hit: hit.end) if found else None

    def _ends_name(self, at: int) -> bool:
        """Tell whether something that is not a name begins here."""
        word = self.word_at.get(at)
        if word is None:
            return False
        if at + 1 < len(self.row.lexemes) and self.row.lexemes[at + 1].form == ":":
            return True
        capital = self.row.lexemes[at].raw[:1].isupper()
        return any(self._parts_names(hit, capital=capital) and not self._joins_surname(hit) for hit in self.starts.get(word, ()))

    @staticmethod
    def _parts_names(hit: Hit, *, capital: bool) -> bool:
        """Tell a phrase that no name goes on with; single words with a capital also occur in names (May, Mark)."""
        if hit.group in _NOT_NAMES or hit.group == "date":
            return hit.end - hit.begin > 1 or hit.group in ("label", "series")
        if hit.group == "course":
            return True
        if hit.group == "holder" and hit.name in ("stop", "after", "before", "others"):
            return not capital or hit.end - hit.begin > 1
        return False

    def _joins_surname(self, hit: Hit) -> bool:
        """Tell small words that lead to a surname ("de la Cruz") from those that lead to a place ("de la escuela", "del Colegio")."""
        if not all(word in self.vocabulary.particles for word in self.row.words[hit.begin : hit.end]):
            return False
        after = hit.end
        while after < len(self.row.words) and self.row.words[after] in self.vocabulary.particles and self.row.lexeme(after).raw.islower():
            after += 1
        if after >= len(self.row.words) or (
            self.row.lexeme(after).segment != self.row.lexeme(hit.begin).segment
            and any(self._begins_anew(at) for at in range(hit.begin + 1, after + 1))
        ):
            return False
        # A surname may be a word for a sample too ("van der Voorbeeld"); what such a name is worth is weighed elsewhere.
        others = [found for found in self.starts.get(after, ()) if found.group != "paper" or found.end - found.begin > 1]
        return self.row.lexeme(after).raw[:1].isupper() and not others

    def _begins_anew(self, word: int) -> bool:
        """Tell a word that begins a paragraph or another page: a name broken over two lines of a sentence does not go on there."""
        lexeme = self.row.lexeme(word)
        return lexeme.fresh or lexeme.word.page != self.row.lexeme(word - 1).word.page

    def _take(self, at: int, *, wraps: bool = True) -> list[Lexeme]:
        """Collect a name from here: letters, initials, hyphens and apostrophes, until something else begins."""
        taken: list[Lexeme] = []
        first = self.row.lexemes[at]
        whole_line = self._only_titles_before(at)
        while at < len(self.row.lexemes) and sum(lexeme.is_word for lexeme in taken) <= MOST_WORDS:
            lexeme = self.row.lexemes[at]
            if (
                lexeme.segment != first.segment
                and taken
                and not (wraps and self._wraps(taken[-1], lexeme, whole_line=whole_line) and not self._labels(at))
            ):
                break
            if lexeme.is_word:
                turned = lexeme.form in self.vocabulary.particles and any(before.form == "," for before in taken)
                ends = self._ends_name(at) and not self._ends_an_address(at, taken)
                if lexeme.form.isdecimal() or (ends and not turned and (taken or not whole_line)):
                    break
                if taken and self._goes_on_small(at) and taken[0].raw[:1].isupper():
                    break
            elif (past := self._past_brackets(at, taken)) > at:
                taken = self._by_call_name(taken, at) or taken
                at = past
                continue
            elif not self._inside_name(lexeme, taken, at):
                break
            taken.append(lexeme)
            first = lexeme if lexeme.segment != first.segment else first
            at += 1
        return taken

    def _past_brackets(self, at: int, taken: Sequence[Lexeme]) -> int:
        """Return where a name goes on after brackets inside of it, as those with a parent's name: "Miloš (Dragan) Živković"."""
        lexemes = self.row.lexemes
        words = [lexeme for lexeme in taken if lexeme.is_word]
        # Behind more than a given name brackets hold a place, and another person may follow: "Anna Muster (Linz) Eva Beispiel".
        short = all(len(word.form) == 1 for word in words)
        told = (len(words) == 1 and self.vocabulary.heard & _WITH_PARENTS) or (short and "nl" in self.vocabulary.heard)
        if lexemes[at].form != "(" or not words or not told:
            return at
        end = next((index for index in range(at + 1, min(at + MOST_IN_BRACKETS, len(lexemes))) if lexemes[index].form == ")"), at)
        inside = lexemes[at + 1 : end]
        following = lexemes[end + 1] if inside and end + 1 < len(lexemes) else None
        if following is None or not following.is_word or following.segment != lexemes[at].segment:
            return at
        named = all(lexeme.is_word and (lexeme.raw[:1].isupper() or lexeme.form in self.vocabulary.particles) for lexeme in inside)
        return end + 1 if named and not self._ends_name(end + 1) else at

    def _by_call_name(self, taken: Sequence[Lexeme], at: int) -> list[Lexeme]:
        """Return the call name that Dutch puts in brackets after initials, "J.H. (Joost) van den Berg"; elsewhere brackets hold a parent's."""
        initials = [lexeme for lexeme in taken if lexeme.is_word]
        call = self.row.lexemes[at + 1]
        begins = initials[0].form == call.form[0] and self.row.lexemes[at + 2].form == ")"
        return [call] if "nl" in self.vocabulary.heard and begins else []

    def _ends_an_address(self, at: int, taken: Sequence[Lexeme]) -> bool:
        """Tell the last word of a name that a letter begins with: "Dear Maria Rossi:", and nothing on that line."""
        lexemes = self.row.lexemes
        colon = lexemes[at + 1] if at + 1 < len(lexemes) else None
        if not taken or colon is None or colon.form != ":" or not lexemes[at].raw[:1].isupper() or lexemes[at].segment != taken[-1].segment:
            return False
        alone = at + 2 >= len(lexemes) or not _level(colon, lexemes[at + 2])
        return alone and not self.starts.get(self.word_at.get(at, -1))

    def _goes_on_small(self, at: int) -> bool:
        """Tell a small word that leads to no surname: "Gianluca Di Stefano al termine del corso"."""
        lexemes = self.row.lexemes
        following = lexemes[at + 1] if at + 1 < len(lexemes) else None
        if following is None or not (lexemes[at].raw.islower() and following.is_word and following.raw.islower()):
            return False
        return following.segment == lexemes[at].segment and following.form not in self.vocabulary.particles

    def _labels(self, at: int) -> bool:
        """Tell the label of another field: "Surname / Rossi / First name / Maria", one below the other."""
        return any(hit.group == "holder" and hit.name in _LABELS for hit in self.starts.get(self.word_at.get(at, -1), ()))

    def _only_titles_before(self, at: int) -> bool:
        """Tell whether nothing but titles and marks stands before this on its line; in lines set to both edges wide spaces part words too."""
        while at > 0 and (self.row.lexemes[at - 1].segment == self.row.lexemes[at].segment or self._spaced_out(at)):
            at -= 1
            if self.row.lexemes[at].is_word and not any(hit.name == "titles" for hit in self.starts.get(self.word_at.get(at, -1), ())):
                return False
        return True

    def _spaced_out(self, at: int) -> bool:
        """Tell a word behind a wide space inside of a sentence's line; behind a field's label stands its value."""
        before, this = self.row.lexemes[at - 1], self.row.lexemes[at]
        if this.fresh or not _level(before, this) or not before.raw[:1].islower() or self.word_at.get(at - 1, -1) in self.label_ends:
            return False
        return gap_between(before.word, this.word) < SENTENCE_GAP

    def _inside_name(self, mark: Lexeme, taken: Sequence[Lexeme], at: int) -> bool:
        if not taken:
            return False
        if mark.form == ",":
            return self._surname_first(taken, at)
        if mark.form == ".":
            # An initial or an abbreviated first name; anything longer ends a sentence.
            return mark.glued and len(taken[-1].form) <= 3 and taken[-1].is_word
        return mark.form in INNER_MARKS

    def _surname_first(self, taken: Sequence[Lexeme], at: int) -> bool:
        """``ROSSI, Maria``: a comma after a surname in capitals or a single word, and a capital after it."""
        following = self.row.lexemes[at + 1] if at + 1 < len(self.row.lexemes) else None
        if following is None or not following.raw[:1].isupper() or self._ends_name(at + 1):
            return False
        if following.segment != taken[-1].segment and not self._goes_on_below(taken, at + 1):
            return False
        words = [lexeme for lexeme in taken if lexeme.is_word]
        if any(lexeme.form == "," for lexeme in taken) or self._names_a_place(at + 1) or _script(following.raw) != _script(taken[0].raw):
            return False
        core = [lexeme for lexeme in words if lexeme.form not in self.vocabulary.particles]
        return len(core) == 1 or all(lexeme.raw.isupper() for lexeme in words) or self._ends_its_line(at + 1) or self._ends_at_its_verb(at + 1)

    def _goes_on_below(self, taken: Sequence[Lexeme], at: int) -> bool:
        """Tell the next line of the same sentence, where a surname in capitals and its comma end one: "that D'ARGENT, / Anna, of …"."""
        last, following = taken[-1], self.row.lexemes[at]
        if following.fresh or following.word.page != last.word.page or following.word.box[1] <= last.word.box[1]:
            return False
        return all(lexeme.raw.isupper() for lexeme in taken if lexeme.is_word) and not self._only_titles_before(at - 1)

    def _names_a_place(self, at: int) -> bool:
        """Tell a school or another body after a comma: "Maria Rossi, Liceo Galilei"."""
        segment = self.row.lexemes[at].segment
        while at < len(self.row.lexemes) and self.row.lexemes[at].segment == segment and self.row.lexemes[at].raw[:1].isupper():
            if any(hit.name == "institutions" for hit in self.starts.get(self.word_at.get(at, -1), ())):
                return True
            at += 1
        return False

    def _ends_its_line(self, at: int) -> bool:
        """Tell whether nothing but a few given names stands from here to the end of the line: "García Márquez, José Luis"."""
        segment = self.row.lexemes[at].segment
        rest = [index for index in range(at, min(at + 8, len(self.row.lexemes))) if self.row.lexemes[index].segment == segment]
        names = [index for index in rest if self.row.lexemes[index].is_word]
        if len(names) > MOST_GIVEN or any(self.row.lexemes[index].form not in INNER_MARKS for index in rest if index not in names):
            return False
        return all(
            (self.row.lexemes[index].raw[:1].isupper() or self.row.lexemes[index].form in self.vocabulary.particles)
            and (not self.starts.get(self.word_at.get(index, -1)) or self.row.lexemes[index].form in self.vocabulary.particles)
            for index in names
        )

    def _ends_at_its_verb(self, at: int) -> bool:
        """Tell a few given names before "has completed": "that López Cano, Sergio has completed …"."""
        given = 0
        while at < len(self.row.lexemes) and given <= MOST_GIVEN:
            if any((hit.group, hit.name) == ("holder", "after") for hit in self.starts.get(self.word_at.get(at, -1), ())):
                return given > 0
            if not self.row.lexemes[at].is_word or not self.row.lexemes[at].raw[:1].isupper():
                return False
            given, at = given + 1, at + 1
        return False

    def _wraps(self, last: Lexeme, following: Lexeme, *, whole_line: bool) -> bool:
        """Tell whether a name goes on in the next line: always in running text, in a line of its own only if it is set large."""
        if following.fresh or following.word.page != last.word.page or not self._same_column(last, following):
            return False
        if not whole_line:
            return True
        under = min(last.word.box[2], following.word.box[2]) - max(self._left(last), following.word.box[0]) > 0
        if not under:
            return False
        alike = abs(last.word.size - following.word.size) < 0.06 * last.word.size
        return alike and last.word.size >= 1.25 * self.document.median_size and following.raw[:1].isupper()

    def _same_column(self, last: Lexeme, following: Lexeme) -> bool:
        """Tell a line below that stands under this one, and not in another column whose lines stand between."""
        if following.word.box[1] < last.word.box[3] - 0.5 * (last.word.box[3] - last.word.box[1]):
            return True
        at = self._index(last)
        left, right = self._left(last), last.word.box[2]
        while at > 0 and not self.row.lexemes[at].fresh and _level(self.row.lexemes[at - 1], last):
            at -= 1
            left = min(left, self.row.lexemes[at].word.box[0])
        ends = max(other.word.box[2] for other in self.row.lexemes if other.segment == following.segment)
        return min(right, ends) - max(left, self._left(following)) > 0

    def _left(self, lexeme: Lexeme) -> float:
        """Return the left edge of the line that a lexeme stands in."""
        return min(other.word.box[0] for other in self.row.lexemes if other.segment == lexeme.segment)


def _level(one: Lexeme, other: Lexeme) -> bool:
    return one.word.page == other.word.page and abs(one.word.box[3] - other.word.box[3]) < 0.45 * (other.word.box[3] - other.word.box[1])


def _script(text: str) -> str:
    return unicodedata.name(text[0], "?").split()[0]
