"""Which number of a series a paper says its course has: "MOOC 3", "course no. 3 of 6", "third course", "3. Kurs"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from lti_tool.evidence.layout import Row
from lti_tool.evidence.mention_lists import without_runs
from lti_tool.evidence.sentences import QUOTES
from lti_tool.evidence.vocabulary import Hit, Vocabulary

_FIGURES: Final = frozenset("123456")
_DOTS: Final = frozenset({".", "º", "°", "ª", "o", "a"})
# What may end a title, and stands behind no number of a field: "“Area / 3”, which belongs to the series".
_CLOSING: Final = frozenset({",", *QUOTES})
# How far from the number of all courses the word for them may stand, and the ordinal before it.
_BESIDE: Final = 4
_LEADING: Final = 5
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}


def enumerated(row: Row, hit: Hit) -> bool:
    """Tell a word of a list in small print: "Modules: 1 Introduction, 2 Tools, 3 Planning, 4 Assessment"."""
    segment = row.lexeme(hit.begin).segment
    figures = [lexeme.form for lexeme in row.lexemes if lexeme.segment == segment and lexeme.form in ("1", "2", "3")]
    return [figure for at, figure in enumerate(figures) if figure not in figures[:at]] == ["1", "2", "3"]


class CourseNumbers:
    """The numbers of courses in one row; `hits` are its phrases."""

    def __init__(self, row: Row, hits: Sequence[Hit], vocabulary: Vocabulary) -> None:
        self.row = row
        self.hits = hits
        self.vocabulary = vocabulary

    def found(self) -> list[tuple[int, int]]:
        """Return (number, index of its word) of "MOOC 3", "course no. 3 of 6", "third course", "3. Kurs", outside of lists."""
        found: list[tuple[int, int]] = []
        for hit in self.hits:
            if hit.group == "course" and not enumerated(self.row, hit):
                found += self._number_after(hit) or self._number_before(hit)
        found += [entry for entry in self._of_all() if entry not in found]
        return without_runs(found)

    def _of_all(self) -> list[tuple[int, int]]:
        """Return the ordinals before the number of all courses: "no. 1 of the six courses", "the third of six MOOCs", "3. von sechs"."""
        every = self._every()
        counted = [
            index for index, word in enumerate(self.row.words) if word == str(every) or self.vocabulary.number_word(word, "cardinals") == every
        ]
        found: list[tuple[int, int]] = []
        for index in counted:
            follows = range(index + 1, index + 1 + _BESIDE)
            if any(hit.group in ("course", "sequence") and hit.begin in follows for hit in self.hits):
                found += self._ordinal_before(index)
        return found

    def _every(self) -> int:
        return sum(1 for kind in self.vocabulary.scheme.kinds if kind.family == "mooc")

    def _ordinal_before(self, index: int) -> list[tuple[int, int]]:
        """Return the ordinal before words that only lead on ("of the", "in the series of the"); a bare figure counts what was done."""
        for at in range(index - 1, max(-1, index - 1 - _LEADING), -1):
            word = self.row.words[at]
            if (number := self.vocabulary.number_word(word, "ordinals")) is not None:
                return [(number, at)]
            if word in _FIGURES:
                return [(int(word), at)] if self._is_ordinal(at) else []
            series = any(hit.group == "sequence" and hit.begin <= at < hit.end for hit in self.hits)
            if not series and not self.vocabulary.leads(word) and word not in self.vocabulary.calendar.suffixes:
                return []
        return []

    def _is_ordinal(self, index: int) -> bool:
        """Tell "3.", "3º" and "no. 3" from a bare figure."""
        mark, before = self.row.lexemes[self.row.at[index] + 1], self.row.words[index - 1] if index else ""
        suffixed = mark.glued and (mark.form in _DOTS or mark.form in self.vocabulary.calendar.suffixes)
        return suffixed or self.vocabulary.counts_to(before)

    def _number_after(self, hit: Hit) -> list[tuple[int, int]]:
        # "the fifth course, / 2 Digital resources": a sentence beside a list.
        behind = self.row.lexemes[self.row.at[hit.end - 1] + 1 :][:1]
        if any(lexeme.form in (",", ";") for lexeme in behind):
            return []
        for index in range(hit.end, min(hit.end + 3, len(self.row.words))):
            if self._hangs_on(index):
                continue
            if self._numbers_a_field(hit, index):
                return []
            word = self.row.words[index]
            number = int(word) if word.isdecimal() and len(word) <= 2 else _ROMAN.get(word) if self.row.lexeme(index).raw.isupper() else None
            # "(the fourth of six MOOCs)" behind a course counts them.
            if number is None and not any(other.group == "course" and other.begin == index + 1 for other in self.hits):
                number = self.vocabulary.number_word(word, "cardinals")
            if number is not None:
                return [(number, index)] if number and not self._counts(index) else []
            if not self.vocabulary.counts_to(word):
                return []
        return []

    def _numbers_a_field(self, hit: Hit, index: int) -> bool:
        """Tell the number of a form's next field: "4 Title of course | 5 Name of the series", "Evidence of completed MOOC / 1 Name"."""
        last, this = self.row.lexeme(hit.end - 1), self.row.lexeme(index)
        begins = this.segment != last.segment and self.row.lexeme(index - 1).segment != this.segment
        following = self.row.lexeme(index + 1) if index + 1 < len(self.row.words) else None
        behind = self.row.lexemes[self.row.at[index] + 1 :][:1]
        if any(lexeme.form in _CLOSING for lexeme in behind):
            return False
        if not begins or following is None or following.segment != this.segment:
            return False
        return not self._begins_area(index + 1) and not any(other.begin == index + 1 for other in self.hits if other.group in ("series", "number"))

    def _hangs_on(self, index: int) -> bool:
        """Tell the ending that some languages hang on with a hyphen: "MOOC-ul 3", "MOOC-ot"."""
        before = self.row.lexemes[self.row.at[index] - 1]
        return before.form in ("-", "‑", "’", "'") and before.glued and self.row.lexeme(index).glued

    def _counts(self, index: int) -> bool:
        """Tell a number that is part of a date, a share or a longer number ("3.5", "12.3.2026") from a course's."""
        at = self.row.at[index]
        following = self.row.lexemes[at + 1] if at + 1 < len(self.row.lexemes) else None
        after = self.row.lexemes[at + 2] if at + 2 < len(self.row.lexemes) else None
        if following and following.glued and following.form in (".", ",", ":", "%") and after and after.glued and after.form.isdecimal():
            return True
        # "5/5" counts what there is, but in a series of as many: "3/6" is the third of six, "3/6/2026" a day.
        if following and following.glued and following.form == "/" and after and after.form.isdecimal() and after.form != str(self._every()):
            return True
        third = self.row.lexemes[at + 3] if at + 3 < len(self.row.lexemes) else None
        if following and third and following.glued and third.glued and following.form in ("/", "-") and third.form == following.form:
            return True
        if self._dates(index) or self._counts_parts(index):
            return True
        # "Course 20 hours" counts something; "MOOC 7: …" names a course, if none of this series.
        number = int(self.row.words[index]) if self.row.words[index].isdecimal() else 0
        first = self.row.lexemes[at]
        return number > 6 and following is not None and following.is_word and following.segment == first.segment and not self._begins_area(index + 1)

    def _counts_parts(self, index: int) -> bool:
        """Tell how many parts of how many were done: "the course (6 of 6 modules)"."""
        words = self.row.words[index : index + 4]
        numbers = len(words) == 4 and words[0].isdecimal() and words[2].isdecimal()
        return numbers and any(hit.group == "part" and hit.begin == index + 3 for hit in self.hits)

    def _dates(self, index: int) -> bool:
        """Tell a day before the name of its month ("course: 2 September", "2. září")."""
        calendar = self.vocabulary.calendar
        ahead = [word for word in self.row.words[index + 1 : index + 4] if word not in calendar.inside and word not in calendar.suffixes]
        return bool(ahead) and ahead[0] in calendar.months

    def _begins_area(self, index: int) -> bool:
        return any(hit.group == "kind" and hit.begin == index for hit in self.hits)

    def _number_before(self, hit: Hit) -> list[tuple[int, int]]:
        """Return the ordinal right before the word: "third course", "3rd MOOC", "3. Kurs"; "six courses" and "3 courses" are counts."""
        index = hit.begin - 1
        if index < 0:
            return []
        word, lexeme = self.row.words[index], self.row.lexeme(index)
        number = self.vocabulary.number_word(word, "ordinals")
        if number is not None:
            return [(number, index)]
        if index and lexeme.glued and self.row.words[index - 1] in "123456" and word in self.vocabulary.calendar.suffixes:
            return [(int(self.row.words[index - 1]), index)]
        dotted = self.row.lexemes[self.row.at[index] + 1].form in _DOTS
        return [(int(word), index)] if word in _FIGURES and dotted else []
