"""People whose names are words for a sample; and samples all the same."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import PieceFindings, Verdict
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from paper_parts import COURSE, LABEL, pdf, place, shown

SCHEME = shipped().get("digital-competence", "2026")
GERMAN = (
    "Zertifikat",
    "Hiermit wird bestätigt, dass",
    "Anna Muster",
    "den Online-Kurs",
    "MOOC 3: Teaching and Learning",
    "der Reihe Unlocking the power of teachers' digital competencies",
    "erfolgreich abgeschlossen hat.",
    "Ausgestellt am 12. März 2026",
)
DUTCH = (
    "Nationaal Kwaliteitslabel",
    "Het eTwinning Nationaal Kwaliteitslabel wordt toegekend aan",
    "Anna Muster",
    "voor het project Rivers of Europe",
    "Dit certificaat kan worden gebruikt bij de aanvraag van",
    "een certificaat voor digitale competenties.",
    "Den Haag, 12 maart 2026",
)


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


def judged(reader: Reader, texts: Sequence[str], printed: str, applicant: Applicant, *, size: float, mark: str = "") -> PieceFindings:
    """What is found about a paper whose name is printed at `size` points."""
    drawn = [shown(text.replace("Anna Muster", printed), place(at), size if text == "Anna Muster" else 14) for at, text in enumerate(texts)]
    reading = reader.read(pdf("".join(drawn) + mark), SCHEME)
    return check_piece(Piece("d", "d.pdf", reading), applicant, date(2026, 11, 21), SCHEME)


@pytest.mark.parametrize("size", [14, 20, 36])
@pytest.mark.parametrize(
    ("texts", "given", "family"),
    [
        (COURSE, "Imogen", "Sample"),
        (LABEL, "Imogen", "SAMPLE"),
        (GERMAN, "Anna", "Muster"),
        (GERMAN, "Jörg Uwe", "Muster-Beispiel"),
        (DUTCH, "Joost", "van der Voorbeeld"),
    ],
)
def test_somebody_of_that_name_holds_a_certificate(reader: Reader, texts: Sequence[str], given: str, family: str, size: float) -> None:
    found = judged(reader, texts, f"{given} {family}", Applicant(given, family), size=size)
    assert found.verdict is Verdict.ACCEPT, [finding.code for finding in found.findings]


@pytest.mark.parametrize("size", [14, 36])
@pytest.mark.parametrize("printed", ["Imogen Hart SAMPLE", "Sample Imogen Hart"])
def test_such_a_word_beside_anybody_elses_name_goes_to_a_person(reader: Reader, printed: str, size: float) -> None:
    found = judged(reader, COURSE, printed, Applicant("Imogen", "Hart"), size=size)
    assert found.verdict is Verdict.REVIEW
    assert "paper-contradicts-itself" in [finding.code for finding in found.findings]


@pytest.mark.parametrize("mark", [shown("SAMPLE", (200, 400), 70), shown("SAMPLE", (60, 400), 40), shown("SAMPLE", (300, 655), 34)])
def test_a_sample_is_none_whatever_the_name_on_it(reader: Reader, mark: str) -> None:
    assert judged(reader, COURSE, "Imogen Sample", Applicant("Imogen", "Sample"), size=14, mark=mark).verdict is Verdict.REJECT


def test_a_name_of_nothing_else_is_a_blank(reader: Reader) -> None:
    assert judged(reader, COURSE, "Sample", Applicant("Imogen", "Sample"), size=20).verdict is Verdict.REJECT
