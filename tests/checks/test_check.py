"""The checks of pieces and dossiers: boundaries, doubts, duplicates, and what the outcome is."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lti_tool.checks.calendar import oldest_day, usable_until
from lti_tool.checks.check import check, check_piece
from lti_tool.checks.findings import Finding, Standing, Verdict
from lti_tool.checks.words import vocabulary, words
from lti_tool.decision.judge import how_checked, judge
from lti_tool.decision.outcome import Checked, Outcome
from lti_tool.evidence.dossier import Applicant, Dossier, Piece, SchemeReference
from lti_tool.evidence.reading import AMONG_OTHERS, Doubt, Fact, Kind, Place, Reading, Source
from lti_tool.scheme.catalogue import shipped

SCHEME = shipped().get("digital-competence", "2026")
DAY = date(2026, 11, 21)
MARIA = Applicant("Maria", "Rossi")
PLACE = Place(1, (0.1, 0.1, 0.5, 0.2))


def course(number: int, issued: date = date(2026, 3, 12), *, name: str = "Maria Rossi", doubts: tuple[Doubt, ...] = ()) -> Reading:
    return Reading(
        sha256=f"{number:064d}", media_type="application/pdf", pages=1, kind=Kind.MOOC, kind_id=f"mooc-{number}", mooc_no=number,
        title=Fact("Course", "Course", PLACE), holder=Fact(name, name, PLACE), issue_date=Fact(issued, issued.isoformat(), PLACE), doubts=doubts,
    )  # fmt: skip


def label(disclaimer: bool | None = True, text: str = "This certificate can be used …", doubts: tuple[Doubt, ...] = ()) -> Reading:
    fact = None if disclaimer is None else Fact(disclaimer, text, PLACE if text else None)
    return replace(course(7), kind=Kind.NQL, kind_id="nql", mooc_no=None, disclaimer=fact, doubts=doubts)


def pieces(*readings: Reading) -> tuple[Piece, ...]:
    return tuple(Piece(f"d{index}", f"{index}.pdf", reading) for index, reading in enumerate(readings))


def dossier(*found: Piece, day: date = DAY) -> Dossier:
    return Dossier("a", MARIA, day, SchemeReference(SCHEME.id, SCHEME.edition, SCHEME.sha256), found)


def full(**changed: Reading) -> tuple[Piece, ...]:
    readings = {f"m{number}": course(number) for number in range(1, 7)} | {"nql": label()} | changed
    return pieces(*readings.values())


def verdict(reading: Reading, day: date = DAY, **placed: object) -> tuple[Verdict, set[str]]:
    found = check_piece(replace(Piece("d", "d.pdf", reading), **placed), MARIA, day, SCHEME)  # type: ignore[arg-type]
    return found.verdict, {finding.code for finding in found.findings if not finding.ok}


FRESH = [
    (date(2024, 11, 21), date(2026, 11, 21), Verdict.ACCEPT),
    (date(2024, 11, 20), date(2026, 11, 21), Verdict.REJECT),
    (date(2026, 11, 21), date(2026, 11, 21), Verdict.ACCEPT),
    (date(2026, 11, 22), date(2026, 11, 21), Verdict.REJECT),
    (date(2026, 2, 28), date(2028, 2, 29), Verdict.ACCEPT),
    (date(2026, 2, 27), date(2028, 2, 29), Verdict.REJECT),
    (date(2024, 2, 29), date(2026, 2, 28), Verdict.ACCEPT),
    (date(2024, 2, 29), date(2026, 3, 1), Verdict.REJECT),
    (date(2024, 2, 28), date(2026, 2, 28), Verdict.ACCEPT),
]


@pytest.mark.parametrize(("issued", "day", "right"), FRESH)
def test_two_calendar_years_both_days_included(issued: date, day: date, right: Verdict) -> None:
    assert verdict(course(1, issued), day)[0] is right


@given(st.dates(date(2000, 1, 1), date(2090, 1, 1)), st.integers(1, 10))
def test_usable_until_is_the_last_day_that_counts(issued: date, years: int) -> None:
    last = usable_until(issued, years)
    assert oldest_day(last, years) <= issued < oldest_day(last + timedelta(days=1), years)


def test_a_date_too_old_says_by_how_much_and_what_would_do() -> None:
    found = check_piece(Piece("d", "d", course(3, date(2024, 10, 3))), MARIA, DAY, SCHEME)
    text = next(words(finding).filled() for finding in found.findings if finding.code == "too-old")
    assert text.startswith("Dated 3 October 2024: 49 days too old.")
    assert "on or after 21 November 2024" in text


AMBIGUOUS = [
    ("2026-03-05 | 2026-05-03", DAY, Verdict.ACCEPT, set()),
    ("2024-12-10 | 2024-10-12", DAY, Verdict.REVIEW, {"date-unsure"}),
    ("2023-03-05 | 2023-05-03", DAY, Verdict.REJECT, {"too-old"}),
    ("2026-03-12 | 2026-12-03", DAY, Verdict.REVIEW, {"date-unsure"}),
]


@pytest.mark.parametrize(("seen", "day", "right", "codes"), AMBIGUOUS)
def test_an_ambiguous_date_goes_to_a_person_only_if_it_matters(seen: str, day: date, right: Verdict, codes: set[str]) -> None:
    first = date.fromisoformat(seen[:10])
    assert verdict(course(1, first, doubts=(Doubt("date-ambiguous", seen),)), day) == (right, codes)


CASES = [
    (course(1), Verdict.ACCEPT, set()),
    (course(1, name="Mario Rossi"), Verdict.REVIEW, {"holder-close"}),
    (course(1, name="Paolo Verdi"), Verdict.REJECT, {"holder-differs"}),
    # A scan is read less surely than a text, which says nothing of whose name it is; a name among others does.
    (replace(course(1), holder=Fact("Paolo Verdi", "Paolo Verdi", None, 0.93, Source.OCR)), Verdict.REJECT, {"holder-differs"}),
    (replace(course(1), holder=Fact("Paolo Verdi", "Paolo Verdi", None, AMONG_OTHERS)), Verdict.REVIEW, {"holder-close"}),
    (course(1, name="den Online"), Verdict.REVIEW, {"holder-close"}),
    (course(1, name="Paolo Verdi", doubts=(Doubt("holder-ambiguous", "Paolo / Maria"),)), Verdict.REVIEW, {"holder-close", "holder-ambiguous"}),
    (course(1, doubts=(Doubt("holder-ambiguous", "Maria Rossi / Μαρία Ρόσσι"),)), Verdict.ACCEPT, set()),
    (course(1, doubts=(Doubt("holder-ambiguous", "Maria Rossi / Μαρία Βλάχου"),)), Verdict.REVIEW, {"holder-ambiguous"}),
    (course(1, doubts=(Doubt("holder-ambiguous", "Maria Rossi / Rossi"),)), Verdict.REVIEW, {"holder-ambiguous"}),
    (course(1, doubts=(Doubt("holder-ambiguous", "Maria Rossi / ROSSI, Maria / Μαρία Ρόσσι"),)), Verdict.REVIEW, {"holder-ambiguous"}),
    (replace(course(1), holder=None), Verdict.REVIEW, {"holder-missing"}),
    (replace(course(1), issue_date=None), Verdict.REVIEW, {"date-missing"}),
    (course(1, doubts=(Doubt("hidden-text", "x"),)), Verdict.REVIEW, {"hidden-text"}),
    (course(1, doubts=(Doubt("valid-until", "2026-11-20"),)), Verdict.REVIEW, {"valid-until"}),
    (course(1, doubts=(Doubt("valid-until", "2026-11-21"),)), Verdict.ACCEPT, set()),
    (label(), Verdict.ACCEPT, set()),
    (label(False, ""), Verdict.REJECT, {"disclaimer-missing"}),
    (label(False, "This certificate cannot be used …"), Verdict.REJECT, {"disclaimer-denied"}),
    (label(False, "", doubts=(Doubt("writing-in-picture"),)), Verdict.REVIEW, {"disclaimer-unsure", "writing-in-picture"}),
    (label(False, "", doubts=(Doubt("disclaimer-unclear", "x"),)), Verdict.REVIEW, {"disclaimer-unsure"}),
    (label(None), Verdict.REVIEW, {"disclaimer-unsure"}),
    (replace(course(1), kind=Kind.OTHER, kind_id=None), Verdict.REJECT, {"not-asked-for"}),
    (replace(course(1), kind=Kind.UNKNOWN, kind_id=None), Verdict.REVIEW, {"kind-unknown"}),
    *[(Reading("0" * 64, "x", 0, Kind.UNKNOWN, unreadable=why), Verdict.REVIEW, {f"unreadable-{why}"})
      for why in ("locked", "broken", "crashed", "picture", "timeout", "too-much", "too-many-pages", "hidden", "page-size")],
    *[(Reading("0" * 64, "x", 0, Kind.UNKNOWN, unreadable=why), Verdict.REJECT, {f"unreadable-{why}"}) for why in ("empty", "not-supported")],
]  # fmt: skip


@pytest.mark.parametrize(("reading", "right", "codes"), CASES)
def test_one_piece(reading: Reading, right: Verdict, codes: set[str]) -> None:
    assert verdict(reading) == (right, codes)


SEEN = [("bytes", Verdict.REJECT), ("number", Verdict.REVIEW), ("text", Verdict.REVIEW)]


@pytest.mark.parametrize(("how", "right"), SEEN)
def test_a_document_of_somebody_else(how: str, right: Verdict) -> None:
    assert verdict(course(1), seen_with_others=frozenset({how})) == (right, {f"seen-{how}"})


def test_a_document_laid_at_the_wrong_place_goes_to_a_person() -> None:
    assert verdict(course(3), placed_at="mooc-2") == (Verdict.REVIEW, {"wrong-place"})


def test_every_doubt_about_a_document_has_words_and_no_word_names_anybody_else() -> None:
    for code, entry in vocabulary().items():
        assert set(entry) <= {"seen", "seen_one", "todo"}, code
        assert all(re.fullmatch(r"[a-z]+", name) for text in entry.values() for name in re.findall(r"{(.*?)}", text)), code
    assert all("{" not in vocabulary()[code]["seen"] for code in ("seen-bytes", "seen-number", "seen-text"))
    assert words(Finding("holder-differs", Verdict.REJECT, details={"seen": "{0.__class__}"})).filled().count("{0.__class__}") == 1


OUTCOMES = [
    (full(), Outcome.AWARD),
    (full(m3=course(3, date(2024, 11, 20))), Outcome.REJECT),
    (full(m3=course(3, name="Mario Rossi")), Outcome.REVIEW),
    (full()[:-1], Outcome.INCOMPLETE),
    ((), Outcome.INCOMPLETE),
    (full(m3=course(2, date(2026, 4, 1))), Outcome.INCOMPLETE),
    (full(m3=Reading("f" * 64, "image/png", 1, Kind.UNKNOWN, unreadable="picture")), Outcome.REVIEW),
    (full(m3=Reading("f" * 64, "image/png", 1, Kind.UNKNOWN, unreadable="picture"))[1:], Outcome.INCOMPLETE),
    (full(m3=Reading("f" * 64, "x", 0, Kind.UNKNOWN, unreadable="empty")), Outcome.INCOMPLETE),
    (full(nql=label(False, "")), Outcome.REJECT),
    (full(extra=course(2, name="Paolo Verdi")), Outcome.AWARD),
    (full(extra=replace(course(2), kind=Kind.OTHER, kind_id=None, sha256="e" * 64)), Outcome.AWARD),
]


@pytest.mark.parametrize(("found", "right"), OUTCOMES)
def test_the_outcome_of_a_dossier(found: tuple[Piece, ...], right: Outcome) -> None:
    assert judge(check(dossier(*found), SCHEME)) is right


def test_of_two_certificates_for_one_course_the_better_counts_and_the_other_is_told() -> None:
    found = check(dossier(*full(extra=replace(course(2, date(2024, 1, 1)), sha256="e" * 64))), SCHEME)
    at_two = next(entry for entry in found.requirements if entry.requirement == "mooc-2")
    assert (at_two.standing, at_two.document_id) == (Standing.MET, "d1")
    assert "same-course-twice" in {finding.code for finding in found.pieces[-1].findings}
    assert not {"same-course-twice"} & {finding.code for finding in found.pieces[1].findings}


def test_the_same_file_twice_is_one_document() -> None:
    found = check(dossier(*full(), Piece("again", "copy.pdf", course(2))), SCHEME)
    assert {"same-file-twice", "same-course-twice"} <= {finding.code for finding in found.pieces[-1].findings}
    assert judge(found) is Outcome.AWARD


def test_what_is_missing_is_named() -> None:
    found = check(dossier(*full()[1:]), SCHEME)
    assert [words(finding).filled() for finding in found.general] == ["MOOC 1: Professional engagement is not there yet. Add its certificate."]


NAMES_IN_PICTURES = [
    # A letter that was read for another that looks like it: a person sees which stands there. As text it is somebody else's name.
    ("Џона", "Њежић", "ПОНА ЊЕЖИЋ", Source.OCR, Verdict.REVIEW),
    ("Џона", "Њежић", "Њежић Пона", Source.OCR, Verdict.REVIEW),
    ("Џона", "Њежић", "ПОНА ЊЕЖИЋ", Source.TEXT, Verdict.REJECT),
    ("Maria", "Rossi", "Paolo Verdi", Source.OCR, Verdict.REJECT),
    ("Maria", "Rossi", "Anna Rossi", Source.OCR, Verdict.REJECT),
]


@pytest.mark.parametrize(("given_name", "family_name", "printed", "source", "right"), NAMES_IN_PICTURES)
def test_a_name_that_may_be_misread_is_for_a_person(given_name: str, family_name: str, printed: str, source: Source, right: Verdict) -> None:
    reading = replace(course(1), holder=Fact(printed, printed, PLACE, source=source))
    assert check_piece(Piece("d", "d.pdf", reading), Applicant(given_name, family_name), DAY, SCHEME).verdict is right


HOW = [(Source.TEXT, Checked.READ), (Source.PERSON, Checked.PERSON), (Source.PROVED, Checked.PROVED), (Source.OCR, Checked.READ)]


@pytest.mark.parametrize(("source", "right"), HOW)
def test_how_the_evidence_was_checked(source: Source, right: Checked) -> None:
    fact = Fact("Maria Rossi", "", None, source=source)
    reading = replace(course(1), title=None, issue_date=None, holder=fact)
    assert how_checked(dossier(*pieces(reading))) is right


def test_a_single_day_is_said_in_the_singular() -> None:
    finding = Finding("too-old", Verdict.REJECT, details={"date": "2024-11-20", "days": "1", "oldest": "2024-11-21"})
    assert words(finding).filled().startswith("Dated 20 November 2024: one day too old.")


def test_days_are_written_by_whoever_shows_them() -> None:
    finding = Finding("date-unsure", Verdict.REVIEW, details={"seen": "2024-11-20", "dates": "2024-11-20, 2024-12-20"})
    assert words(finding).shown(lambda day: day.strftime("%d.%m.%Y")) == {"seen": "2024-11-20", "dates": "20.11.2024, 20.12.2024"}
