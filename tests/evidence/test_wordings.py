"""Certificates in every language's own words: the good are accepted with the right facts, what isn't good never is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read
from wordings import Paper, wordings

LANGUAGES = sorted(wordings())


def verdict(paper: Paper) -> Verdict:
    return judged(read(paper.lines, paper.printed), paper.given, paper.family).verdict


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_certificate_of_a_course_is_accepted_with_its_facts(code: str) -> None:
    wrong: list[str] = []
    for paper in wordings()[code].courses(each=3):
        reading = read(paper.lines, paper.printed)
        if judged(reading, paper.given, paper.family).verdict is not Verdict.ACCEPT or not reading.holder or not reading.issue_date:
            wrong.append(paper.name)
        elif (reading.mooc_no, reading.issue_date.value) != (paper.number, paper.issued) or not paper.printed.endswith(reading.holder.value):
            wrong.append(f"{paper.name} → {reading.mooc_no} {reading.issue_date.value} {reading.holder.value}")
    assert wrong == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_label_with_the_note_is_accepted(code: str) -> None:
    assert [paper.name for paper in wordings()[code].labels("notes") if verdict(paper) is not Verdict.ACCEPT] == []


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", ["denied", "conditional"])
def test_a_note_denied_or_conditional_is_never_accepted(code: str, kind: str) -> None:
    assert [paper.name for paper in wordings()[code].labels(kind) if verdict(paper) is Verdict.ACCEPT] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_label_without_a_note_is_never_accepted(code: str) -> None:
    assert [paper.name for paper in wordings()[code].plain_labels() if verdict(paper) is Verdict.ACCEPT] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_another_paper_is_never_accepted(code: str) -> None:
    assert [paper.name for paper in wordings()[code].papers() if verdict(paper) is Verdict.ACCEPT] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_another_person_is_never_accepted(code: str) -> None:
    strangers = list(wordings()[code].courses(each=1))
    found = [judged(read(paper.lines, paper.printed), "Anna", "Musterova").verdict for paper in strangers]
    assert Verdict.ACCEPT not in found


def test_arabic_is_read_from_the_right() -> None:
    # Words as they lie on the page, from the left; figures and Latin words among them run from the left too.
    lines = [
        "# إتمام شهادة",
        "بأن نشهد",
        "الأحمد ليلى",
        "والتعلم التعليم MOOC 3 الدورة بنجاح أكملت قد",
        "للمعلمين الرقمية الكفاءات قوة",
        "2026 مارس 12 :الإصدار تاريخ",
    ]
    reading = read(lines, "الأحمد ليلى")
    assert (reading.mooc_no, reading.holder.value if reading.holder else None) == (3, "ليلى الأحمد")
    assert reading.issue_date is not None
    assert reading.issue_date.value.isoformat() == "2026-03-12"
