"""A name alone in a line under a label's heading, set no larger than the text, is the holder's; who signs there is not."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NOTE = "This label may be used as evidence when applying for the digital competencies certificate."
PROJECT = ["Project: Bridges of Glass", "20 March 2026", NOTE]
HEAD = ["eTwinning", "# National Quality Label"]


@pytest.mark.parametrize("between", [[], ["for outstanding work in a project"]])
def test_a_name_alone_under_the_heading_is_the_holders(between: list[str]) -> None:
    reading = read([*HEAD, *between, "Maria Quillfeather", *PROJECT])
    found = judged(reading, "Maria", "Quillfeather")
    assert found.verdict is Verdict.ACCEPT, [finding.code for finding in found.findings if not finding.ok]
    assert judged(reading, "Anna", "Beispiel").verdict is Verdict.REVIEW


SOMEBODY_ELSES = {
    "who signs": [*HEAD, *PROJECT, "Maria Quillfeather"],
    "who signs, under the heading": [*HEAD, "Maria Quillfeather", "Head of the National Support Organisation", *PROJECT],
    "two names": [*HEAD, "Maria Quillfeather", "Anna Beispiel", *PROJECT],
    "somebody named in a sentence": [*HEAD, "Maria Quillfeather", "for the work of our teacher Anna Beispiel in a project", *PROJECT],
    "a field beside another": [*HEAD, "Maria Quillfeather | Anna Beispiel", *PROJECT],
}


@pytest.mark.parametrize("what", SOMEBODY_ELSES)
def test_a_name_under_the_heading_that_may_be_anothers_is_for_a_person(what: str) -> None:
    assert judged(read(SOMEBODY_ELSES[what]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


BOXES = ["# Course result", "Participant: Maria Quillfeather", "MOOC series: Unlocking the power of teachers' digital competencies"]
COURSES = "Course: ☐ 1 ☐ 2 ☐ 3 ☐ 4 ☒ 5 Empowering learners ☐ 6"


def test_boxes_behind_a_label_say_which_answer_is_meant() -> None:
    head = ["# Certificate", *BOXES[1:], COURSES]
    good = judged(read([*head, "Result: ☒ completed ☐ not completed", "Issued: 17 November 2025"]), "Maria", "Quillfeather")
    assert good.verdict is Verdict.ACCEPT, [finding.code for finding in good.findings if not finding.ok]
    for answer in ("☐ completed ☒ not completed", "☐ completed ☐ not completed", "☒ completed ☒ not completed"):
        bad = judged(read([*head, f"Result: {answer}", "Issued: 17 November 2025"]), "Maria", "Quillfeather")
        assert bad.verdict is not Verdict.ACCEPT, answer
