"""Where a name may stand: after "awarded to", in a field labelled "Name", before "has completed"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.arrangement import row_of
from lti_tool.evidence.layout import Document, Lexeme, Row, Segment, Word, spelled
from lti_tool.evidence.vocabulary import Hit, Vocabulary

MOST_WORDS: Final = 9
WEIGHT: Final = {"label": 3, "before": 3, "after": 2}
_INNER_MARKS: Final = frozenset({"-", "'", "’", "‘", "ʼ", "`", "´", "‐", "‑", "·", "."})
_OPENERS: Final = frozenset({":", "-", "–", "—", ",", '"', "“", "”", "«", "„", "*", "_", "|", "~", "•", "→"})
# Groups of phrases that no person is named by.
_NOT_NAMES: Final = frozenset({"kind", "series", "label", "paper", "statement"})


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


class Names:
    """Finds candidates in one row."""

    def __init__(self, document: Document, row: Row, vocabulary: Vocabulary) -> None:
        self.document = document
        self.row = row
        self.vocabulary = vocabulary
        self.hits = vocabulary.hits(row.words)
        self.word_at = {lexeme: word for word, lexeme in enumerate(row.at)}
        self.starts: dict[int, list[Hit]] = {}
        for hit in self.hits:
            self.starts.setdefault(hit.begin, []).append(hit)

    def candidates(self) -> Iterator[Candidate]:
        """Yield every candidate."""
        for hit in self.hits:
            if hit.group != "holder":
                continue
            if hit.name == "before" or (hit.name == "label" and self._heads_a_field(hit)):
                found = self._after(hit)
            elif hit.name == "after":
                found = self._in_front(hit)
            else:
                continue
            named = self._cleaned(found)
            if named:
                yield Candidate(hit.name, named)

    # -- forwards ---------------------------------------------------------------------------------------------------------

    def _heads_a_field(self, hit: Hit) -> bool:
        """Tell a field's label: it begins its line and is followed by a colon, or is all of its line."""
        first, last = self.row.at[hit.begin], self.row.at[hit.end - 1]
        begins = first == 0 or self.row.lexemes[first - 1].segment != self.row.lexemes[first].segment
        following = self.row.lexemes[last + 1] if last + 1 < len(self.row.lexemes) else None
        colon = following is not None and following.form in (":", "/", "(")
        alone = following is None or following.segment != self.row.lexemes[last].segment
        return begins and (colon or alone)

    def _after(self, hit: Hit) -> list[Lexeme]:
        at = self.row.at[hit.end - 1] + 1
        at = self._past_openers(at)
        if at >= len(self.row.lexemes):
            return []
        label_segment = self.row.lexemes[self.row.at[hit.end - 1]].segment
        anchor = self.row.lexemes[self.row.at[hit.begin]]
        if self.row.lexemes[at].segment == label_segment:
            return self._take(at, wraps=hit.name == "before")
        if self._beside_or_under(anchor.word, self.row.lexemes[at].word) and self._cleaned(taken := self._take(at)):
            return taken
        return self._below(anchor.word)

    @staticmethod
    def _beside_or_under(anchor: Word, found: Word) -> bool:
        """Tell whether the next thing in the row is the next thing on the page too, and not another column's."""
        if found.page != anchor.page:
            return True
        level = abs(found.box[1] + found.box[3] - anchor.box[1] - anchor.box[3]) < anchor.box[3] - anchor.box[1]
        return level or found.box[0] < anchor.box[2] + 0.25

    def _past_openers(self, at: int) -> int:
        while at < len(self.row.lexemes):
            lexeme = self.row.lexemes[at]
            if lexeme.form == "(":
                # "Name (surname, first name): …": what is in brackets explains the label.
                end = next((i for i in range(at, min(at + 12, len(self.row.lexemes))) if self.row.lexemes[i].form == ")"), at)
                at = end + 1
            elif lexeme.form in _OPENERS or lexeme.form == "/" or self._small_word(at):
                at += 1
            else:
                title = self._hit_at(at, ("titles",))
                if title is None:
                    return at
                at = self.row.at[title.end - 1] + 1
                if at < len(self.row.lexemes) and self.row.lexemes[at].form == ".":
                    at += 1
        return at

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
        lexeme = self.row.lexemes[at]
        if at + 1 < len(self.row.lexemes) and self.row.lexemes[at + 1].form == ":":
            return True
        for hit in self.starts.get(word, ()):
            if hit.group in _NOT_NAMES or hit.group == "date":
                # One-word phrases also occur as names (May, Mark, Programme heads are not): a capital inside a name stays.
                if hit.end - hit.begin > 1 or hit.group in ("label", "series"):
                    return True
            elif hit.group == "holder" and hit.name in ("stop", "after", "before", "others"):
                if lexeme.raw[:1].isupper() and hit.end - hit.begin == 1:
                    continue
                return True
        return False

    def _take(self, at: int, *, wraps: bool = True) -> list[Lexeme]:
        """Collect a name from here: letters, initials, hyphens and apostrophes, until something else begins."""
        taken: list[Lexeme] = []
        first = self.row.lexemes[at]
        whole_line = at == 0 or self.row.lexemes[at - 1].segment != first.segment
        while at < len(self.row.lexemes) and sum(lexeme.is_word for lexeme in taken) <= MOST_WORDS:
            lexeme = self.row.lexemes[at]
            if lexeme.segment != first.segment and taken and not (wraps and self._wraps(taken[-1], lexeme, whole_line=whole_line)):
                break
            if lexeme.is_word:
                if lexeme.form.isdecimal() or (self._ends_name(at) and (taken or not whole_line)):
                    break
            elif not self._inside_name(lexeme, taken, at):
                break
            taken.append(lexeme)
            first = lexeme if lexeme.segment != first.segment else first
            at += 1
        return taken

    def _inside_name(self, mark: Lexeme, taken: Sequence[Lexeme], at: int) -> bool:
        if not taken:
            return False
        if mark.form == ",":
            return self._surname_first(taken, at)
        if mark.form == ".":
            # An initial or an abbreviated first name; anything longer ends a sentence.
            return mark.glued and len(taken[-1].form) <= 3 and taken[-1].is_word
        return mark.form in _INNER_MARKS

    def _surname_first(self, taken: Sequence[Lexeme], at: int) -> bool:
        """``ROSSI, Maria``: a comma after a surname in capitals or a single word, and a capital after it."""
        following = self.row.lexemes[at + 1] if at + 1 < len(self.row.lexemes) else None
        if following is None or following.segment != taken[-1].segment or not following.raw[:1].isupper() or self._ends_name(at + 1):
            return False
        words = [lexeme for lexeme in taken if lexeme.is_word]
        return not any(lexeme.form == "," for lexeme in taken) and (len(words) == 1 or all(lexeme.raw.isupper() for lexeme in words))

    def _wraps(self, last: Lexeme, following: Lexeme, *, whole_line: bool) -> bool:
        """Tell whether a name goes on in the next line: always in running text, in a line of its own only if it is set large."""
        if following.fresh or following.word.page != last.word.page:
            return False
        if not whole_line:
            return True
        alike = abs(last.word.size - following.word.size) < 0.06 * last.word.size
        return alike and last.word.size >= 1.25 * self.document.median_size and following.raw[:1].isupper()

    def _below(self, label: Word) -> list[Lexeme]:
        """Return the line right under (else over) a label that stands alone, as in tables and under signature lines."""
        left, top, right, bottom = label.box
        for under in (True, False):
            near = [
                segment
                for segment in self.document.segments
                if segment.page == label.page
                and min(right, segment.box[2]) - max(left, segment.box[0]) > 0
                and 0 <= (segment.box[1] - bottom if under else top - segment.box[3]) + 0.005 < 2.5 * (bottom - top)
            ]
            for segment in sorted(near, key=lambda segment: abs(segment.box[1] - top)):
                lexemes = self._line(segment)
                if self._cleaned(lexemes):
                    return lexemes
        return []

    def _line(self, segment: Segment) -> list[Lexeme]:
        return list(row_of([segment], join_hyphens=False).lexemes)

    # -- backwards --------------------------------------------------------------------------------------------------------

    def _in_front(self, hit: Hit) -> list[Lexeme]:
        """Return what stands before "has completed": on its line, else the line above."""
        begin = self.row.at[hit.begin]
        segment = self.row.lexemes[begin].segment
        start = begin
        while start > 0 and self.row.lexemes[start - 1].segment == segment and self.row.lexemes[start - 1].form not in (".", ";", ":", "!"):
            start -= 1
        if start == begin:
            if begin == 0 or self.row.lexemes[begin - 1].segment == segment:
                return []
            above = self.row.lexemes[begin - 1].segment
            start = begin - 1
            while start > 0 and self.row.lexemes[start - 1].segment == above:
                start -= 1
        start = self._after_last_anchor(start, begin)
        start = self._past_openers(start)
        return self._take(start) if start < begin else []

    def _after_last_anchor(self, start: int, begin: int) -> int:
        for hit in self.hits:
            if hit.group == "holder" and hit.name in ("before", "label") and start <= self.row.at[hit.begin] and self.row.at[hit.end - 1] < begin:
                start = max(start, self.row.at[hit.end - 1] + 1)
        return start

    # -- is it a name? ----------------------------------------------------------------------------------------------------

    def _cleaned(self, found: Sequence[Lexeme]) -> tuple[Lexeme, ...]:
        """Return the name without what hangs around it; nothing if this is no person's name."""
        lexemes = list(found)
        while lexemes and (not lexemes[-1].is_word and not (lexemes[-1].form == "." and len(lexemes) > 1 and len(lexemes[-2].form) == 1)):
            lexemes.pop()
        words = [lexeme for lexeme in lexemes if lexeme.is_word]
        if not 1 <= len(words) <= MOST_WORDS or any(not lexeme.form.isalpha() for lexeme in words):
            return ()
        if not any(len(lexeme.form) > 1 for lexeme in words) or not self._capitalised(words) or self._names_a_thing(words):
            return ()
        return tuple(lexemes)

    def _capitalised(self, words: Sequence[Lexeme]) -> bool:
        """Names are written with capitals where the script has them; a few small words may stand between."""
        small = [word for word in words if word.raw[:1].islower() and word.form not in self.vocabulary.particles]
        return not small or len(small) == len(words) <= 4

    def _names_a_thing(self, words: Sequence[Lexeme]) -> bool:
        hits = self.vocabulary.hits([word.form for word in words])
        if any(hit.group == "holder" and hit.name in ("institutions", "joins") for hit in hits):
            return True
        if any(
            hit.group in ("kind", "series", "label") or (hit.group in ("paper", "statement", "course") and hit.end - hit.begin > 1) for hit in hits
        ):
            return True
        covered = {index for hit in hits if hit.group != "holder" or hit.name != "titles" for index in range(hit.begin, hit.end)}
        return 2 * len(covered) > len(words)
