"""What a document is: a course of the series, a label, another paper, or not understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lti_tool.evidence.adverts import without_advertised
from lti_tool.evidence.course_numbers import CourseNumbers, enumerated
from lti_tool.evidence.described_series import DescribedSeries
from lti_tool.evidence.layout import Document, Row
from lti_tool.evidence.mention_lists import crosses, in_a_column, listed, longest
from lti_tool.evidence.ordinary_words import is_ordinary, is_qualified
from lti_tool.evidence.papers import Statements, statements
from lti_tool.evidence.reading import Doubt, Fact, Kind, Place
from lti_tool.evidence.ticks import ticked, without_left_open
from lti_tool.evidence.vocabulary import Hit, Vocabulary


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
        self.hits = without_advertised(row, without_left_open(row, vocabulary.hits(row.words)))

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
        seen = ticked(self.row)
        # "☐ 1 ☐ 2 ☒ 3 Teaching and learning ☐ 4": of a list with boxes the one is meant that is ticked.
        meant = {hit for hit in hits if seen.chooses and self.row.at[hit.begin] in seen.done}
        in_list = listed(hits) | in_a_column(self.row, hits)
        hits = [
            hit
            for hit in hits
            if hit not in in_list
            and (hit in meant or not enumerated(self.row, hit))
            and not is_qualified(hit, self.hits, self.row, self.document, self.vocabulary)
        ]
        return [self._mention(hit, courses[hit.name]) for hit in hits]

    def without_ordinary_words(self, areas: Sequence[Mention], numbers: Sequence[tuple[int, int]]) -> list[Mention]:
        """Leave out what is a course's title elsewhere and one small word of a sentence here ("peer assessment"), far from any number.

        Only where a number or another title says which course it is; `numbers` are those and where they stand.
        """
        ordinary = [mention for mention in areas if is_ordinary(mention.hit, self.row, numbers)]
        rest = [mention for mention in areas if mention not in ordinary]
        return rest if rest or numbers else list(areas)


def _course(found: Sequence[_Mentions]) -> Course:
    """Decide between the courses that the rows mention."""
    courses = [_course_of(mentions) for mentions in found]
    told = [course for course in courses if course.kind_id and not course.doubts]
    if told:
        # Of two columns, one order of reading tears apart what the other holds together.
        return next((course for course in told if course.corroborated and course.kind_id == told[0].kind_id), told[0])
    return next((course for course in courses if course.kind_id or course.doubts), Course())


def _course_of(mentions: _Mentions) -> Course:
    counted = CourseNumbers(mentions.row, mentions.hits, mentions.vocabulary).found()
    numbers = {number for number, _ in counted}
    areas = mentions.without_ordinary_words(mentions.areas(), counted)
    named = {mention.number for mention in areas}
    by_number = {kind.number: kind.id for kind in mentions.vocabulary.scheme.kinds if kind.number}
    series = DescribedSeries(mentions.row, mentions.hits, mentions.vocabulary, counted)
    # A series that is named otherwise is another one.
    another = mentions.has("sequence", "") and not mentions.has("series", "title")
    supported = not another and (mentions.has("series", "organiser") or mentions.has("series", "subject"))
    supported = (supported or series.is_all()) and not series.counts_otherwise()
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
