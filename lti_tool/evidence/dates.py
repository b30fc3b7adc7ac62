"""Dates in the ways Europe writes them, found in a row of lexemes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from lti_tool.evidence.calendar_words import Calendar
from lti_tool.evidence.date_figures import FIRST_YEAR, LAST_YEAR, edges, figures, valid
from lti_tool.evidence.layout import Row, spelled
from lti_tool.scheme.phrases import words_of

_SEPARATORS: Final = frozenset({".", "/", "-", "–", "‐", "‑", "—", "\\"})
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12}

# The most words and marks that a number is spelled in.
_MOST_SPELLED: Final = 8


@dataclass(frozen=True, slots=True)
class DateFound:
    """A date in a row: `candidates` what it may mean, the likeliest first; `begin` and `end` are indexes of lexemes.

    `whole` is False where only month and year are written; then the candidates are the first and the last day. `numbered` tells a day that
    hangs on a number: ``412/25.05.2026``.
    """

    candidates: tuple[date, ...]
    begin: int
    end: int
    text: str
    whole: bool = True
    numbered: bool = False


class _Reader:
    """Reads one row from left to right; every method takes an index of a lexeme and returns what it found and where it ended."""

    def __init__(self, row: Row, calendar: Calendar, languages: Sequence[str]) -> None:
        self.lexemes = row.lexemes
        self.calendar = calendar
        self.languages = languages

    def form(self, at: int) -> str:
        return self.lexemes[at].form if 0 <= at < len(self.lexemes) else ""

    def number(self, at: int, digits: tuple[int, ...]) -> int | None:
        form = self.form(at)
        return int(form) if form.isdecimal() and form.isascii() and len(form) in digits else None

    def year(self, at: int) -> tuple[int, int] | None:
        """Read a year of four figures, of two after an apostrophe, or in words."""
        if self.form(at) in ("'", "’") and (short := self.number(at + 1, (2,))) is not None:
            return 2000 + short, at + 2
        value = self.number(at, (4,))
        if value is not None:
            return (value, at + 1) if FIRST_YEAR <= value <= LAST_YEAR else None
        return self._spelled(at, self.calendar.spelled_years, _MOST_SPELLED)

    def _spelled(self, at: int, spelled: dict[tuple[str, ...], int], most: int) -> tuple[int, int] | None:
        """Read a number in words, hyphens between them or not; the longest that fits."""
        words: list[str] = []
        found = None
        for end, lexeme in enumerate(self.lexemes[at : at + most], start=at + 1):
            if lexeme.is_word:
                words.append(lexeme.form)
            elif lexeme.form != "-" or not words:
                break
            if lexeme.is_word and (value := spelled.get(tuple(words))) is not None:
                found = value, end
        return found

    def month(self, at: int) -> tuple[tuple[int, ...], int] | None:
        """Read a month by its name, cases included; in doubt between languages, those of the document first."""
        end = at + 2
        found = self.calendar.months.get(f"{self.form(at)} {self.form(at + 1)}")
        if found is None:
            end, found = at + 1, self.calendar.months.get(self.form(at))
        if found is None:
            return None
        spoken = [month for month, language in found if language in self.languages]
        months = tuple(dict.fromkeys(spoken or [month for month, _ in found]))
        return months, end + 1 if self.form(end) == "." and self.lexemes[end].glued else end

    def roman(self, at: int) -> tuple[tuple[int, ...], int] | None:
        value = _ROMAN.get(self.form(at))
        return ((value,), at + 1) if value and self.lexemes[at].raw.isupper() else None

    def day(self, at: int) -> tuple[int, int] | None:
        """Read a day in figures with what hangs on it (``1er``, ``3rd``, ``12.``), or in words."""
        value = self.number(at, (1, 2))
        if value is not None:
            end = at + 1
            while end - at <= 3 and (passed := self._hanging(end)):
                end += passed
            return (value, end) if 1 <= value <= 31 else None
        return self._spelled(at, self.calendar.days, _MOST_SPELLED)

    def _hanging(self, at: int) -> int:
        """Return how many lexemes hang on a number here: ``1er``, ``12.º``, ``28-и``."""
        if self._hangs_on(at) or self.form(at) in ("º", "ª", "°", "ᵉ"):
            return 1
        marked = self.form(at) in (".", "-", "’", "'") and self.form(at + 1) and self.lexemes[at].glued and self.lexemes[at + 1].glued
        return 2 if marked and self._hangs_on(at + 1) else 0

    def _hangs_on(self, at: int) -> bool:
        if self.form(at) in self.calendar.months and self.year(self.skip(at + 1, ".,-–/")) is not None:
            return False
        return self.form(at) in self.calendar.suffixes and (self.lexemes[at].glued or self.form(at - 1) in (".", "-", "’", "'"))

    def skip(self, at: int, marks: str) -> int:
        """Pass over small words and the marks that stand inside a date."""
        passed = 0
        while at < len(self.lexemes) and passed < 4 and (self.form(at) in self.calendar.inside or (self.form(at) and self.form(at) in marks)):
            at, passed = at + 1, passed + 1
        return at

    def skip_year_words(self, at: int) -> int:
        """Pass over "m." or "წლის" after a year that stands first, and marks after them."""
        while self.form(at) in self.calendar.years:
            at = self.skip(at + 1, ".,-/")
        return at

    # -- the shapes -------------------------------------------------------------------------------------------------------

    def at(self, at: int) -> DateFound | None:
        """Read a date that begins here, in the longest shape that fits."""
        return (
            self._figures(at) or self._spaced(at) or self._day_slash_month(at) or self._day_first(at) or self._year_first(at) or self._month_first(at)
        )

    def _found(self, at: int, end: int, candidates: list[date], *, whole: bool = True) -> DateFound | None:
        unique = tuple(dict.fromkeys(candidates))
        return DateFound(unique, at, self._past_year_word(end), spelled(self.lexemes[at:end]), whole) if unique else None

    def _past_year_word(self, end: int) -> int:
        """Pass over what hangs on a year: ``2026 r.``, ``2026. године``, ``2026 г.``."""
        after = end + 1 if self.form(end) == "." else end
        if self.form(after) not in self.calendar.years:
            return end
        if self.form(after + 1) == "." and self.lexemes[after + 1].glued:
            return after + 2
        # "2024 a 18 de outubro": one letter before a figure joins two dates.
        return end if len(self.form(after)) == 1 and self.form(after + 1).isdecimal() else after + 1

    def _figures(self, at: int) -> DateFound | None:
        """Three numbers with the same mark between them."""
        parts = self.lexemes[at : at + 5]
        if len(parts) < 5 or self.form(at + 1) not in _SEPARATORS or self.form(at + 3) != self.form(at + 1):
            return None
        numbered = self._hangs_on_a_number(at)
        if not numbered and at > 0 and parts[0].glued and (self.form(at - 1).isdecimal() or self.form(at - 1) in _SEPARATORS):
            return None
        first, second, third = (self.form(at + offset) for offset in (0, 2, 4))
        if not all(part.isdecimal() and part.isascii() for part in (first, second, third)):
            return None
        candidates = figures(first, second, third, self.form(at + 1), self.languages)
        end = at + 5
        more = end + 1 if self.form(end) in _SEPARATORS else end
        if more < len(self.lexemes) and all(self.lexemes[index].glued for index in range(end, more + 1)) and self.form(more).isdecimal():
            return None
        entry = self._found(at, end, candidates)
        return replace(entry, numbered=numbered) if entry else None

    def _hangs_on_a_number(self, at: int) -> bool:
        """Tell a day right behind a stroke and a number, its own parts not parted by strokes: ``412/25.05.2026``."""
        whole = len(self.form(at)) <= 2 and len(self.form(at + 4)) == 4 and self.form(at + 1) in (".", "-")
        return whole and at > 1 and self.lexemes[at].glued and self.form(at - 1) == "/" and self.form(at - 2).isdecimal()

    def _spaced(self, at: int) -> DateFound | None:
        """Year, month and day with nothing between, as in Lithuania: ``2026 03 12``."""
        numbers = [self.number(at, (4,)), self.number(at + 1, (2,)), self.number(at + 2, (2,))]
        if None in numbers or self.form(at + 3).isdecimal() or any(lexeme.glued for lexeme in self.lexemes[at + 1 : at + 3]):
            return None
        return self._found(at, at + 3, figures(self.form(at), self.form(at + 1), self.form(at + 2), " ", self.languages))

    def _day_slash_month(self, at: int) -> DateFound | None:
        """Day and month with a stroke, then the year: ``14/9 2026``, ``14/9-2026``, ``14/9-26``."""
        first, second = self.number(at, (1, 2)), self.number(at + 2, (1, 2))
        if first is None or second is None or self.form(at + 1) != "/" or not self.lexemes[at + 1].glued:
            return None
        hyphen = self.form(at + 3) in ("-", "–")
        year = self.number(at + 3 + hyphen, (2, 4) if hyphen else (4,))
        if year is None or (at > 0 and self.lexemes[at].glued and (self.form(at - 1) in _SEPARATORS or self.lexemes[at - 1].is_word)):
            return None
        candidates = figures(self.form(at), self.form(at + 2), self.form(at + 3 + hyphen), "/", self.languages)
        return self._found(at, at + 4 + hyphen, candidates)

    def _day_first(self, at: int) -> DateFound | None:
        """Day, month, year: ``31. august 2021``, ``1er mars 2024``, ``8.III.2025``, ``12-Mar-2026``, ``12 March '26``."""
        day = self.day(at)
        if day is None:
            return None
        after_day = self.skip(day[1], ".-–/,’'»“”\"")
        month = self.month(after_day) or self.roman(after_day)
        if month is None:
            return None
        after_month = self.skip(month[1], ".,-–/")
        year = self.year(after_month) or self._short_year(after_month, month[1])
        if year is None:
            return None
        return self._found(at, year[1], [d for number in month[0] if (d := valid(year[0], number, day[0]))])

    def _short_year(self, at: int, month_end: int) -> tuple[int, int] | None:
        value = self.number(at, (2,))
        written = at > month_end or self.lexemes[at].glued if value is not None else False
        # "1 September – 12 October": what a month follows is a day.
        written = written and self.month(at + 1) is None
        return (2000 + value, at + 1) if value is not None and written and self.form(at - 1) in _SEPARATORS else None

    def _month_first(self, at: int) -> DateFound | None:
        """Month, day, year, or month and year alone: ``agosto 31 de 2021``, ``March 2026``."""
        month = self.month(at)
        if month is None:
            return None
        day = self.day(self.skip(month[1], "."))
        if day is not None and (year := self.year(self.skip(day[1], ".,"))) is not None:
            return self._found(at, year[1], [d for number in month[0] if (d := valid(year[0], number, day[0]))])
        year = self.year(self.skip(month[1], ".,-/"))
        if year is None or self._day_first_before(at):
            return None
        return self._found(at, year[1], [edge for number in month[0] for edge in edges(year[0], number)], whole=False)

    def _day_first_before(self, at: int) -> bool:
        return any(self.number(at - back, (1, 2)) is not None for back in (1, 2) if at >= back)

    def _year_first(self, at: int) -> DateFound | None:
        """Year, month, day: ``2021. augusztus 31.``, ``2026 m. kovo 12 d.``; in Latvian the day first: ``2026. gada 12. martā``."""
        year = self.year(at)
        if year is None:
            return None
        start = self.skip_year_words(self.skip(year[1], ".,-/"))
        month = self.month(start) or self.roman(start)
        if month is None:
            day = self.day(start) if start > year[1] else None
            month = self.month(self.skip(day[1], ".")) if day else None
            return self._found(at, month[1], [d for number in month[0] if (d := valid(year[0], number, day[0]))]) if day and month else None
        day = self.day(self.skip(month[1], ".,-/"))
        if day is None and self.form(start) in self.calendar.months and start > year[1]:
            return self._found(at, month[1], [edge for number in month[0] for edge in edges(year[0], number)], whole=False)
        if day is None or self.number(self.skip(day[1], ".,"), (4,)) is not None:
            return None
        return self._found(at, day[1], [d for number in month[0] if (d := valid(year[0], number, day[0]))])


def find_dates(row: Row, calendar: Calendar, languages: Sequence[str]) -> list[DateFound]:
    """Return the dates of a row from left to right, no two overlapping; `languages` are those the document is written in."""
    reader = _Reader(row, calendar, languages)
    found: list[DateFound] = []
    at = 0
    while at < len(row.lexemes):
        date_found = reader.at(at)
        if date_found is None:
            at += 1
            continue
        found.append(date_found)
        at = date_found.end
    return _agree(found)


def _agree(found: list[DateFound]) -> list[DateFound]:
    """One date of a document that can only be read one way round settles the others written alike."""
    slashed = [entry for entry in found if entry.whole and any(mark in entry.text for mark in "/-") and entry.text[:1].isdigit()]
    orders = {_order(entry) for entry in slashed if len(entry.candidates) == 1} - {None}
    if len(orders) != 1:
        return found
    order = orders.pop()
    return [_settled(entry, order) if entry in slashed and len(entry.candidates) > 1 else entry for entry in found]


def _order(entry: DateFound) -> str | None:
    numbers = [int(word) for word in words_of(entry.text) if word.isdecimal()]
    only = entry.candidates[0]
    if len(numbers) != 3 or only.day == only.month:
        return None
    return "dmy" if numbers[:2] == [only.day, only.month] else "mdy" if numbers[:2] == [only.month, only.day] else None


def _settled(entry: DateFound, order: str | None) -> DateFound:
    kept = tuple(candidate for candidate in entry.candidates if _order(DateFound((candidate,), entry.begin, entry.end, entry.text)) in (order, None))
    return replace(entry, candidates=kept or entry.candidates)
