"""Lists whose lines are ticked: of six courses the one that is meant, of the parts of a course what is done."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict
from lti_tool.evidence.reading import Kind

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NAME = "Maria Rossi"
SERIES = "Unlocking the power of teachers' digital competencies"
TITLES = (
    "Professional engagement",
    "Digital resources",
    "Teaching and learning",
    "Assessment",
    "Empowering learners",
    "Facilitating learners' digital competence",
)
PARTS = ("Accessibility", "Differentiation", "Active participation", "Final task")


def of_six(marks: str, *, after: bool = False) -> list[str]:
    listed = [
        f"{title} {mark}" if after else f"• {mark} MOOC {number}. {title}" for number, (title, mark) in enumerate(zip(TITLES, marks, strict=True), 1)
    ]
    return [
        "# Certificate of completion",
        SERIES,
        f"This is to certify that {NAME} has completed the course that is marked:",
        *listed,
        "Issued on 12 March 2026",
    ]


def of_parts(*lines: str) -> list[str]:
    return [
        "# Certificate of completion",
        f"Series: {SERIES}",
        "## MOOC 5: Empowering learners",
        f"Participant: {NAME}",
        *lines,
        "Issued on 12 March 2026",
    ]


def parts(mark: str) -> list[str]:
    return [f"• {mark} Module {number}: {title}" for number, title in enumerate(PARTS, 1)]


@pytest.mark.parametrize("marks", ["☐☐☑☐☐☐", "☐☐☒☐☐☐", "☐☐✓☐☐☐", "○○●○○○", "□□■□□□", "✗✗✓✗✗✗", "☒☒☑☒☒☒"])
def test_of_six_courses_the_ticked_one_is_meant(marks: str) -> None:
    reading = read(of_six(marks), NAME)
    assert (reading.kind, reading.mooc_no) == (Kind.MOOC, 3)
    assert judged(reading, "Maria", "Rossi").verdict is Verdict.ACCEPT


def test_boxes_of_brackets_and_behind_the_titles_tick_too() -> None:
    bracketed = [line.replace("☐", "[ ]").replace("☑", "[x]") for line in of_six("☐☐☐☐☑☐")]
    assert read(bracketed, NAME).mooc_no == 5
    assert read(of_six("☐☑☐☐☐☐", after=True), NAME).mooc_no == 2


@pytest.mark.parametrize("marks", ["☐☐☑☑☐☐", "☐☐☐☐☐☐", "☑☑☑☑☑☑", "✗✗✗✗✗✗"])
def test_a_list_that_chooses_none_or_several_is_of_no_course(marks: str) -> None:
    reading = read(of_six(marks), NAME)
    assert reading.mooc_no is None
    assert judged(reading, "Maria", "Rossi").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("mark", ["✓", "✔", "☑", "[x]"])
def test_parts_that_are_all_ticked_are_done(mark: str) -> None:
    found = judged(read(of_parts(*parts(mark), "All modules passed."), NAME), "Maria", "Rossi")
    assert found.verdict is Verdict.ACCEPT, [finding.code for finding in found.findings if not finding.ok]


def test_a_tick_is_known_as_a_scan_reads_it() -> None:
    read_as = [line.replace("✓", sign) for line, sign in zip(parts("✓"), ("7", "v", "vy", "Z"), strict=True)]
    assert judged(read(of_parts(*read_as, "All modules passed."), NAME), "Maria", "Rossi").verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    "lines",
    [
        [*parts("✓")[:3], *parts("☐")[3:]],
        [*parts("✓")[:3], *parts("✗")[3:]],
        [*parts("✓")[:3], "• Module 4: Final task"],
        [*parts("v")[:3], "• O Module 4: Final task"],
        parts("☐"),
        parts("✗"),
    ],
    ids=["one open", "one crossed", "one unmarked", "one open in a scan", "all open", "all crossed"],
)
def test_parts_that_are_not_all_ticked_are_not_done(lines: list[str]) -> None:
    assert judged(read(of_parts(*lines), NAME), "Maria", "Rossi").verdict is not Verdict.ACCEPT
