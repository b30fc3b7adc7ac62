"""What a browser prints at the edge of a page is no day of issue."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict
from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.facts import reading_of
from lti_tool.evidence.layout import Word
from lti_tool.evidence.reading import Reading

sys.path.insert(0, str(Path(__file__).parent))

from sheets import SCHEME, judged

NAME = "Mira Quillfeather"
TEXT = ["Certificate of Completion", NAME, "has completed MOOC 4: Assessment", "Unlocking the power of teachers' digital competencies"]
OURS = "12 March 2026"
HEADS = [
    ("28/11/2026, 14:07", "certificate.php?id=775067"), ("27. 11. 2026 18:22", "Certificate of Completion"), ("28.11.2026, 09:41", "MOOC Academy"),
    ("11/28/26, 2:07 PM", "My certificates"), ("2026-11-28 09:41", "https://courses.example/certificate/12"), ("28.11.2026, 09:41", ""),
]  # fmt: skip
FEET = [("1 of 1", "28/11/2026, 14:07"), ("https://courses.example/c/12", "27.11.2026"), ("27.11.2026", "1/1"), ("Page 1 of 2", "28.11.2026, 09:41")]


def _set(text: str, left: float, top: float) -> list[Word]:
    words = []
    for word in text.split():
        right = left + 0.008 * len(word)
        words.append(Word(word, 1, (left, top, right, top + 0.015), 12.0))
        left = right + 0.006
    return words


def _read(lines: list[str], head: tuple[str, str] = ("", ""), foot: tuple[str, str] = ("", "")) -> Reading:
    words = [word for text, left in zip(head, (0.04, 0.65), strict=True) for word in _set(text, left, 0.02)]
    for number, line in enumerate(lines):
        words += _set(line, 0.3, 0.2 + 0.08 * number)
    words += [word for text, left in zip(foot, (0.04, 0.65), strict=True) for word in _set(text, left, 0.97)]
    return reading_of(document_of(words, 1), SCHEME, sha256="0" * 64, media_type="application/pdf")


@pytest.mark.parametrize("head", HEADS)
def test_a_date_at_the_head_of_a_print_is_not_the_day_of_issue(head: tuple[str, str]) -> None:
    reading = _read([*TEXT, OURS], head=head)
    assert reading.issue_date is not None
    assert reading.issue_date.value == date(2026, 3, 12)


@pytest.mark.parametrize("foot", FEET)
def test_a_date_at_the_foot_of_a_print_is_not_the_day_of_issue(foot: tuple[str, str]) -> None:
    reading = _read([*TEXT, OURS], foot=foot)
    assert reading.issue_date is not None
    assert reading.issue_date.value == date(2026, 3, 12)


@pytest.mark.parametrize("head", HEADS[:5])
def test_a_paper_dated_by_nothing_but_its_print_is_never_accepted(head: tuple[str, str]) -> None:
    assert judged(_read(TEXT, head=head), *NAME.split()).verdict is not Verdict.ACCEPT


@pytest.mark.parametrize(
    "foot", [("verify.example/c/12", "Issued on 12 March 2026"), ("12 March 2026", ""), ("Director", "12 March 2026"), ("verify.example/c/12", OURS)]
)
def test_a_day_of_issue_at_the_foot_of_a_page_stays_one(foot: tuple[str, str]) -> None:
    reading = _read(TEXT, foot=foot)
    assert reading.issue_date is not None
    assert reading.issue_date.value == date(2026, 3, 12)
    assert judged(reading, *NAME.split()).verdict is Verdict.ACCEPT


def test_a_letterhead_with_a_place_and_a_day_stays_the_day_of_issue() -> None:
    reading = _read([*TEXT, "The course ended on 1 March 2026"], head=("MOOC Academy", "Linz, 12 March 2026"))
    assert reading.issue_date is not None
    assert reading.issue_date.value == date(2026, 3, 12)
