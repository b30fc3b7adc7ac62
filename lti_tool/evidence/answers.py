"""Fields of a form that ask whether or how a course ended, and what their answers deny: "Completed: no", "Status: –", a blank.

A field's answer stands behind its colon or a wide space, beside its label in a column, or under or over it as in tables and captions. A bare
"no" is heard whatever is asked; the rest only where a field asks how the course ended.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.form_lines import COLONS, FormLines
from lti_tool.evidence.layout import Row
from lti_tool.evidence.sentences import begins_line
from lti_tool.evidence.ticks import ticked
from lti_tool.evidence.vocabulary import TITLES, Hit

# Words of a field that tells how the course ended, and of one that tells how something ended: a payment, a test on the way.
_OUTCOME: Final = frozenset({("outcome", "")})
_RESULTS: Final = _OUTCOME | {("outcome", "any")}
# Words of a field that is answered yes or no, or with the day; and of one that tells how it ended.
_ASKED: Final = frozenset({("answer", "asked"), ("date", "completed")})
_ASKING: Final = _ASKED | _RESULTS | {("statement", "completed")}
_DENYING: Final = frozenset({("answer", "no"), ("statement", "negation"), ("statement", "unmet"), ("paper", "progress"), ("paper", "refusal")})
_SENTENCE_ENDS: Final = frozenset({".", "!", "?"})
# What a label consists of that asks no more than this.
_WHOLE: Final = _ASKED | _OUTCOME | {("course", "")}
# What an answer consists of that tells a good end; that something is valid, issued or active tells that of a paper or a place in the course.
_ENDED: Final = frozenset({("answer", "asked"), ("answer", "yes"), ("date", "completed"), ("statement", "completed")})
_STANDS: Final = _ENDED | {("answer", "standing")}
_YES: Final = frozenset({("answer", "yes"), ("answer", "standing"), ("statement", "completed")})
# Groups of words that may stand beside a yes, and how long the others are at most.
_BESIDE_YES: Final = frozenset({*TITLES, "course", "kind", "series", "number", "weekday", "date"})
_SMALL: Final = 4
# A mark that says yes by itself.
_TICKS: Final = frozenset("✓✔☑✅🗸🗹☒⊠●■◉")
# Marks that say nothing or no: dashes, crosses, empty boxes, a line to write on; so many dots make one.
_BLANKS: Final = frozenset("-–—−‒_…./✗✘✕✖☓×☐□○◯◻")
_DOTS: Final = 3
_LONGEST_LABEL: Final = 8
_LONGEST_NO: Final = 3
_SHORT_LABEL: Final = 3
# Labels of one form begin this near to one edge.
_EDGE: Final = 0.01
_WITH_ANSWERS: Final = 2


@dataclass(frozen=True, slots=True)
class _Field:
    """Lexemes of a label and of its answer, by their indexes.

    `colon` tells a label that a colon ends, `closed` that the answer is the next thing, and not the head of a table's next column.
    """

    label: range
    answer: range
    colon: bool
    closed: bool


def denied(row: Row, hits: Sequence[Hit]) -> list[Hit]:
    """Return the words of labels whose answers deny that something is completed, and bare answers that say no."""
    form = _Form(row, hits)
    begins = {field.label.start if field.label else field.answer.start for field in form.fields() if form.denies(field)}
    at = {lexeme: word for word, lexeme in enumerate(row.at)}
    words = (next((at[lexeme] for lexeme in range(begin, len(row.lexemes)) if lexeme in at), None) for begin in sorted(begins))
    return [Hit("answer", "denied", "", word, word + 1) for word in words if word is not None]


def affirmed(row: Row, hits: Sequence[Hit]) -> bool:
    """Tell a field that says when, or that, something was completed: its answer is a day or says yes, or how it ended."""
    form = _Form(row, hits)
    for hit in hits:
        dated = (hit.group, hit.name) == ("date", "completed") and begins_line(row, row.at[hit.begin])
        if dated and form.affirms(row.at[hit.begin], row.at[hit.end - 1] + 1):
            return True
    return any(form.tells(field) for field in form.fields())


def left_unsaid(row: Row, hits: Sequence[Hit]) -> list[range]:
    """Return the labels (lexemes) that ask whether something was completed, and whose answers do not say that it was."""
    form = _Form(row, hits)
    asked = [field for field in form.fields() if form.asks(field, _ASKED) and form.is_a_question(field)]
    return [field.label for field in asked if not any(map(form.says_yes, form.answers(field)))]


def answered_otherwise(row: Row, hits: Sequence[Hit]) -> list[range]:
    """Return those of them beside which something else stands: "Completed: by arrangement", but not "Completed: Digital resources"."""
    form = _Form(row, hits)
    otherwise = {field.label for field in form.fields() if field.answer and field.closed and not form.names_a_course(field.answer)}
    return [label for label in left_unsaid(row, hits) if label in otherwise]


class _Form(FormLines):
    """The lines of a row as fields, with the phrases in them."""

    def __init__(self, row: Row, hits: Sequence[Hit]) -> None:
        super().__init__(row)
        self.hits = hits
        self.left = ticked(row).left

    def fields(self) -> Iterator[_Field]:
        """Yield every line or part of one that may be a label, with what stands behind it or beside it."""
        for index, segment in enumerate(self.segments):
            for part in self.parts(segment):
                colon = next((at for at in part if self.row.lexemes[at].form in COLONS and not self.is_time(at)), None)
                end = colon if colon is not None else self.gap(part)
                label = range(next((at + 1 for at in range(end - 1, part.start, -1) if self.row.lexemes[at].form in _SENTENCE_ENDS), part.start), end)
                answer = range(end + (colon is not None), part.stop)
                if not answer and part.stop == segment.stop:
                    answer = self.beside(index)
                if self._words(label, left=True) and len(label) <= _LONGEST_LABEL:
                    closed = colon is not None or answer.stop <= segment.stop or not (self.beside(index - 1) or self.beside(index + 1))
                    yield _Field(label, answer, colon is not None, closed)

    # -- what an answer says ----------------------------------------------------------------------------------------------

    def denies(self, field: _Field) -> bool:
        """Tell a field whose answer denies."""
        if self._is_no(field.answer):
            return True
        if not self.asks(field, _ASKING):
            return False
        if self._heads_a_title(field):
            return False
        if self._is_blank(field) or (self._words(field.answer, left=True) and not self._words(field.answer)):
            return True
        # A label in a head or under a line has its answer below or above; what answers the field to its left is no label.
        labels = not field.colon and self.is_a_question(field) and not self._is_an_answer(field)
        stacked = self.stacked(field.label) if labels else []
        if any(self._is_mark(answer) or (len(self._words(answer)) <= _LONGEST_NO and self._speaks_against(answer)) for answer in stacked):
            return True
        unclear = self._tells_how(field, _RESULTS) and field.closed and not self._tells_an_end(field.answer)
        return unclear or self._denies(field.answer, shares=self.asks(field, _ASKED)) or self._is_mark(field.answer)

    def tells(self, field: _Field) -> bool:
        """Tell a field that says no more than that, or how, a course ended, and whose answer says that it was completed."""
        answers = [field.answer] if field.answer else [] if field.colon else self.stacked(field.label)
        if self._tells_how(field):
            return any(self._ends_well(answer) and not self._speaks_against(answer) for answer in answers)
        asked = self.asks(field, _ASKED) and self.is_a_question(field) and not self._is_an_answer(field)
        return asked and any(self.says_yes(answer) and not self._speaks_against(answer) for answer in answers)

    def answers(self, field: _Field) -> list[range]:
        """Return what may answer a field: behind a colon only what follows, else also what stands under and over the label."""
        return [field.answer, *([] if field.colon and field.answer else self.stacked(field.label))]

    def names_a_course(self, answer: range) -> bool:
        """Tell an answer that says what was completed."""
        return any(hit.group in TITLES for hit in self._inside(answer))

    def is_a_question(self, field: _Field) -> bool:
        """Tell a label that asks whether or how a course ended, and holds no other word, as a heading does."""
        return self._covered(field.label, _WHOLE, left=True)

    def _heads_a_title(self, field: _Field) -> bool:
        """Tell a label over what was completed ("Activity completed / Digital resources") beside a line to sign on, in another column."""
        under = self.stacked(field.label)[:1] if not field.colon and self._is_mark(field.answer) else []
        return any(map(self.names_a_course, under))

    def _is_an_answer(self, field: _Field) -> bool:
        """Tell a line that stands beside a label that asks how something ended: "Status | completed"."""
        index = next(index for index, segment in enumerate(self.segments) if field.label.start in segment)
        left = self.segments[index - 1] if index and self.beside(index - 1) else range(0)
        return any(hit.group == "outcome" for hit in self._inside(left, left=True))

    def _tells_how(self, field: _Field, words: frozenset[tuple[str, str]] = _OUTCOME) -> bool:
        """Tell a label that says nothing but that the course's end, or what these words name, stands beside it."""
        return self.asks(field, words) and self._covered(field.label, words | {("course", "")}, left=True)

    def _ends_well(self, answer: range) -> bool:
        """Tell an answer that says nothing but that it, or the course, ended well: "course completed, all requirements fulfilled"."""
        return any((hit.group, hit.name) in _ENDED for hit in self._inside(answer)) and self._covered(answer, _ENDED | {("course", "")})

    def _tells_an_end(self, answer: range) -> bool:
        """Tell an answer that says that it ended well, or counts something; nothing beside a label tells nothing."""
        words = self._words(answer)
        said = any((hit.group, hit.name) in _STANDS for hit in self._inside(answer))
        return not words or said or any(word.isdecimal() for word in words)

    def _covered(self, part: range, marks: frozenset[tuple[str, str]], *, left: bool = False) -> bool:
        """Tell words all of which are of these lists."""
        at = self.row.at
        found = [hit for hit in self._inside(part, left=left) if (hit.group, hit.name) in marks]
        covered = {lexeme for hit in found for lexeme in range(at[hit.begin], at[hit.end - 1] + 1)}
        words = [lexeme for lexeme in part if self.row.lexemes[lexeme].is_word and (left or lexeme not in self.left)]
        return bool(words) and all(lexeme in covered or self.row.lexemes[lexeme].form == "100" for lexeme in words)

    def _speaks_against(self, answer: range) -> bool:
        """Tell an answer with a word that denies, unless all of its words say yes: a small word may deny in another language (Irish "pas")."""
        return any((hit.group, hit.name) in _DENYING for hit in self._inside(answer)) and not self._covered(answer, _STANDS)

    def asks(self, field: _Field, marks: frozenset[tuple[str, str]]) -> bool:
        """Tell a label with words of these lists."""
        return any((hit.group, hit.name) in marks for hit in self._inside(field.label, left=True))

    def affirms(self, begin: int, end: int) -> bool:
        """Tell whether what follows a label, or stands beside, under or over it, is a day or says yes."""
        index = next(index for index, segment in enumerate(self.segments) if begin in segment)
        rest = range(end, self.segments[index].stop)
        if any(self.row.lexemes[at].is_word or self.row.lexemes[at].form not in COLONS for at in rest):
            return self.says_yes(rest)
        if beside := self.beside(index):
            return self.says_yes(beside)
        stacked = self.stacked(range(begin, end))
        # A word that stands alone on the page, as "COMPLETED" across its head, labels nothing.
        alone = not rest and not stacked and begin == self.segments[index].start
        return alone or any(map(self.says_yes, stacked))

    def says_yes(self, answer: range) -> bool:
        """Tell an answer that is a day, a tick, all of it, or says yes."""
        words = self._words(answer)
        numbers = [word for word in words if word.isdecimal()]
        if any(self.row.lexemes[at].form == "%" for at in answer):
            return numbers == ["100"]
        said = any((hit.group, hit.name) in _YES for hit in self._inside(answer)) and self._says_no_more(answer)
        ticks = any(self.row.lexemes[at].form in _TICKS for at in answer)
        return said or ticks or any(int(number) for number in numbers)

    def _says_no_more(self, answer: range) -> bool:
        """Tell an answer that says that something was completed, or in no other words than small ones yes: but not "granted on request"."""
        at = self.row.at
        found = [hit for hit in self._inside(answer) if (hit.group, hit.name) in _STANDS or hit.group in _BESIDE_YES]
        covered = {lexeme for hit in found for lexeme in range(at[hit.begin], at[hit.end - 1] + 1)}
        words = [lexeme for lexeme in answer if self.row.lexemes[lexeme].is_word and lexeme not in self.left]
        told = any((hit.group, hit.name) == ("statement", "completed") for hit in found)
        return told or all(lexeme in covered or len(self.row.lexemes[lexeme].form) <= _SMALL for lexeme in words)

    def _denies(self, answer: range, *, shares: bool) -> bool:
        if self._speaks_against(answer):
            return True
        words = self._words(answer)
        percent = any(self.row.lexemes[at].form == "%" for at in answer)
        if not words or not all(word.isdecimal() for word in words):
            return bool(words) and shares and percent and words[0].isdecimal() and words[0] != "100"
        numbers = [int(word) for word in words]
        if numbers[0] == 0 and len(numbers) <= 2:
            return True
        return shares and ((percent and numbers[0] != 100) or (len(numbers) == 2 and numbers[0] < numbers[1] < 100))

    def _is_no(self, answer: range) -> bool:
        """Tell an answer that is "no" and nothing else."""
        words = self._words(answer)
        if not 0 < len(words) <= _LONGEST_NO:
            return False
        said = [hit for hit in self._inside(answer) if (hit.group, hit.name) == ("answer", "no")]
        return any(hit.end - hit.begin == len(words) for hit in said)

    def _is_mark(self, answer: range) -> bool:
        """Tell a dash, a cross, an empty box, a line to write on."""
        forms = [self.row.lexemes[at].form for at in answer]
        return bool(forms) and all(form in _BLANKS for form in forms) and (len(forms) >= _DOTS or forms[0] != ".")

    def _is_blank(self, field: _Field) -> bool:
        """Tell a field with nothing in it, in a form whose other fields hold something beside their labels."""
        index = next(index for index, segment in enumerate(self.segments) if field.label.start in segment)
        short = field.colon and len(self._words(field.label, left=True)) <= _SHORT_LABEL and self.row.lexemes[field.label.start].raw[:1].isupper()
        first = field.label.start == self.segments[index].start and not self.beside(index - 1)
        if field.answer or not first or not (short or self.is_a_question(field)):
            return False
        # The last line of a sentence, "completed the course with / success:", labels nothing.
        if any(self.row.at[hit.begin] < field.label.start <= self.row.at[hit.end - 1] for hit in self.hits if hit.name == "completed"):
            return False
        box = self.boxes[index]
        ends = [other for other, its in enumerate(self.boxes) if other != index and self.page(other) == self.page(index)]
        level = [other for other in ends if abs(self.boxes[other][0] - box[0]) < _EDGE and self.is_as_large(index, other) and self.beside(other)]
        if len(level) >= _WITH_ANSWERS:
            return True
        under = self.stacked(field.label)[:1]
        return field.colon and not any(self._words(line) and not self._is_a_field(line) for line in under)

    def _inside(self, part: range, *, left: bool = False) -> list[Hit]:
        """Return the phrases in a part of a line; with `left` also those of a box left empty, which may be all of an answer."""
        at = self.row.at
        return [hit for hit in self.hits if at[hit.begin] in part and at[hit.end - 1] in part and (left or at[hit.begin] not in self.left)]

    def _words(self, part: range, *, left: bool = False) -> list[str]:
        return [self.row.lexemes[at].form for at in part if self.row.lexemes[at].is_word and (left or at not in self.left)]

    def _is_a_field(self, part: range) -> bool:
        """Tell "Date: 3 May" from a title with a colon ("MOOC 3: …")."""
        colon = next((at for at in part if self.row.lexemes[at].form in COLONS), part.start)
        return colon > part.start and not any(self.row.lexemes[at].form.isdecimal() for at in range(part.start, colon))
