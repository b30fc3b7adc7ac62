"""Forms as offices make them: numbered fields, heads above their values, dots that lead to a value, boxes of which one is ticked."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"


def form(*boxes: str) -> list[str]:
    return [
        "# Form 4-C Evidence of a completed MOOC",
        "1 Holder's family name | 2 Given name | 3 School",
        "ROSSI | MARIA | Liceo Example, Lecco",
        "4 Title of course | 5 Position in the series",
        "Teaching and learning | third of six",
        "6 Name of the series",
        SERIES,
        "7 Nature of the evidence",
        *boxes,
        "8 Start | 9 End | 10 Date of issue",
        "5 May 2026 | 15 June 2026 | 1 July 2026",
    ]


ENDED = ("☐ Enrolment", "☐ Attendance only", "☑ Completion with assessed assignment")


def test_numbered_fields_hold_what_stands_below_them() -> None:
    reading = read(form(*ENDED, "The course was completed."), "")
    assert (reading.mooc_no, reading.issue_date and reading.issue_date.value) == (3, date(2026, 7, 1))
    found = judged(reading, "Maria", "Rossi")
    assert found.verdict is Verdict.ACCEPT, [finding.code for finding in found.findings if not finding.ok]


@pytest.mark.parametrize(
    "boxes",
    [
        ("☑ Enrolment", "☐ Attendance only", "☐ Completion with assessed assignment"),
        ("☐ Enrolment", "☑ Attendance only", "☐ Completion with assessed assignment"),
        ("☑ Enrolment", "☐ Course completed"),
        ("☐ Enrolment", "☐ Attendance only", "☐ Completion with assessed assignment"),
    ],
)
def test_a_form_that_ticks_something_else_is_no_certificate(boxes: tuple[str, ...]) -> None:
    assert judged(read(form(*boxes), ""), "Maria", "Rossi").verdict is not Verdict.ACCEPT


def test_dots_lead_from_a_label_to_its_value() -> None:
    reading = read(
        [
            "# CERTIFICATE OF COMPLETION",
            "holder ............ Maria Rossi",
            "course ............ MOOC 3: Teaching and learning",
            f"series ............ {SERIES}",
            "enrolled .......... 2026-05-05",
            "completed ......... 2026-06-15",
            "issued ............ 2026-07-01",
        ]
    )
    assert (reading.holder and reading.holder.value, reading.issue_date and reading.issue_date.value) == ("Maria Rossi", date(2026, 7, 1))
    assert judged(reading, "Maria", "Rossi").verdict is Verdict.ACCEPT


def test_dots_that_lead_nowhere_are_a_blank() -> None:
    blank = [
        "# Certificate of completion",
        f"MOOC 3 – {SERIES}",
        "This is to certify that",
        "...................................",
        "has completed the course",
        "Date: ................",
    ]
    assert judged(read(blank), "Maria", "Rossi").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize(
    "stamp",
    [
        "## VOID – WITHDRAWN ON 2 MARCH 2026",
        "This certificate was revoked on 2 March 2026.",
        "Annulled, see the letter of 2 March 2026",
        "This document is no longer valid.",
    ],
)
def test_a_certificate_that_says_it_was_revoked_is_never_accepted(stamp: str) -> None:
    lines = ["# Certificate of completion", "Maria Rossi", f"has completed MOOC 3: Teaching and learning, {SERIES}", "Issued on 12 February 2026"]
    assert judged(read(lines, "Maria Rossi"), "Maria", "Rossi").verdict is Verdict.ACCEPT
    assert judged(read([*lines, stamp], "Maria Rossi"), "Maria", "Rossi").verdict is not Verdict.ACCEPT


def test_a_list_beside_the_text_names_no_course_of_it() -> None:
    lines = [
        "Maria Rossi | 1. Professional engagement",
        "teacher of mathematics, has completed the sixth course, | 2. Digital resources",
        "“Facilitating learners' digital competence”, of the series | 3. Teaching and learning",
        f"“{SERIES}” | 4. Assessment",
        "Sofia, 7 March 2026 | 5. Empowering learners",
    ]
    assert read(lines, "").mooc_no == 6
