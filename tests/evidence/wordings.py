"""Certificates and what they are not, in the words of each language: `wordings/*.toml`, filled with names, dates and areas.

A file holds names of months as a date uses them, ways to write a date, people as (given name, surname, as printed), titles of the areas
and of the series, and blocks of lines apart by an empty line: certificates of courses, labels, notes, notes denied or
conditional, and papers that are something else.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "wordings"
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII"]
LAST = date(2026, 11, 10)


@dataclass(frozen=True)
class Paper:
    """One paper: its lines, whose, and what is right."""

    what: str
    lines: tuple[str, ...]
    given: str
    family: str
    printed: str
    number: int
    issued: date

    @property
    def name(self) -> str:
        return f"{self.what}: {' / '.join(self.lines)}"


@dataclass(frozen=True)
class Wordings:
    """The file of one language."""

    code: str
    table: dict[str, object]

    def list(self, key: str) -> list[str]:
        found = self.table.get(key, [])
        assert isinstance(found, list)
        return found

    def blocks(self, key: str) -> list[list[str]]:
        return [block.splitlines() for block in str(self.table.get(key, "")).strip().split("\n\n") if block]

    def words(self, key: str) -> list[str]:
        return str(self.table[key]).split()

    def date(self, day: date, form: int) -> str:
        """Write a day in one of the language's ways."""
        forms = self.list("dates")
        month = self.words("months")[day.month - 1]
        weekday = self.words("weekdays")[day.weekday()] if "weekdays" in self.table else ""
        return forms[form % len(forms)].format(
            d=day.day, dd=f"{day.day:02}", m=day.month, mm=f"{day.month:02}", month=month, mon=month[:3], y=day.year, yy=f"{day.year % 100:02}",
            rom=ROMAN[day.month - 1], weekday=weekday,
        )  # fmt: skip

    def paper(self, what: str, lines: list[str], index: int, note: str = "") -> Paper:
        """Fill the gaps of a paper; `index` chooses the person, the date, the course and its title."""
        people, areas, series = self.list("people"), self.list("areas"), self.list("series")
        given, family, printed = people[index % len(people)]
        number = index % 6 + 1
        # Days above the twelfth: what day and month may be, others test.
        issued = LAST - timedelta(days=(index * 37) % 640)
        issued = issued.replace(day=13 + index % 14)
        ordinals = self.words("ordinals") if "ordinals" in self.table else [f"{n}." for n in range(1, 7)]
        gaps = {
            "{name}": printed, "{number}": str(number), "{area}": areas[index // 2 % len(areas)][number - 1], "{note}": note,
            "{series}": series[index % len(series)], "{date}": self.date(issued, index), "{ordinal}": ordinals[number - 1],
        }  # fmt: skip
        filled = "\n".join(lines)
        for gap, text in gaps.items():
            filled = filled.replace(gap, text)
        return Paper(f"{self.code}-{what}-{index}", tuple(filled.split("\n")), given, family, printed, number, issued)

    def courses(self, *, each: int = 6) -> Iterator[Paper]:
        """Every certificate of a course, of `each` of the six courses."""
        for place, lines in enumerate(self.blocks("courses")):
            for turn in range(each):
                yield self.paper(f"course{place}", lines, place + 1 + 7 * turn)

    def labels(self, key: str) -> Iterator[Paper]:
        """Every label with every note of a list."""
        for place, note in enumerate(self.list(key)):
            for turn, lines in enumerate(self.blocks("labels")):
                yield self.paper(f"{key}{place}", lines, place + 3 * turn, note)

    def plain_labels(self) -> Iterator[Paper]:
        """Every label with no note at all."""
        for turn, lines in enumerate(self.blocks("labels")):
            yield self.paper("plain", [line for line in lines if "{note}" not in line and line != "---"], turn)

    def papers(self) -> Iterator[Paper]:
        """What is no certificate of the kind asked for."""
        for place, lines in enumerate(self.blocks("papers")):
            for turn in range(3):
                yield self.paper(f"paper{place}", lines, place + 7 * turn)


@cache
def wordings() -> dict[str, Wordings]:
    """Return the file of every language."""
    files = sorted(FOLDER.glob("*.toml"))
    return {file.stem: Wordings(file.stem, tomllib.loads(file.read_text(encoding="utf-8"))) for file in files}
