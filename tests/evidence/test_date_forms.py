"""Every day in every form of every language is read as that day, and none is ever sure to be another."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.evidence.arrangement import row_of, segments_of
from lti_tool.evidence.calendar_words import Calendar
from lti_tool.evidence.dates import DateFound, find_dates
from lti_tool.evidence.language import languages
from lti_tool.evidence.layout import Word

sys.path.insert(0, str(Path(__file__).parent))

from wordings import ROMAN

CALENDAR = Calendar.of(languages())
TABLES = tomllib.loads((Path(__file__).parent / "date_forms.toml").read_text(encoding="utf-8"))
FORMS = [(code, form) for code, table in TABLES.items() for form in table["forms"]]
DAYS = st.dates(date(1990, 1, 1), date(2089, 12, 31))
# Ways a text goes on before and after a date.
AROUND = [("", ""), ("x: ", " y"), ("(", ")"), ("", ","), ("", "."), ("Brussels, ", ""), ("", " – 20 h")]


def _month(code: str, number: int, key: str = "months") -> str:
    return str(TABLES[code].get(key, TABLES[code]["months"]).split()[number - 1]).replace("_", " ")


def written(day: date, code: str, form: str) -> str:
    """Write a day in a form of a language."""
    month = _month(code, day.month)
    return form.format(
        d=day.day, dd=f"{day.day:02}", m=day.month, mm=f"{day.month:02}", y=day.year, yy=f"{day.year % 100:02}", rom=ROMAN[day.month - 1],
        month=month, MONTH=month.upper(), month3=month[:3], MONTH3=month[:3].upper(),
    )  # fmt: skip


def _as_it_lies(parts: list[str]) -> list[str]:
    """Return words from the left: Arabic lies on the page from the right."""
    return parts[::-1] if any("\u0600" <= letter <= "\u06ff" for part in parts for letter in part) else parts


def found_in(text: str, spoken: list[str]) -> list[DateFound]:
    words, left = list[Word](), 0.1
    for part in _as_it_lies(text.split()):
        words.append(Word(part, 1, (left, 0.1, left + 0.005 * len(part), 0.115), 12))
        left += 0.005 * (len(part) + 1)
    return find_dates(row_of(segments_of(words), join_hyphens=True), CALENDAR, spoken)


def can_be_written(day: date, form: str) -> bool:
    """Years of two figures stand for 2000 to 2089 here, and strange ordinals ("3er") for no day that a person writes."""
    return ("{yy}" not in form or day.year >= 2000) and ("{d}er" not in form or day.day == 1)


@given(DAYS, st.sampled_from(FORMS), st.sampled_from(AROUND))
@settings(max_examples=1200, deadline=None)
def test_every_form_of_every_language_is_read_as_its_day(day: date, form: tuple[str, str], around: tuple[str, str]) -> None:
    code, pattern = form
    if can_be_written(day, pattern) and (code != "ar" or around[0] != "Brussels, "):
        text = around[0] + written(day, code, pattern) + around[1]
        assert [entry.candidates[0] for entry in found_in(text, [code])] == [day], text


@given(DAYS, st.sampled_from(FORMS), st.lists(st.sampled_from(sorted(TABLES)), max_size=3))
@settings(max_examples=1200, deadline=None)
def test_no_form_is_ever_sure_to_be_another_day(day: date, form: tuple[str, str], spoken: list[str]) -> None:
    code, pattern = form
    if can_be_written(day, pattern):
        text = written(day, code, pattern)
        for entry in found_in(text, spoken):
            assert day in entry.candidates or len(entry.candidates) > 1 or not entry.whole or _so_in(spoken, entry, text), (entry, spoken)


def _so_in(spoken: list[str], entry: DateFound, text: str) -> bool:
    """Tell a day that this very text says in a language of the paper: listopad is October in Croatian, and November in Polish."""
    words = text.casefold().split()
    return any(_month(code, day.month).casefold() in words for code in spoken for day in entry.candidates)


@pytest.mark.parametrize(("spoken", "months"), [(["hr"], {10}), (["pl"], {11}), ([], {10, 11}), (["hr", "pl"], {10, 11})])
def test_a_month_of_two_languages_is_the_one_of_the_paper(spoken: list[str], months: set[int]) -> None:
    (entry,) = found_in("1 listopada 2000", spoken)
    assert {day.month for day in entry.candidates} == months


@pytest.mark.parametrize("code", sorted(TABLES))
def test_every_month_alone_with_its_year_is_its_first_and_last_day(code: str) -> None:
    for number in range(1, 13):
        (entry,) = found_in(f"{_month(code, number, 'alone')} 2026", [code])
        assert (entry.candidates[0], entry.whole) == (date(2026, number, 1), False)


WEEKDAYS = {
    "de": "Freitag",
    "en": "Friday",
    "fr": "vendredi",
    "el": "Παρασκευή",
    "hu": "péntek",
    "pl": "piątek",
    "fi": "perjantaina",
    "bg": "петък",
    "pt": "sexta-feira",
}


@pytest.mark.parametrize("code", WEEKDAYS)
def test_a_weekday_before_a_date_changes_nothing(code: str) -> None:
    day = date(2026, 3, 13)
    for pattern in TABLES[code]["forms"]:
        if can_be_written(day, pattern):
            assert [entry.candidates[0] for entry in found_in(f"{WEEKDAYS[code]}, {written(day, code, pattern)}", [code])] == [day], pattern
