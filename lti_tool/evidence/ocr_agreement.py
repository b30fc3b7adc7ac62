"""Several readings of the same pictures made one: what two of them agree on, and a doubt for what they don't."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar

from lti_tool.evidence.ocr_page import ReadPage
from lti_tool.evidence.reading import Doubt, Fact, Place, Reading, Source
from lti_tool.scheme.phrases import words_of

T = TypeVar("T")
# The least that one of two agreeing readings must be sure of each word of a fact.
SURE: Final = 0.7
# And where three agree on a name, letter by letter: it must be the applicant's too. A day is compared with nothing.
SURE_OF_THREE: Final = 0.6
_TWO: Final = 2
# What a bad reading alone may bring about, by missing or mixing up words: such doubts count where two readings have them. All others
# count where one has them, since what it saw may stand there.
_OF_BAD_READING: Final = frozenset(
    {
        "mixed-script",
        "series-not-named",
        "completion-not-said",
        "not-said-to-be-a-certificate",
        "holder-unannounced",
        "course-unclear",
        "kind-unclear",
        "date-of-something-else",
        "disclaimer-unclear",
        "disclaimer-language-unknown",
    }
)
# These belong to the date, and go with it.
_OF_DATE: Final = "date-ambiguous"


@dataclass(frozen=True, slots=True)
class Look:
    """One reading of a whole document: a reading for each of its parts, and its pictures by page number."""

    readings: tuple[Reading, ...]
    pages: dict[int, ReadPage]

    def sure(self, fact: Fact[Any]) -> float:
        """Return how sure the least sure of a fact's words is; 1 where its page is no picture."""
        place = fact.place
        page = self.pages.get(place.page) if place else None
        if place is None or page is None:
            return 1.0
        there = [(word.text, sure) for word, sure in zip(page.words, page.sure, strict=True) if _inside(word.box, place.box)]
        return min((sure for _, sure in _of_fact(there, fact.text)), default=0.0)


def agree(looks: Sequence[Look]) -> bool:
    """Tell whether readings leave nothing open: the same parts, facts and doubts, and each fact read surely by one of them."""
    if len({len(look.readings) for look in looks}) > 1:
        return False
    for parts in zip(*(look.readings for look in looks), strict=True):
        if any(len({aspect(part) for part in parts}) > 1 for aspect in _ASPECTS):
            return False
        if len({frozenset(doubt.code for doubt in part.doubts) for part in parts}) > 1:
            return False
    return all(not doubts for doubts in (_unsure(look_parts) for look_parts in _by_part(looks)))


def merged(looks: Sequence[Look]) -> tuple[Reading, ...]:
    """Return one reading for each part, with places in fractions of the pages as handed in."""
    counts = [len(look.readings) for look in looks]
    usual = max(counts, key=counts.count)
    alike = [look for look in looks if len(look.readings) == usual]
    parts = [_merged_part(group) for group in _by_part(alike)]
    if len(alike) == 1:
        parts = [replace(part, doubts=(*part.doubts, Doubt("ocr-unsure"))) for part in parts]
    return tuple(_placed_back(part, looks[0].pages) for part in parts)


Group = list[tuple[Look, Reading]]


def _by_part(looks: Sequence[Look]) -> Iterator[Group]:
    for index in range(len(looks[0].readings)):
        yield [(look, look.readings[index]) for look in looks]


def _kind(reading: Reading) -> object:
    return (reading.kind, reading.kind_id, reading.mooc_no)


def _holder(reading: Reading) -> object:
    return words_of(reading.holder.value) if reading.holder else None


def _date(reading: Reading) -> object:
    also = tuple(doubt.seen for doubt in reading.doubts if doubt.code == _OF_DATE)
    return (reading.issue_date.value, also) if reading.issue_date else None


def _note(reading: Reading) -> object:
    return reading.disclaimer.value if reading.disclaimer else None


_ASPECTS: Final[tuple[Callable[[Reading], object], ...]] = (_kind, _holder, _date, _note)


def _voted(group: Group, aspect: Callable[[Reading], object]) -> Group:
    """Return the readings of the largest number that agree on an aspect; none if no two do."""
    values = [aspect(reading) for _, reading in group]
    best = max(values, key=values.count)
    return [entry for entry, value in zip(group, values, strict=True) if value == best] if values.count(best) > 1 else []


def _merged_part(group: Group) -> Reading:
    kinds, dates = _voted(group, _kind), _voted(group, _date)
    base = (kinds or group)[0][1]
    kept = [doubt for doubt in _doubts(group) if doubt.code != _OF_DATE]
    kept += [doubt for doubt in (dates[0][1].doubts if dates else ()) if doubt.code == _OF_DATE]
    return replace(
        base,
        title=_fact([(look, reading.title) for look, reading in kinds]),
        holder=_fact([(look, reading.holder) for look, reading in _voted(group, _holder)]),
        issue_date=_fact([(look, reading.issue_date) for look, reading in dates]),
        disclaimer=_note_found(_fact([(look, reading.disclaimer) for look, reading in _voted(group, _note)])),
        doubts=(*kept, *_unsure(group)),
    )


def _fact(found: Sequence[tuple[Look, Fact[T] | None]]) -> Fact[T] | None:
    """Return the fact that was read most surely of several that agree."""
    facts = [(look.sure(fact), fact, look) for look, fact in found if fact is not None]
    if not facts:
        return None
    sure, fact, look = max(facts, key=lambda entry: entry[0])
    in_picture = fact.place is not None and fact.place.page in look.pages
    return replace(fact, sure=round(min(fact.sure, sure), 3), source=Source.OCR) if in_picture else fact


def _note_found(note: Fact[bool] | None) -> Fact[bool] | None:
    """Return the note, or its denial; that a note was not read on a picture does not tell that it is not there."""
    return note if note is None or note.value or note.text else None


def _doubts(group: Group) -> list[Doubt]:
    """Return the doubts of several readings, each code once, as the first that has it says it."""
    found: dict[tuple[str, int | None], list[Doubt]] = {}
    for _, reading in group:
        codes = {(doubt.code, doubt.place.page if doubt.place else None): doubt for doubt in reversed(reading.doubts)}
        for key, doubt in codes.items():
            found.setdefault(key, []).append(doubt)
    return [doubts[0] for (code, _), doubts in found.items() if len(doubts) > 1 or code not in _OF_BAD_READING]


def _unsure(group: Group) -> list[Doubt]:
    """Return a doubt for each fact that no two readings agree on, or that none of them is sure of."""
    doubts: list[Doubt] = []
    if not _voted(group, _kind):
        doubts.append(Doubt("ocr-unsure", " / ".join(dict.fromkeys(reading.title.text for _, reading in group if reading.title))))
    for aspect, fact_of in ((_holder, _holder_fact), (_date, _date_fact), (_note, _note_fact)):
        voted = _voted(group, aspect)
        facts = [(look, fact) for look, reading in voted or group if (fact := fact_of(reading)) is not None]
        if not facts:
            continue
        least = SURE_OF_THREE if aspect is _holder and len({fact.text for _, fact in facts}) == 1 and len(facts) > _TWO else SURE
        if not voted or (aspect is not _note and max(look.sure(fact) for look, fact in facts) < least):
            doubts.append(Doubt("ocr-unsure", " / ".join(dict.fromkeys(fact.text for _, fact in facts))[:200], facts[0][1].place))
    return doubts


def _holder_fact(reading: Reading) -> Fact[str] | None:
    return reading.holder


def _date_fact(reading: Reading) -> Fact[object] | None:
    return reading.issue_date  # type: ignore[return-value]  # only its text and place are looked at


def _note_fact(reading: Reading) -> Fact[object] | None:
    return reading.disclaimer  # type: ignore[return-value]  # as above


def _of_fact(there: Sequence[tuple[str, float]], text: str) -> Sequence[tuple[str, float]]:
    """Return the words at a fact's place without specks between its letters; all of them if those left are not all of the fact."""
    letters = "".join(words_of(text))
    own = [(word, sure) for word, sure in there if any(map(str.isdigit, word)) or _letters_of(word, letters)]
    return own if sum(len("".join(words_of(word))) for word, _ in own) >= len(letters) else there


def _letters_of(word: str, letters: str) -> bool:
    form = "".join(words_of(word))
    return bool(form) and form in letters


def _inside(word: tuple[float, float, float, float], place: tuple[float, float, float, float]) -> bool:
    across, down = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return place[0] <= across <= place[2] and place[1] <= down <= place[3]


def _placed_back(reading: Reading, pages: dict[int, ReadPage]) -> Reading:
    """Return a reading whose places are those of the pages as handed in, not of the pages set upright and level."""

    def back(place: Place | None) -> Place | None:
        return Place(place.page, pages[place.page].view.back(place.box)) if place is not None and place.page in pages else place

    def moved(fact: Fact[T] | None) -> Fact[T] | None:
        return None if fact is None else replace(fact, place=back(fact.place))

    return replace(
        reading,
        title=moved(reading.title),
        holder=moved(reading.holder),
        issue_date=moved(reading.issue_date),
        disclaimer=moved(reading.disclaimer),
        doubts=tuple(replace(doubt, place=back(doubt.place)) for doubt in reading.doubts),
    )
