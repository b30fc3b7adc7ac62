"""What a document is: a course of the series, a label, another paper, or not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.mention_lists import crosses, listed, longest, without_runs
from lti_tool.evidence.ordinary_words import is_ordinary, is_qualified
from lti_tool.evidence.papers import Statements, statements
from lti_tool.evidence.reading import Doubt, Fact, Kind, Place
from lti_tool.evidence.ticks import without_left_open
from lti_tool.evidence.vocabulary import Hit, Vocabulary

_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the document was taken for, and why a person should look."""

    kind: Kind
    kind_id: str | None = None
    number: int | None = None
    title: Fact[str] | None = None
    doubts: tuple[Doubt, ...] = ()


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase where it stands; `weight` grows with its size and with its share of the line."""

    hit: Hit
    place: Place
    text: str
    weight: float
    number: int | None = None


def recognise(document: Document, vocabulary: Vocabulary) -> Recognised:
    """Say what a document is. In doubt it is `UNKNOWN`, or its kind with a doubt that sends it to a person."""
    said = statements(document, vocabulary)
    if said.other is not None:
        return Recognised(Kind.OTHER, title=said.other)
    found = [_Mentions(document, row, vocabulary) for row in document.rows]
    label, rival = _heaviest(found, "label", "name"), _heaviest(found, "label", "rival", outside="name")
    series, course = _heaviest(found, "series", "title"), _course(found)
    if rival and (label is None or rival.weight >= label.weight) and _weight(rival) >= _weight(series):
        return Recognised(Kind.OTHER, title=Fact(rival.text, rival.text, rival.place))
    looks_course = max(_weight(series), course.weight) if series or course.corroborated else 0.0
    # A note about the scheme tells whose label it is as well as the programme's name does.
    theirs = any(mentions.has("label", "context") or mentions.has("note", "matter") for mentions in found)
    if label and theirs and label.weight > looks_course:
        close = bool(series) and looks_course > 0.8 * label.weight
        return _label(label, rival, said, close=close)
    if looks_course > 0 or (course.kind_id and course.numbered):
        return _course_document(course, said, series, label, vocabulary)
    return Recognised(Kind.UNKNOWN, doubts=said.doubts)


def _label(label: Mention, rival: Mention | None, said: Statements, *, close: bool) -> Recognised:
    doubts = list(said.doubts)
    if close or (rival and rival.weight > 0.9 * label.weight):
        doubts.append(Doubt("kind-unclear", label.text, label.place))
    if not said.certifies:
        doubts.append(Doubt("not-said-to-be-a-certificate", label.text, label.place))
    return Recognised(Kind.NQL, "nql", None, Fact(label.text, label.text, label.place), tuple(doubts))


@dataclass(frozen=True, slots=True)
class Course:
    """Which course of the series a document is of."""

    kind_id: str | None = None
    number: int | None = None
    title: Mention | None = None
    weight: float = 0.0
    numbered: bool = False
    corroborated: bool = False
    doubts: tuple[Doubt, ...] = ()


def _course_document(course: Course, said: Statements, series: Mention | None, label: Mention | None, vocabulary: Vocabulary) -> Recognised:
    doubts = [*said.doubts, *([said.incomplete] if said.incomplete and not said.doubts else []), *course.doubts]
    shown = course.title or series
    place = shown.place if shown else None
    text = shown.text if shown else ""
    if course.kind_id is None:
        if not course.doubts:
            doubts.append(Doubt("course-unclear", text, place))
        return Recognised(Kind.UNKNOWN, None, None, Fact(text, text, place) if shown else None, tuple(doubts))
    if series is None and not course.corroborated:
        doubts.append(Doubt("series-not-named", text, place))
    if not said.completes:
        doubts.append(Doubt("completion-not-said", text, place))
    if label and label.weight > 0.9 * max(course.weight, series.weight if series else 0.0):
        doubts.append(Doubt("kind-unclear", label.text, label.place))
    title = vocabulary.scheme.kind(course.kind_id).title
    return Recognised(Kind.MOOC, course.kind_id, course.number, Fact(title, text, place, 1.0 if course.numbered else 0.9), tuple(doubts))


def _weight(mention: Mention | None) -> float:
    return mention.weight if mention else 0.0


def _heaviest(found: Sequence[_Mentions], group: str, name: str, outside: str = "") -> Mention | None:
    """Return the mention that weighs most; `outside` names a list of the group whose longer phrases hide those inside or across."""
    mentions = [mention for entry in found for mention in entry.of(group, name, outside)]
    return max(mentions, key=lambda mention: mention.weight) if mentions else None


class _Mentions:
    """The phrases of one row with their weights."""

    def __init__(self, document: Document, row: Row, vocabulary: Vocabulary) -> None:
        self.document = document
        self.row = row
        self.vocabulary = vocabulary
        self.hits = without_left_open(row, vocabulary.hits(row.words))

    def has(self, group: str, name: str) -> bool:
        """Tell whether any phrase of this list stands there."""
        return any(hit.group == group and hit.name == name for hit in self.hits)

    def of(self, group: str, name: str, outside: str = "") -> list[Mention]:
        """Return the mentions of one list, without those that a longer phrase of the list `outside` crosses."""
        longer = [hit for hit in self.hits if hit.group == group and hit.name == outside]
        hits = [hit for hit in self.hits if hit.group == group and hit.name == name]
        return [self._mention(hit) for hit in hits if not any(crosses(other, hit) for other in longer)]

    def _mention(self, hit: Hit, number: int | None = None) -> Mention:
        first = self.row.lexeme(hit.begin)
        on_line = [index for index in range(hit.begin, hit.end) if self.row.lexeme(index).segment == first.segment]
        line = sum(1 for lexeme in self.row.lexemes if lexeme.is_word and lexeme.segment == first.segment)
        share = len(on_line) / max(1, line)
        weight = first.word.size / self.document.median_size + 0.6 * share
        return Mention(hit, self.row.place(hit.begin, hit.end), self.row.raw(hit.begin, hit.end), weight, number)

    # -- areas ------------------------------------------------------------------------------------------------------------

    def areas(self) -> list[Mention]:
        """Return the mentions of courses by name, without those that stand in a list of the whole series."""
        courses = {kind.id: kind.number for kind in self.vocabulary.scheme.kinds if kind.family == "mooc"}
        hits = longest([hit for hit in self.hits if hit.group == "kind" and hit.name in courses])
        series = [hit for hit in self.hits if hit.group == "series" and hit.name == "title"]
        said = [hit for hit in self.hits if hit.group == "statement"]
        # "Avaliação final aprovado" and "évaluation favorable" say how it ended; no course is called so.
        hits = [hit for hit in hits if not any(other.begin == hit.begin and hit.end < other.end for other in said)]
        hits = [hit for hit in hits if not any(other.begin <= hit.begin and hit.end <= other.end for other in series)]
        in_list = listed(hits)
        hits = [
            hit
            for hit in hits
            if hit not in in_list and not self._enumerated(hit) and not is_qualified(hit, self.hits, self.row, self.document, self.vocabulary)
        ]
        return [self._mention(hit, courses[hit.name]) for hit in hits]

    def without_ordinary_words(self, areas: Sequence[Mention], numbers: Sequence[tuple[int, int]]) -> list[Mention]:
        """Leave out what is a course's title elsewhere and one small word of a sentence here ("peer assessment"), far from any number.

        Only where a number or another title says which course it is; `numbers` are those and where they stand.
        """
        ordinary = [mention for mention in areas if is_ordinary(mention.hit, self.row, numbers)]
        rest = [mention for mention in areas if mention not in ordinary]
        return rest if rest or numbers else list(areas)

    def _enumerated(self, hit: Hit) -> bool:
        """Tell a word of a list in small print: "Modules: 1 Introduction, 2 Tools, 3 Planning, 4 Assessment"."""
        segment = self.row.lexeme(hit.begin).segment
        figures = [lexeme.form for lexeme in self.row.lexemes if lexeme.segment == segment and lexeme.form in ("1", "2", "3")]
        return [figure for at, figure in enumerate(figures) if figure not in figures[:at]] == ["1", "2", "3"]

    def numbers(self) -> list[tuple[int, int]]:
        """Return (number, index of its word) of "MOOC 3", "course no. 3 of 6", "third course", "3. Kurs", outside of lists."""
        found: list[tuple[int, int]] = []
        for hit in self.hits:
            if hit.group == "course" and not self._enumerated(hit):
                found += self._number_after(hit) or self._number_before(hit)
        return without_runs(found)

    def _number_after(self, hit: Hit) -> list[tuple[int, int]]:
        # "the fifth course, / 2 Digital resources": a sentence beside a list.
        behind = self.row.lexemes[self.row.at[hit.end - 1] + 1 :][:1]
        if any(lexeme.form in (",", ";") for lexeme in behind):
            return []
        for index in range(hit.end, min(hit.end + 3, len(self.row.words))):
            if self._hangs_on(index):
                continue
            word = self.row.words[index]
            number = int(word) if word.isdecimal() and len(word) <= 2 else _ROMAN.get(word) if self.row.lexeme(index).raw.isupper() else None
            number = number if number is not None else self.vocabulary.number_word(word, "cardinals")
            if number is not None:
                return [(number, index)] if number and not self._counts(index) else []
            if word not in ("no", "nr", "n", "num", "number", "nº", "o", "unit", "αρ", "№") and index - hit.end >= 0:
                return []
        return []

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
        # "3/6" is the third of six, "3/6/2026" a day.
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
        dotted = self.row.lexemes[self.row.at[index] + 1].form in (".", "º", "°", "ª")
        return [(int(word), index)] if word in ("1", "2", "3", "4", "5", "6") and dotted else []


def _course(found: Sequence[_Mentions]) -> Course:
    """Decide between the courses that the rows mention."""
    best = Course()
    for mentions in found:
        course = _course_of(mentions)
        if course.kind_id and not course.doubts:
            return course
        best = course if best.kind_id is None and (course.kind_id or course.doubts) else best
    return best


def _course_of(mentions: _Mentions) -> Course:
    counted = mentions.numbers()
    numbers = {number for number, _ in counted}
    areas = mentions.without_ordinary_words(mentions.areas(), counted)
    named = {mention.number for mention in areas}
    by_number = {kind.number: kind.id for kind in mentions.vocabulary.scheme.kinds if kind.number}
    # A series that is named otherwise is another one.
    another = mentions.has("sequence", "") and not mentions.has("series", "title")
    supported = not another and (mentions.has("series", "organiser") or mentions.has("series", "subject"))
    if len(named) > 1:
        areas = _most_prominent(areas, numbers)
        named = {mention.number for mention in areas}
    title = max(areas, key=lambda mention: mention.weight) if areas else None
    if len(named) > 1 and title:
        return Course(doubts=(Doubt("course-unclear", ", ".join(sorted({mention.text for mention in areas})), title.place),), weight=title.weight)
    if title and title.number:
        agree = title.number in numbers
        doubts = () if agree or not numbers else (Doubt("course-contradiction", title.text, title.place),)
        corroborated = agree and supported
        return Course(by_number[title.number], title.number, title, title.weight, agree, corroborated, doubts)
    if len(numbers) == 1:
        number = next(iter(numbers))
        return Course(by_number.get(number), number, None, 1.0, numbered=True)
    return Course()


def _most_prominent(areas: Sequence[Mention], numbers: set[int]) -> list[Mention]:
    """Of several areas, those set clearly larger or in lines of their own; else those that a number confirms."""
    top = max(mention.weight for mention in areas)
    large = [mention for mention in areas if mention.weight > top - 0.25]
    if len({mention.number for mention in large}) == 1 and all(mention.weight < 0.8 * top for mention in areas if mention not in large):
        return large
    confirmed = [mention for mention in areas if mention.number in numbers]
    return confirmed if len(numbers) == 1 and confirmed else list(areas)
