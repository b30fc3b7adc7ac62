"""The words of dates of all languages: months, days and years that are spelled out, and what stands between them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from lti_tool.evidence.language import Language
from lti_tool.scheme.phrases import words_of

# The first year that languages spell out.
FIRST_SPELLED: Final = 2020


@dataclass(frozen=True, slots=True)
class Calendar:
    """The words of dates of all languages together; names of two words are joined by a space."""

    months: dict[str, tuple[tuple[int, str], ...]]
    suffixes: frozenset[str]
    inside: frozenset[str]
    days: dict[tuple[str, ...], int]
    spelled_years: dict[tuple[str, ...], int]
    years: frozenset[str]

    @classmethod
    def of(cls, languages: Iterable[Language]) -> Calendar:
        """Collect the words; a month's name may mean different months in two languages."""
        months: dict[str, dict[tuple[int, str], None]] = {}
        suffixes, inside, years = set[str](), set[str](), set[str]()
        days, spelled_years = dict[tuple[str, ...], int](), dict[tuple[str, ...], int]()
        for language in languages:
            for number, names in enumerate(language.dates.months, start=1):
                for name in names:
                    months.setdefault(" ".join(words_of(name)), {})[number, language.code] = None
            suffixes.update(word for entry in language.dates.suffixes for word in words_of(entry))
            inside.update(word for entry in language.dates.inside for word in words_of(entry))
            years.update(word for entry in language.dates.years for word in words_of(entry))
            days.update(_spelled(language.dates.days, 1))
            spelled_years.update(_spelled(language.dates.spelled_years, FIRST_SPELLED))
        named = {name: tuple(found) for name, found in months.items()}
        return cls(named, frozenset(suffixes), frozenset(inside), days, spelled_years, frozenset(years))


def _spelled(entries: Sequence[str], first: int) -> Iterator[tuple[tuple[str, ...], int]]:
    for number, entry in enumerate(entries, start=first):
        for way in entry.split("|"):
            yield words_of(way), number
