"""Where a name may stand: after "awarded to", in a field labelled "Name", before "has completed"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from lti_tool.evidence import holder_clauses, holder_fields
from lti_tool.evidence.arrangement import FIELD_GAP, gap_between, row_of
from lti_tool.evidence.captions import ends_in_captions
from lti_tool.evidence.holder_looks import MOST_WORDS, goes_on_as_none, in_small_letters
from lti_tool.evidence.holder_words import INNER_MARKS, MOST_GIVEN, NameWords
from lti_tool.evidence.layout import Box, Lexeme, Segment, Word, around, spelled
from lti_tool.evidence.sentences import begins_line
from lti_tool.evidence.vocabulary import Hit

MOST_STANDING: Final = 5
WEIGHT: Final = {"fields": 4, "label": 3, "before": 3, "address": 2, "after": 2, "standing": 1, "mentioned": 1}
# A label that stands between two names is of the upper one only if it is so much nearer to it.
CAPTION_NEARER: Final = 0.6
# The longest that stands in brackets after a name, in words and marks.
LONGEST_BRACKET: Final = 20
# Groups of phrases that no person is named by.
THINGS: Final = frozenset({"kind", "series", "label", "paper", "statement", "course", "date", "number"})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name that may be the holder's: how it was found (a key of WEIGHT) and its lexemes."""

    how: str
    lexemes: tuple[Lexeme, ...]

    @property
    def text(self) -> str:
        """The name as it is written."""
        return spelled(self.lexemes).strip(" -,.") if self.lexemes[-1].form != "." else spelled(self.lexemes).strip(" -,")

    @property
    def words(self) -> frozenset[str]:
        """Its folded words, for comparing two candidates."""
        return frozenset(lexeme.form for lexeme in self.lexemes if lexeme.is_word)


class Names(NameWords):
    """Finds candidates in one row."""

    def candidates(self) -> Iterator[Candidate]:
        """Yield every candidate."""
        if whole := holder_fields.in_two(self):
            yield Candidate("fields", whole)
        yield from self._announced()
        for suffixed in holder_clauses.with_suffix(self):
            if named := self.cleaned(suffixed):
                yield Candidate("after", named)

    def _announced(self) -> Iterator[Candidate]:
        for hit in self.hits:
            if hit.group != "holder" or self._runs_on(hit):
                continue
            if (
                hit.name == "before"
                or (hit.name == "address" and begins_line(self.row, self.row.at[hit.begin]))
                or (hit.name == "label" and self.heads_a_field(hit))
            ):
                found = self.in_field(hit)
            elif hit.name == "after":
                found = self._in_front_or_above(hit)
            else:
                continue
            named = self.cleaned(found)
            if not named or (hit.name == "after" and self.begins_a_sentence(named, hit)):
                continue
            if goes_on_as_none(named, self.row.lexemes[self._index(named[-1]) + 1 :][:2], hit.name):
                continue
            if hit.name == "label" or not self._in_small_letters(named):
                yield Candidate(hit.name, named)

    def _in_small_letters(self, named: Sequence[Lexeme]) -> bool:
        """Tell words in small letters inside a sentence; a name in small letters stands in a field or in a line of its own."""
        segment = named[0].segment
        ahead = self.row.lexemes[max(0, self._index(named[0]) - 1)]
        return in_small_letters(named[0].raw) and in_small_letters(named[-1].raw) and ahead.segment == segment and ahead is not named[0]

    def _runs_on(self, hit: Hit) -> bool:
        """Tell words before a name that another such phrase overlaps and runs further ("certificate to", "to the teacher")."""
        return hit.name == "before" and any(
            other.name == "before" and other.group == "holder" and hit.begin <= other.begin < hit.end < other.end for other in self.hits
        )

    # -- forwards ---------------------------------------------------------------------------------------------------------

    def _past_translation(self, at: int) -> int:
        """Pass over the label said again in another language: "Nombre / Name: …"."""
        lexemes = self.row.lexemes
        if at >= len(lexemes) or lexemes[at].form != "/":
            return at
        colons = [index for index in range(at + 1, min(at + 8, len(lexemes))) if lexemes[index].form == ":"]
        between = lexemes[at : colons[0]] if colons else ()
        one_line = all(lexeme.segment == lexemes[at].segment for lexeme in between)
        return colons[0] if colons and one_line and any(at < self.row.at[hit.begin] < colons[0] for hit in self.hits if hit.name == "label") else at

    def heads_a_field(self, hit: Hit) -> bool:
        """Tell a field's label: it begins its line and is followed by a colon, or is all of its line."""
        first, last = self.row.at[hit.begin], self.row.at[hit.end - 1]
        following = self.row.lexemes[last + 1] if last + 1 < len(self.row.lexemes) else None
        colon = following is not None and following.form in (":", "/", "(")
        alone = following is None or following.segment != self.row.lexemes[last].segment
        # A table's columns may stand close: a space wider than those between words parts them as a colon does.
        apart = following is not None and not alone and gap_between(self.row.lexemes[last].word, following.word) > FIELD_GAP
        return begins_line(self.row, first) and (colon or alone or apart)

    def in_field(self, hit: Hit) -> list[Lexeme]:
        """Return what stands in the field of a label: behind it, beside it, or under it."""
        at = self._past_translation(self.row.at[hit.end - 1] + 1)
        at = self.past_openers(at)
        if at >= len(self.row.lexemes):
            return []
        label_segment = self.row.lexemes[self.row.at[hit.end - 1]].segment
        anchor = self._label(hit)
        if self.row.lexemes[at].segment == label_segment:
            return self._take(at, wraps=hit.name == "before")
        if self._labels(at):
            return self._below(anchor)
        near = self._beside_or_under(anchor, self.row.lexemes[at].word)
        if near and (named := self.cleaned(taken := self._take(at))) and not self._goes_on(named):
            # A head of a table stands beside the head of the next column, and over its name.
            level = abs(named[0].word.box[1] - anchor.box[1]) < anchor.box[3] - anchor.box[1]
            below = self._below(anchor) if hit.name == "label" and (len(named) == 1 or not level) else []
            return below if len(self.cleaned(below)) > 1 else taken
        return self._below(anchor)

    def _label(self, hit: Hit) -> Word:
        """Return the words of a label as one."""
        first = self.row.lexeme(hit.begin)
        words = [lexeme.word for lexeme in map(self.row.lexeme, range(hit.begin, hit.end)) if lexeme.segment == first.segment]
        return replace(first.word, box=around(words))

    def _goes_on(self, named: Sequence[Lexeme]) -> bool:
        """Tell words that begin in small letters a line which goes on after them: a sentence, whose label stands under its own name."""
        if not named[0].raw[:1].islower() or named[0].form in self.vocabulary.particles:
            return False
        after = self._index(named[-1]) + 1
        rest = [lexeme for lexeme in self.row.lexemes[after : after + 3] if lexeme.segment == named[-1].segment]
        return any(lexeme.is_word for lexeme in rest)

    @staticmethod
    def _beside_or_under(anchor: Word, found: Word) -> bool:
        """Tell whether the next thing in the row is the next thing on the page too, and not another column's."""
        if found.page != anchor.page:
            return True
        level = abs(found.box[1] + found.box[3] - anchor.box[1] - anchor.box[3]) < anchor.box[3] - anchor.box[1]
        return level or found.box[0] < anchor.box[2] + 0.25

    def _below(self, label: Word) -> list[Lexeme]:
        """Return the line right under (else over) a label that stands alone, as in tables and under signature lines."""
        left, top, right, bottom = label.box
        height = bottom - top
        found: list[tuple[float, list[Lexeme]]] = []
        for under in (True, False):
            near = [
                ((segment.box[1] - bottom if under else top - segment.box[3]), segment)
                for segment in self.document.segments
                if segment.page == label.page and min(right, segment.box[2]) - max(left, segment.box[0]) > 0
            ]
            for gap, segment in sorted(near, key=lambda entry: abs(entry[1].box[1] - top)):
                lexemes = self._line(segment) if 0 <= gap + 0.005 < 2.5 * height else []
                if self.cleaned(lexemes):
                    found.append((gap if under else gap / CAPTION_NEARER, lexemes))
                    break
        if found:
            return found[-1][1] if ends_in_captions(self.document, label) else min(found, key=lambda entry: entry[0])[1]
        return self._before_a_label(label)

    def _before_a_label(self, label: Word) -> list[Lexeme]:
        """Return what stands beside a label that ends its line, where labels stand at the right."""
        level = [other for other in self.document.segments if other.page == label.page and _level(other.box, label.box)]
        if any(other.box[0] >= label.box[2] for other in level):
            return []
        before = [other for other in level if other.box[2] <= label.box[0]]
        lexemes = self._line(max(before, key=lambda other: other.box[2])) if before else []
        return lexemes if self.cleaned(lexemes) else []

    def _line(self, segment: Segment) -> list[Lexeme]:
        return list(row_of([segment], join_hyphens=False).lexemes)

    # -- backwards --------------------------------------------------------------------------------------------------------

    def _in_front_or_above(self, hit: Hit) -> list[Lexeme]:
        """Return what stands before "has completed" on its line; else what its sentence begins with, or a line further up."""
        found = self._in_front(hit)
        named = self.cleaned(found)
        # Words in small letters that begin a line and no paragraph are of the sentence, and not a name in a line of its own.
        if named and not (named[0].raw.islower() and not named[0].fresh):
            return found
        begin = self.row.at[hit.begin]
        return holder_clauses.subject_of_sentence(self, begin) or holder_clauses.line_above(self, begin)

    def _in_front(self, hit: Hit) -> list[Lexeme]:
        """Return what stands before "has completed": on its line, else the line above."""
        begin = self._before_brackets(holder_clauses.before_asides(self.row.lexemes, self.row.at[hit.begin]))
        start = self._start_of_line(begin, self.row.lexemes[begin if begin == self.row.at[hit.begin] else max(0, begin - 1)].segment)
        if start is None or self._inside_brackets(start, begin):
            return []
        start = self.past_openers(self._after_last_anchor(start, begin))
        found = self._take(start) if start < begin else []
        if not self.cleaned(found):
            return self._right_before(begin, start)
        return self._begun_above(start, found) or found

    def _start_of_line(self, begin: int, segment: int) -> int | None:
        """Return where what stands before a phrase begins: on its line (its `segment`), else in the line above; None if that is another field."""
        start = begin
        while start > 0 and self.row.lexemes[start - 1].segment == segment and not self._ends_a_sentence(start - 1):
            start -= 1
        if start < begin:
            return start
        if begin == 0 or self.row.lexemes[begin - 1].segment == segment:
            return None
        above = self.row.lexemes[begin - 1].segment
        start = begin - 1
        while start > 0 and self.row.lexemes[start - 1].segment == above:
            start -= 1
        # "School: …" above "has completed" is a field of something else; a field "Name: …" is found as one.
        return None if any(lexeme.form == ":" for lexeme in self.row.lexemes[start:begin]) else start

    def _ends_a_sentence(self, at: int) -> bool:
        """Tell a mark that a sentence ends with, and not an initial: "Anna M. Sample has completed"."""
        before = self.row.lexemes[at - 1] if at else None
        initial = before is not None and before.is_word and len(before.raw) == 1 and before.raw.isupper()
        return self.row.lexemes[at].form in (".", ";", ":", "!") and not (initial and self.row.lexemes[at].form == "." and self.row.lexemes[at].glued)

    def _begun_above(self, start: int, found: Sequence[Lexeme]) -> list[Lexeme]:
        """Return the whole of a name whose first words end the line above, in one sentence: "gives Anna / Muster (Linz) the label"."""
        lexemes = self.row.lexemes
        if start == 0 or lexemes[start].fresh or lexemes[start - 1].segment == lexemes[start].segment or found[0] is not lexemes[start]:
            return []
        first = start
        while first > 0 and start - first < MOST_GIVEN and self._may_begin_a_name(first - 1, lexemes[start - 1].segment):
            first -= 1
        whole = [*lexemes[first:start], *found]
        ahead = lexemes[first - 1] if first else None
        small = ahead is not None and ahead.is_word and ahead.raw[:1].islower() and ahead.segment == lexemes[start - 1].segment
        return whole if first < start and small and self.cleaned(whole) else []

    def _may_begin_a_name(self, at: int, segment: int) -> bool:
        lexeme = self.row.lexemes[at]
        if lexeme.segment != segment or not (lexeme.is_word and lexeme.raw[:1].isupper() and lexeme.form.isalpha()):
            return lexeme.segment == segment and lexeme.form in INNER_MARKS - {"."} and lexeme.glued
        return not any(hit.group in THINGS or hit.name in ("institutions", "titles") for hit in self.starts.get(self.word_at.get(at, -1), ()))

    def _inside_brackets(self, start: int, begin: int) -> bool:
        """Tell words whose bracket closes before it opens: it was opened on a line that this order of reading puts elsewhere."""
        forms = [lexeme.form for lexeme in self.row.lexemes[start:begin]]
        return ")" in forms and "(" not in forms[: forms.index(")")]

    def _before_brackets(self, begin: int) -> int:
        """Return where a bracket opened on an earlier line that closes right before a phrase: "Anna Muster (School of / Linz) receives"."""
        lexemes = self.row.lexemes
        if begin == 0 or lexemes[begin - 1].form != ")":
            return begin
        at = begin - 1
        while at > 0 and begin - at < LONGEST_BRACKET and lexemes[at].form != "(" and not lexemes[at].fresh:
            at -= 1
        return at if lexemes[at].form == "(" and lexemes[at].segment != lexemes[begin].segment else begin

    def _right_before(self, begin: int, start: int) -> list[Lexeme]:
        """Return the last words with capitals before a phrase, past what stands in brackets: "The Office Anna Muster (Linz) receives"."""
        end = begin
        if end > start and self.row.lexemes[end - 1].form == ")":
            end = next((index for index in range(end - 1, start - 1, -1) if self.row.lexemes[index].form == "("), end)
        for first in range(start, end - 1):
            if first > start and holder_clauses.is_institution(self, first - 1):
                # "CEIP Fuente Nueva" is a school's, and so is each part of it.
                return []
            lexemes = list(self.row.lexemes[first:end])
            if (
                lexemes[0].raw[:1].isupper()
                and all(lexeme.is_word or lexeme.form in INNER_MARKS for lexeme in lexemes)
                and len(lexemes) <= MOST_WORDS
            ):
                named = self.cleaned(lexemes)
                if 2 <= len([lexeme for lexeme in named if lexeme.is_word]) <= MOST_STANDING:
                    return lexemes
        return []

    def _after_last_anchor(self, start: int, begin: int) -> int:
        for hit in self.hits:
            if hit.group == "holder" and hit.name in ("before", "label") and start <= self.row.at[hit.begin] and self.row.at[hit.end - 1] < begin:
                start = max(start, self.row.at[hit.end - 1] + 1)
        return start


def _level(one: Box, other: Box) -> bool:
    return abs(one[1] + one[3] - other[1] - other[3]) < min(one[3] - one[1], other[3] - other[1])
