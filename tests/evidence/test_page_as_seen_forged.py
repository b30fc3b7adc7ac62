"""A file that draws one thing and says another is accepted by no shape of letters and no OCR; what only looks odd is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from forged_parts import forged, letter_by_letter, of_blocks, swapped
from paper_parts import COURSE, LABEL, lines, pdf, place, rectangle, shown

SCHEME = shipped().get("digital-competence", "2026")
ANNA = Applicant("Anna", "Muster")
NAME, TITLE, NOTE, DAY_LINE = 2, 4, 6, 7
DISAGREES = "picture-disagrees"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=120) as opened:
        yield opened


@pytest.fixture(scope="module")
def unsighted() -> Iterator[Reader]:
    with Reader(seconds=120, work="unsighted_work:unsighted") as opened:
        yield opened


def verdict(reading: Reading) -> Verdict:
    return check_piece(Piece("d", "d.pdf", reading), ANNA, date(2026, 11, 21), SCHEME).verdict


def codes(reading: Reading) -> set[str]:
    return {doubt.code for doubt in reading.doubts}


def named(drawn: str, base: str = "Helvetica", size: float = 14) -> bytes:
    """The course's paper that shows another name than it says."""
    return forged(COURSE, NAME, letter_by_letter(drawn, COURSE[NAME]), base=base, size=size)


def dated(drawn: str, said: str) -> bytes:
    return forged(COURSE, DAY_LINE, swapped(COURSE[DAY_LINE], drawn, said))


# What the page shows for certain is another letter than the file says: shapes alone tell it.
FORGED = {
    "one letter of the name": named("Anno Muster"),
    "one letter of the name, with serifs": named("Anno Muster", base="Times-Roman"),
    "one letter of the name, small": named("Anno Muster", size=8),
    "one letter of the name, large": named("Anno Muster", size=36),
    "another name": named("Bert Kuster"),
    "another name in capitals": named("BERT KUSTER"),
    "the year": dated("2016", "2026"),
    "the last figure of the year": dated("2023", "2026"),
    "the month": dated("April 2022", "March 2026"),
}

# Shapes tell that something is not as it should be; what it is takes OCR.
SEEN_BY_READING = {
    "one letter of the name, much like its own": named("Annu Muster", base="Helvetica-BoldOblique"),
    "a space that shows a figure": forged(COURSE, DAY_LINE, swapped(COURSE[DAY_LINE], "on312", "on 12")),
    "a note that shows a denial": forged(
        LABEL,
        NOTE,
        [*letter_by_letter(LABEL[NOTE][:20], LABEL[NOTE][:20]), *[(c, " ") for c in "not"], *letter_by_letter(LABEL[NOTE][20:], LABEL[NOTE][20:])],
        size=12,
    ),
    "a course that shows another": forged(
        COURSE,
        TITLE,
        letter_by_letter("Visit 3: Plants and Old Gardens", COURSE[TITLE] + "  "[:0])
        if len(COURSE[TITLE]) == 31
        else [*letter_by_letter("Visit 3: Plants and Gardens".ljust(len(COURSE[TITLE]), "s"), COURSE[TITLE])],
    ),
    "boxes that say they are letters": of_blocks(COURSE[NAME]),
    "a whole name in one sign": forged(COURSE, NAME, [("B", COURSE[NAME])]),
    "a name drawn over a pale one": pdf(
        lines(COURSE, without=[NAME]) + shown(COURSE[NAME], place(NAME), before="0.7 g") + "q 3 w 60 650 m 150 676 l 60 676 m 150 655 l S Q\n"
    ),
}


LEFT, BASE = place(NOTE)


def note_with(middle: str) -> bytes:
    """The label's paper whose note has operators of its own in the middle of its line."""
    before, after = "This certificate can ", LABEL[NOTE].removeprefix("This certificate can ")
    line = f"BT /F 11 Tf {LEFT} {BASE} Td ({before}) Tj {middle} ({after}) Tj ET\n"
    return pdf(lines(LABEL, without=[NOTE]) + line)


DENIED = {
    "a denial that says it is nothing": note_with("/Span<</ActualText()>> BDC (not ) Tj EMC"),
    "a denial that says it is a space": note_with("/Span<</ActualText( )>> BDC (not ) Tj EMC"),
    "a denial that says it is one letter": note_with("/Span<</ActualText(a)>> BDC (not ) Tj EMC"),
    "a denial that says it is joined letters": note_with("/Span<</ActualText(fi)>> BDC (not ) Tj EMC"),
    "an artifact": note_with("/Artifact BMC (not ) Tj EMC"),
}

ODD_BUT_HONEST = {
    "an underlined name": pdf(lines(COURSE) + rectangle((place(NAME)[0], place(NAME)[1] - 3), (90, 1), "0 0 0")),
    "a frame around the name": pdf(lines(COURSE) + f"q 0 0 0 RG {place(NAME)[0] - 6} {place(NAME)[1] - 6} 120 24 re S Q\n"),
    "white on a dark band": pdf(
        rectangle((40, place(NAME)[1] - 8), (400, 30), "0 0 0.4") + lines(COURSE, without=[NAME]) + shown(COURSE[NAME], place(NAME), before="1 g")
    ),
    "coloured letters": pdf(lines(COURSE, without=[NAME]) + shown(COURSE[NAME], place(NAME), before="0.8 0.1 0.1 rg")),
    "outlined letters": pdf(lines(COURSE, without=[NAME]) + shown(COURSE[NAME], place(NAME), size=24, render=1)),
    "letters far apart": pdf(lines(COURSE, without=[NAME]) + shown(COURSE[NAME], place(NAME), before="BT 1 Tc ET")),
    "a large unit": pdf(lines(COURSE), page="/UserUnit 2"),
    "a page cut a little": pdf(lines(COURSE), page="/CropBox[20 20 575 822]"),
    "serifs": forged(COURSE, NAME, letter_by_letter(COURSE[NAME], COURSE[NAME]), base="Times-Roman"),
    "serifs, slanted and bold": forged(COURSE, NAME, letter_by_letter(COURSE[NAME], COURSE[NAME]), base="Times-BoldItalic"),
    "a typewriter": forged(COURSE, NAME, letter_by_letter(COURSE[NAME], COURSE[NAME]), base="Courier"),
    "small letters": forged(COURSE, NAME, letter_by_letter(COURSE[NAME], COURSE[NAME]), size=7),
    "large letters": forged(COURSE, NAME, letter_by_letter(COURSE[NAME], COURSE[NAME]), size=40),
}


@pytest.mark.parametrize("name", ODD_BUT_HONEST)
def test_an_honest_page_is_accepted_with_ocr(reader: Reader, name: str) -> None:
    reading = reader.read(ODD_BUT_HONEST[name], SCHEME)
    assert (codes(reading), verdict(reading)) == (set(), Verdict.ACCEPT)


@pytest.mark.parametrize("name", ODD_BUT_HONEST)
def test_an_honest_page_is_accepted_without_ocr(unsighted: Reader, name: str) -> None:
    reading = unsighted.read(ODD_BUT_HONEST[name], SCHEME)
    assert (codes(reading), verdict(reading)) == (set(), Verdict.ACCEPT)


@pytest.mark.usefixtures("needs_ocr")
@pytest.mark.parametrize("name", DENIED)
def test_a_denial_that_the_file_replaces_denies(reader: Reader, name: str) -> None:
    assert verdict(reader.read(DENIED[name], SCHEME)) is not Verdict.ACCEPT


@pytest.mark.parametrize("name", FORGED)
def test_another_letter_than_the_file_says_goes_to_a_person(reader: Reader, name: str) -> None:
    reading = reader.read(FORGED[name], SCHEME)
    assert (verdict(reading), DISAGREES in codes(reading)) == (Verdict.REVIEW, True)


@pytest.mark.parametrize("name", FORGED)
def test_another_letter_is_told_without_ocr_too(unsighted: Reader, name: str) -> None:
    reading = unsighted.read(FORGED[name], SCHEME)
    assert (verdict(reading), DISAGREES in codes(reading)) == (Verdict.REVIEW, True)


@pytest.mark.usefixtures("needs_ocr")
@pytest.mark.parametrize("name", SEEN_BY_READING)
def test_what_the_file_keeps_silent_about_goes_to_a_person(reader: Reader, name: str) -> None:
    assert verdict(reader.read(SEEN_BY_READING[name], SCHEME)) is not Verdict.ACCEPT
