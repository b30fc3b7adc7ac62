"""Whether a paper describes the series in its own words: "the series of six courses on the digital competences of teachers".

The phrases (`series.described` of a scheme) list every word of such a description. What stands around it must not make another series
of it: "of teachers of languages", "five-part series", "a series of eight courses".
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.mention_lists import crosses
from lti_tool.evidence.vocabulary import Hit, Vocabulary

# What joins a word to the next; any other mark parts them.
_JOINING: Final = frozenset({"-", "‑", "/", "&", "+", "’", "'"})
_OPENING: Final = frozenset({"(", "[", "{"})
_CLOSING: Final = frozenset({")", "]", ".", ",", ";"})
_ENDING: Final = frozenset({".", "!", "?", ";"})
_MOST_COURSES: Final = 12
# How many words of an enumeration are looked at: "teachers, pupils and parents".
_ENUMERATED: Final = 3
_BESIDE: Final = 3
# From how many words on a conjunction after a comma begins another clause: ", and has passed it".
_CLAUSE: Final = 3
_AFTER_BRACKETS: Final = frozenset({("course", ""), ("series", "title"), ("series", "organiser"), ("series", "framework")})


class DescribedSeries:
    """The description of the series in one row; `hits` are its phrases, `numbers` the courses' numbers and where they stand."""

    def __init__(self, row: Row, hits: Sequence[Hit], vocabulary: Vocabulary, numbers: Sequence[tuple[int, int]]) -> None:
        self.row = row
        self.hits = hits
        self.vocabulary = vocabulary
        self.numbered = {index for _, index in numbers}
        self.courses = sum(1 for kind in vocabulary.scheme.kinds if kind.family == "mooc")

    def is_all(self) -> bool:
        """Tell that the row describes the series, and speaks of no other one."""
        described = [hit for hit in self._of("series", "described") if self._stands_alone(hit)]
        known = [*described, *self._of("series", "title"), *self._of("number")]
        named = [hit for hit in self._of("sequence") if not any(_within(hit, other) for other in known)]
        return bool(described) and all(self._says_no_more(hit) for hit in named)

    def counts_otherwise(self) -> bool:
        """Tell a series of more or fewer courses: "five courses", "7 MOOCs", "MOOC 2 of 5"."""
        parts = self._of("part")
        courses = [hit for hit in self._of("course") if not any(crosses(part, hit) or _within(hit, part) for part in parts)]
        said = {self._count(hit.begin - 1) for hit in courses if hit.begin - 1 not in self.numbered}
        said |= {self._count_after(index) for index in self.numbered}
        return any(count not in (None, self.courses) for count in said)

    def _says_no_more(self, hit: Hit) -> bool:
        """Tell "the series of six courses", and "the series" alone, from a series that is told to be another."""
        around = range(hit.begin - _BESIDE, hit.end + _BESIDE)
        return any(self._count(index) == self.courses for index in around if index not in self.numbered) or self._is_bare(hit)

    def _is_bare(self, hit: Hit) -> bool:
        """Tell "(course 4 of the series)" and "the fourth course in the series, which"."""
        if hit.begin == 0 or not self.vocabulary.leads(self.row.words[hit.begin - 1]) or not self._are_one_run(hit.begin - 1, hit.begin):
            return False
        after = self.row.lexemes[self.row.at[hit.end - 1] + 1 :][:1]
        return not after or after[0].fresh or after[0].form in _CLOSING or hit.end in self.numbered

    def _of(self, group: str, name: str = "") -> list[Hit]:
        found = [hit for hit in self.hits if hit.group == group and hit.name == name]
        return [hit for hit in found if not any(crosses(other, hit) for other in found)]

    def _stands_alone(self, hit: Hit) -> bool:
        inside = self.row.lexemes[self.row.at[hit.begin] : self.row.at[hit.end - 1]]
        return not any(lexeme.form in _ENDING for lexeme in inside) and self._begins(hit) and self._ends(hit)

    # -- before it --------------------------------------------------------------------------------------------------------

    def _begins(self, hit: Hit) -> bool:
        """Tell that nothing right before says which series it is ("a five-part series"), back to the number of the course."""
        first = self.row.lexeme(hit.begin)
        before = self.row.lexemes[self.row.at[hit.begin] - 1] if self.row.at[hit.begin] else None
        if before is None or first.fresh:
            return True
        if not before.is_word:
            # What a hyphen joins to it is of it ("Podcast-Reihe"), but for an article ("tas-sensiela").
            return not (before.form in _JOINING and first.glued) or self.vocabulary.leads(self.row.words[hit.begin - 1])
        if not self._leads(hit.begin - 1) and (before.segment == first.segment or not before.raw[:1].isupper()):
            return False
        since = max((index for index in self.numbered if index < hit.begin), default=None)
        between = range(since + 1, hit.begin) if since is not None and self._are_one_run(since, hit.begin) else range(0)
        return all(self._leads(index) for index in between)

    def _are_one_run(self, begin: int, end: int) -> bool:
        """Tell words with no mark between them."""
        return all(lexeme.is_word for lexeme in self.row.lexemes[self.row.at[begin] : self.row.at[end]])

    def _leads(self, index: int) -> bool:
        """Tell an article or a preposition, the word for a course, its number, how many they are, and the words of its title."""
        word = self.row.words[index]
        # "The six courses of" leads on as well.
        if index in self.numbered or self.courses in (self._count(index), self._count(index - 1)):
            return True
        if self._count(index) is None and self.vocabulary.leads(word):
            return True
        return any(hit.begin <= index < hit.end for hit in self.hits if hit.group in ("course", "kind") and hit.end - hit.begin < len(self.row.words))

    # -- after it ---------------------------------------------------------------------------------------------------------

    def _ends(self, hit: Hit) -> bool:
        """Tell that nothing right after says whose competences they are: "teachers of languages", "teachers, pupils and parents"."""
        last = self.row.at[hit.end - 1]
        if last + 1 == len(self.row.lexemes):
            return True
        after = self.row.lexemes[last + 1]
        if after.is_word:
            return self._begins_anew(last) or self._goes_on_elsewhere(hit.end)
        if after.form in _OPENING:
            return self._opens_a_count(hit.end)
        if after.form == ",":
            return not self._enumerates(hit.end)
        return not (after.form in _JOINING and last + 2 < len(self.row.lexemes) and after.glued)

    def _begins_anew(self, last: int) -> bool:
        """Tell that another line follows which does not go on: of another paragraph or column, or with a capital."""
        this, after = self.row.lexemes[last], self.row.lexemes[last + 1]
        if after.segment == this.segment:
            return False
        beside = after.word.page == this.word.page and after.word.box[1] < this.word.box[3] - 0.5 * (this.word.box[3] - this.word.box[1])
        return after.fresh or beside or not after.raw[:1].islower()

    def _goes_on_elsewhere(self, index: int) -> bool:
        """Tell that what follows says when, or that it was completed, or which course of the series it is, or which framework the series follows."""
        begun = [hit for hit in self.hits if hit.begin == index]
        if index in self.numbered or any(hit.group == "course" or (hit.group, hit.name) == ("series", "framework") for hit in begun):
            return True
        dated = any(hit.group == "date" and hit.name in ("issue", "completed", "period") for hit in begun)
        return dated or any((hit.group, hit.name) == ("statement", "completed") for hit in begun)

    def _opens_a_count(self, index: int) -> bool:
        """Tell "(6 MOOCs)", "(MOOC 2)", "(in English: Unlocking the power of …)" from "(primary schools)"."""
        if index >= len(self.row.words):
            return True
        return self._count(index) == self.courses or any(hit.begin == index for hit in self.hits if (hit.group, hit.name) in _AFTER_BRACKETS)

    def _enumerates(self, index: int) -> bool:
        """Tell "teachers, pupils and parents" from "teachers, held in May" and "teachers, and has passed it"."""
        joins = {hit.begin for hit in self.hits if (hit.group, hit.name) == ("holder", "joins")}
        if index in joins:
            return not self._are_one_run(index, min(index + _CLAUSE, len(self.row.words) - 1))
        words = [at for at in range(index, min(index + _ENUMERATED, len(self.row.words))) if self._are_one_run(index, at)]
        ahead = self.row.lexemes[self.row.at[index - 1] + 2 :][:2]
        nouns = len(ahead) > 1 and ahead[0].is_word and ahead[1].form == ","
        return nouns or any(at in joins for at in words)

    # -- how many ---------------------------------------------------------------------------------------------------------

    def _count(self, index: int) -> int | None:
        """Return how many a word says there are, if it is a small number of two or more."""
        if not 0 <= index < len(self.row.words):
            return None
        word = self.row.words[index]
        number = int(word) if word.isdecimal() and len(word) <= 2 else self.vocabulary.number_word(word, "cardinals")
        return number if number is not None and 1 < number <= _MOST_COURSES else None

    def _count_after(self, index: int) -> int | None:
        """Return how many there are, said after the number of a course: "2/6", "2 of 6", "2 von sechs"."""
        following = [lexeme.form for lexeme in self.row.lexemes[self.row.at[index] + 1 :][:1]]
        if following == ["/"]:
            return self._count(index + 1)
        at = index + 2
        if at >= len(self.row.words) or not self.vocabulary.leads(self.row.words[index + 1]) or not self._are_one_run(index + 1, at):
            return None
        # "Course 2 of 20 hours" and "MOOC 3 on 5 May" count no courses.
        if at + 1 < len(self.row.words) and self._are_one_run(at, at + 1) and not self._counts_courses(at + 1):
            return None
        return self._count(at)

    def _counts_courses(self, index: int) -> bool:
        """Tell what may follow a number of courses: a word for them or for a series, or a small word."""
        return self.vocabulary.leads(self.row.words[index]) or any(hit.begin == index for hit in self.hits if hit.group in ("course", "sequence"))


def _within(hit: Hit, other: Hit) -> bool:
    return other.begin <= hit.begin and hit.end <= other.end
