"""Papers written before the rules that read them, in nine languages: the fine are accepted with the right facts, the others never are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import PieceFindings, Verdict
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.pdf import read_pdf
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.evidence.readings import readings_of

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from documents.score import same_name
from sheets import DAY, SCHEME
from sheets import judged as judged_sheet
from sheets import read as read_sheet
from unseen_west import LANGUAGES, Unseen, papers, pdf


def read(paper: Unseen) -> Reading:
    opened = read_pdf(pdf(paper), 20)
    return readings_of(opened.document, SCHEME, sha256="0" * 64, media_type="application/pdf", doubts=opened.doubts)[0]


def judged(reading: Reading, given: str, family: str) -> PieceFindings:
    return check_piece(Piece("d", "d.pdf", reading), Applicant(given, family), DAY, SCHEME)


def faults(paper: Unseen) -> list[str]:
    """Return what is read wrong on a paper that is fine."""
    reading = read(paper)
    found = judged(reading, paper.given, paper.family)
    wrong = [finding.code for finding in found.findings if finding.verdict is not Verdict.ACCEPT]
    number = None if paper.what == "nql" else int(paper.what)
    if reading.kind is not (Kind.NQL if number is None else Kind.MOOC) or reading.mooc_no != number:
        wrong.append(f"{reading.kind} {reading.mooc_no}")
    if not reading.issue_date or reading.issue_date.value != paper.issued:
        wrong.append(f"day {reading.issue_date and reading.issue_date.value}")
    if not reading.holder or not same_name(f"{paper.given} {paper.family}", reading.holder.value):
        wrong.append(f"holder {reading.holder and reading.holder.value}")
    return wrong if wrong or found.verdict is Verdict.ACCEPT else [str(found.verdict)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fine_paper_is_accepted_with_its_facts(language: str) -> None:
    assert {paper.name: wrong for paper in papers(language, "fine", "fine_again") if (wrong := faults(paper))} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_certificate_of_a_course_or_label_is_never_accepted(language: str) -> None:
    bad = papers(language, "bad", "bad_again")
    assert [paper.name for paper in bad if judged(read(paper), paper.given, paper.family).verdict is Verdict.ACCEPT] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fine_paper_of_another_person_is_never_accepted(language: str) -> None:
    fine = papers(language, "fine")
    assert [paper.name for paper in fine if judged(read(paper), "Anna", "Musterova").verdict is Verdict.ACCEPT] == []


PLAIN = [
    "# CERTIFICATE",
    "## Maria Rossi",
    "## Assessment",
    "Unlocking the power of teachers' digital competencies – fourth course",
    "3 February 2026",
]


def test_a_certificate_without_a_sentence_is_accepted() -> None:
    assert judged_sheet(read_sheet(PLAIN), "Maria", "Rossi").verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    "more",
    ["Provisional Version", "in preparation", "Module 2 open", "40 %", "Seat confirmed", "Pending", "Maria Rossi will attend", "Tutor: Anna Example"],
)
def test_one_line_that_is_not_understood_sends_it_to_a_person(more: str) -> None:
    assert judged_sheet(read_sheet([*PLAIN, more]), "Maria", "Rossi").verdict is not Verdict.ACCEPT
