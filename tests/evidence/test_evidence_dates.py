"""Dates in every way Europe writes them, and which of several is the day of issue."""
# ruff: noqa: E501 - tables of invented documents and words are read row by row

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.evidence.arrangement import document_of, row_of, segments_of
from lti_tool.evidence.calendar_words import Calendar
from lti_tool.evidence.dates import find_dates
from lti_tool.evidence.issue_date import candidates_of, issue_date
from lti_tool.evidence.language import languages
from lti_tool.evidence.layout import Document, Row, Word
from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.phrases import words_of

sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from translations import DATES

CALENDAR = Calendar.of(languages())
VOCABULARY = vocabulary(shipped().get("digital-competence", "2026"))


def words(*lines: str) -> list[Word]:
    """Lay out lines as on a page, characters all as wide."""
    found: list[Word] = []
    for index, line in enumerate(lines):
        top, left = 0.1 + 0.04 * index, 0.1
        for text in line.split(" "):
            if text:
                found.append(Word(text, 1, (left, top, left + 0.01 * len(text), top + 0.015), 12))
            left += 0.01 * (len(text) + 1)
    return found


def row(text: str) -> Row:
    return row_of(segments_of(words(text)), join_hyphens=True)


def document(*lines: str) -> Document:
    return document_of(words(*lines), 1)


FORMS = [
    ("31-08-2021", "2021-08-31", ""), ("31. august 2021", "2021-08-31", ""), ("1er mars 2024", "2024-03-01", "fr"), ("8.III.2025", "2025-03-08", ""), ("8 III 2025", "2025-03-08", ""),
    ("agosto 31 de 2021", "2021-08-31", "es"), ("2021. augusztus 31.", "2021-08-31", "hu"), ("2021. augusztus 31-én", "2021-08-31", "hu"), ("2021.08.31.", "2021-08-31", ""), ("2021-08-31T10:00:00Z", "2021-08-31", ""),
    ("Tuesday, 31st of August, 2021", "2021-08-31", "en"), ("August 31st, 2021", "2021-08-31", "en"), ("the 3rd day of May 2024", "2024-05-03", "en"), ("twenty-first of March 2026", "2026-03-21", "en"), ("31/Aug/2021", "2021-08-31", ""),
    ("3 Μαΐου 2024", "2024-05-03", "el"), ("3η Αυγούστου 2024", "2024-08-03", "el"), ("3 май 2024 г.", "2024-05-03", "bg"), ("03.05.2024 г.", "2024-05-03", "bg"), ("12.3.26", "2026-03-12", "de"), ("31.12.'21", None, ""),
    ("2026 m. kovo 12 d.", "2026-03-12", "lt"), ("2026. gada 12. martā", "2026-03-12", "lv"), ("3. toukokuuta 2024", "2024-05-03", "fi"), ("3 de maio de 2024", "2024-05-03", "pt"), ("12 września 2025 r.", "2025-09-12", "pl"),
    ("1° aprile 2026", "2026-04-01", "it"), ("den 3. marts 2026", "2026-03-03", "da"), ("31/02/2025", None, ""), ("3.5", None, ""), ("2024/2025", None, ""), ("10.12.2024.5.6", None, ""), ("1.234.567", None, ""), ("12 March '26", "2026-03-12", "en"),
    ("٣١-٠٨-٢٠٢١", "2021-08-31", ""),
]  # fmt: skip


@pytest.mark.parametrize(("text", "right", "language"), FORMS)
def test_a_form(text: str, right: str | None, language: str) -> None:
    found = find_dates(row(f"x {text} y"), CALENDAR, [language] if language else [])
    assert [entry.candidates[0].isoformat() for entry in found] == ([right] if right else [])


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)), st.sampled_from([(code, form) for code, forms in DATES.items() for form in forms]))
def test_every_language_round_trips(day: date, form: tuple[str, object]) -> None:
    code, write = form
    found = find_dates(row(write(day)), CALENDAR, [code])  # type: ignore[operator]
    assert [entry.candidates for entry in found] == [(day,)]


@given(st.dates(date(1990, 1, 1), date(2089, 12, 31)), st.sampled_from(["%d/%m/%Y", "%d-%m-%Y"]))
def test_english_figures_keep_both_readings(day: date, form: str) -> None:
    found = find_dates(row(day.strftime(form)), CALENDAR, ["en"])
    assert found[0].candidates[0] == day
    assert len(found[0].candidates) == (2 if day.day <= 12 and day.day != day.month else 1)


ISSUED = [
    (["Issued on 12 March 2026"], ["2026-03-12"]),
    (["Held from 3 to 28 February 2026", "Issued: 12 March 2026"], ["2026-03-12"]),
    (["Course dates: 3 February 2026 – 28 February 2026", "Brussels, 12 March 2026"], ["2026-03-12"]),
    (["born on 3 May 1981", "completed the course on 12 March 2026"], ["2026-03-12"]),
    (["Issued on 12 March 2026", "Printed on 20 November 2026", "Valid until 12 March 2030"], ["2026-03-12"]),
    (["12 March 2026", "Date"], ["2026-03-12"]),
    (["Date of issue", "12 March 2026"], ["2026-03-12"]),
    (["Issued in Brussels by the European School Education Platform on", "12 March 2026"], ["2026-03-12"]),
    (["from Monday 3 February 2026 to Friday 28 February 2026"], []),
    (["3 February 2026 to 28 February 2026", "Printed on 20 November 2026"], []),
    (["Valid until 12 March 2030"], []),
    (["completed on 3 March 2024", "reissued: 3 October 2026"], ["2024-03-03", "2026-10-03"]),
    (["Brussels, 3 March 2024", "Duplicate issued on 3 October 2026 on request"], ["2024-03-03", "2026-10-03"]),
    (["Duplicate issued on 3 October 2026"], []),
    (["On 3 March 2026 you completed the course.", "Brussels, 12 March 2026"], ["2026-03-03", "2026-03-12"]),
    (["Ref. 45 of 12.03.2026"], ["2026-03-12"]),
    (["Anna Muster (Linz, 3 May 1981)", "Brussels, 12 March 2026"], ["1981-05-03", "2026-03-12"]),
    (["Issued on 12 March 2023", "Issued on 12 March 2026"], ["2023-03-12", "2026-03-12"]),
    (["Date: 25/03/2026", "Started: 05/02/2026"], ["2026-03-25"]),
    (["Issued: 05/03/2026", "printed 25/03/2026"], ["2026-03-05"]),
    (["Issued: 05/03/2026"], ["2026-03-05", "2026-05-03"]),
    (["Issued: March 2026"], ["2026-03-01", "2026-03-31"]),
    (
        ["Academy", "25 March 2026", "To whom it may concern", "She passed the course, which was completed on 13 March 2026 at our school."],
        ["2026-03-13", "2026-03-25"],
    ),
]


@pytest.mark.parametrize(("lines", "right"), ISSUED)
def test_the_day_of_issue_among_others(lines: list[str], right: list[str]) -> None:
    fact, doubts = issue_date(document(*lines), VOCABULARY.speaking(["en"]), ["en"])
    ambiguous = [doubt for doubt in doubts if doubt.code == "date-ambiguous"]
    found = {day.isoformat() for doubt in ambiguous for day in candidates_of(doubt)} | ({fact.value.isoformat()} if fact else set())
    assert sorted(found) == right


SPELLED = [
    ("en", "the twelfth of March two thousand and twenty-six"),
    ("en", "twelfth March twenty twenty-six"),
    ("es", "a doce de marzo de dos mil veintiséis"),
    ("fr", "le douze mars deux mille vingt-six"),
    ("it", "addì dodici marzo duemilaventisei"),
    ("pt", "aos doze dias do mês de março de dois mil e vinte e seis"),
    ("nl", "op twaalf maart tweeduizend zesentwintig"),
    ("de", "am zwölften März zweitausendsechsundzwanzig"),
    ("ro", "la doisprezece martie două mii douăzeci și șase"),
    ("pl", "dwunastego marca dwa tysiące dwudziestego szóstego roku"),
    ("bg", "дванадесети март две хиляди двадесет и шеста година"),
    ("bg", "дванадесети март 2026 година"),
    ("da", "den tolvte marts to tusind og seksogtyve"),
    ("sv", "den tolfte mars tjugohundratjugosex"),
    ("el", "δώδεκα Μαρτίου 2026"),
    ("fi", "kahdestoista maaliskuuta 2026"),
]


@pytest.mark.parametrize(("language", "text"), SPELLED)
def test_a_date_in_words(language: str, text: str) -> None:
    assert [entry.candidates for entry in find_dates(row(f"x {text} y"), CALENDAR, [language])] == [(date(2026, 3, 12),)]


def test_every_day_and_year_in_words_is_its_own() -> None:
    for language in languages():
        for entries in (language.dates.days, language.dates.spelled_years):
            ways = [words_of(way) for entry in entries for way in entry.split("|")]
            assert len(ways) == len(set(ways)), language.code
        assert len(language.dates.days) in (0, 31), language.code
        assert len(language.dates.spelled_years) in (0, 16), language.code


@pytest.mark.parametrize(
    "lines", [["Anna Muster (Linz, 3 May 1981)", "Brussels, 12 March 2026"], ["17.5.1983", "12.03.2026"], ["12 March 2026", "Started 3 March 2026"]]
)
def test_of_two_days_that_say_it_as_well_the_later_is_the_likelier(lines: list[str]) -> None:
    fact, _ = issue_date(document(*lines), VOCABULARY.speaking(["en"]), ["en"])
    assert fact is not None
    assert fact.value == date(2026, 3, 12)


@pytest.mark.parametrize("line", ["Brought down from the shelf 3. 11. 2025.", "Page captured 13/11/2025 08:12", "Printed 13. 11. 2025"])
def test_the_label_of_a_field_is_none_of_the_line_below_it(line: str) -> None:
    fact, _ = issue_date(document("Date of issue: 17. 10. 2025", line), VOCABULARY.speaking(["en"]), ["en"])
    assert fact is not None
    assert fact.value == date(2025, 10, 17)


REGISTERED = [
    ("ro", "Nr. 412/25.05.2026, Piatra-Neamț"), ("ro", "Nr. înreg. 412/25.05.2026"), ("bg", "№ 412/25.05.2026 г."), ("bg", "Рег. № РД-12-45/25.05.2026 г."),
    ("it", "Prot. n. 412 del 25/05/2026"), ("sr", "Бр. 412/2026 од 25.05.2026."), ("el", "Αρ. Πρωτ. 412/25-05-2026"), ("fr", "N° 412 du 25/05/2026"),
    ("es", "N.º de registro 412/25.05.2026"), ("pt", "N.º de registo: 412/25-05-2026"), ("pl", "Nr rej. 412/2026 z dnia 25.05.2026 r."), ("uk", "№ 412 від 25.05.2026"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line"), REGISTERED)
def test_the_day_of_the_papers_own_number_is_its_day_where_none_is_labelled(language: str, line: str) -> None:
    fact, _ = issue_date(document("Text ends here.", line), VOCABULARY.speaking([language]), [language])
    assert fact is not None
    assert fact.value == date(2026, 5, 25)


def test_a_number_before_the_word_date_takes_nothing_from_it() -> None:
    lines = ("Data i miejsce urodzenia: 5 października 1982 r.", "Nr / data: 6/ORE/2026, 22.06.2026 r.")
    fact, _ = issue_date(document(*lines), VOCABULARY.speaking(["pl"]), ["pl"])
    assert fact is not None
    assert fact.value == date(2026, 6, 22)


# Laws, decisions, accreditations and bills have numbers and days too.
NOT_ITS_OWN = [
    ("ro", "Ordin nr. 4224/06.07.2022"), ("bg", "Наредба № 15/22.07.2019 г."), ("ro", "în baza deciziei nr. 12/25.05.2026"), ("lt", "Įsakymas Nr. 12/25.05.2026"),
    ("ro", "Factura nr. 412/25.05.2026"), ("ro", "Program acreditat, nr. 412/25.05.2026"), ("sr", "Решење бр. 12/25.05.2026"), ("pl", "Uchwała nr 12/25.05.2026"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "line"), NOT_ITS_OWN)
def test_the_day_of_another_papers_number_is_no_day_of_issue(language: str, line: str) -> None:
    fact, _ = issue_date(document("Text ends here.", line), VOCABULARY.speaking([language]), [language])
    assert fact is None
