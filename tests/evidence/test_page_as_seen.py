"""A page counts as a person sees it: what other writing covers is hidden, what the page's own turn sets upright is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.checks.words import words
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, LABEL, course, lines, pdf, place, rectangle, shown

SCHEME = shipped().get("digital-competence", "2026")
ANNA = Applicant("Anna", "Muster")
NAME, NOTE = 2, 6


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=120) as opened:
        yield opened


def verdict(reading: Reading) -> Verdict:
    return check_piece(Piece("d", "d.pdf", reading), ANNA, date(2026, 11, 21), SCHEME).verdict


def covered(texts: tuple[str, ...], index: int, over: str, shift: float = 0) -> bytes:
    left, base = place(index)
    return pdf(lines(texts) + rectangle((left - 5, base - 8), (500, 30)) + shown(over, (left + shift, base)))


@pytest.mark.parametrize("shift", [0, 3, 40, 70])
@pytest.mark.parametrize("over", ["Bruno Beispiel", "X X X X X", "i"])
def test_a_name_under_other_writing_is_not_read(reader: Reader, over: str, shift: float) -> None:
    reading = reader.read(covered(COURSE, NAME, over, shift), SCHEME)
    assert verdict(reading) is not Verdict.ACCEPT
    assert "hidden-text" in {doubt.code for doubt in reading.doubts}


@pytest.mark.parametrize("over", ["Not for any application", "X X X X X X X X X X X X X X X X", "."])
def test_a_note_under_other_writing_is_not_read(reader: Reader, over: str) -> None:
    assert verdict(reader.read(covered(LABEL, NOTE, over), SCHEME)) is not Verdict.ACCEPT


def turned(degrees: int) -> bytes:
    """The course's certificate on a page that is turned, written so that it stands upright for whoever looks at it."""
    matrix = {90: "0 1 -1 0 842 0", 180: "-1 0 0 -1 595 842", 270: "0 -1 1 0 0 595"}[degrees]
    media = "0 0 595 842" if degrees == 180 else "0 0 842 595"
    return pdf(f"q {matrix} cm {lines(COURSE)} Q", media=media, page=f"/Rotate {degrees}")


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_a_page_that_its_file_turns_upright_is_read(reader: Reader, degrees: int) -> None:
    reading = reader.read(turned(degrees), SCHEME)
    assert ([doubt.code for doubt in reading.doubts], verdict(reading)) == ([], Verdict.ACCEPT)


@pytest.mark.parametrize("last", ["--", "2026-", "- x -", "-"])
def test_a_hyphen_at_the_very_end_breaks_nothing(reader: Reader, last: str) -> None:
    assert reader.read(pdf(lines((*COURSE, last))), SCHEME).unreadable is None


def test_a_page_with_nothing_on_it_goes_to_a_person(reader: Reader) -> None:
    reading = reader.read(pdf(""), SCHEME)
    assert (reading.unreadable, verdict(reading)) == ("blank", Verdict.REVIEW)


@pytest.mark.parametrize("answer", [{"failed": "nonsense"}, {"pages": float("inf")}])
def test_what_a_child_makes_up_has_words_too(monkeypatch: pytest.MonkeyPatch, reader: Reader, answer: dict[str, object]) -> None:
    monkeypatch.setattr(reader, "_ask", lambda *_: json.dumps(answer).encode())
    found = check_piece(Piece("d", "d.pdf", reader.read(course(), SCHEME)), ANNA, date(2026, 11, 21), SCHEME)
    assert found.verdict is Verdict.REVIEW
    assert all(words(finding).filled() for finding in found.findings)


@pytest.mark.parametrize(("size", "grey"), [(4.2, 0.55), (5.6, 0.65), (6.2, 0.3)])
def test_pale_small_print_makes_no_date_hidden(reader: Reader, size: float, grey: float) -> None:
    dates = "".join(shown("12.03.2026", (60 + 0.13 * number, 380 - 9 * number), 6.5 + 0.13 * number) for number in range(12))
    small = "".join(shown("i l i l .", (60 + 0.17 * number, 60 - 5 * number), size, before=f"{grey} g") for number in range(4))
    reading = reader.read(pdf(lines(COURSE[:-1]) + dates + small), SCHEME)
    assert "hidden-text" not in {doubt.code for doubt in reading.doubts}
