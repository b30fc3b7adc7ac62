"""Names that no words announce: the largest line that could be one is the holder's, and who signs is somebody else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NOTE = "- This certificate can be used in the application for a digital competencies certificate, since the project was assessed as exceptional."
SMALL = [NOTE, "- eTwinning is a community of schools in Europe. National Support Organisations help teachers, and Central Support helps them all."]


def label(*lines: str) -> list[str]:
    return ["# National Quality Label", "eTwinning", *lines, *SMALL]


@pytest.mark.parametrize("project", ["“Castles in Code”", "«Castles in Code»", "Project: Castles in Code"])
def test_who_signs_in_smaller_letters_is_not_the_holder(project: str) -> None:
    reading = read(label("Maria Rossi", project, "21 September 2026", "Alicja Borkowska"), "Maria Rossi")
    assert reading.holder is not None
    assert reading.holder.value == "Maria Rossi"
    assert judged(reading, "Maria", "Rossi").verdict is Verdict.ACCEPT
    assert judged(reading, "Alicja", "Borkowska").verdict is not Verdict.ACCEPT


def test_two_names_of_one_size_are_for_a_person() -> None:
    reading = read(label("## Maria Rossi", "## Alicja Borkowska", "21 September 2026"))
    assert judged(reading, "Maria", "Rossi").verdict is Verdict.REVIEW
    assert judged(reading, "Alicja", "Borkowska").verdict is Verdict.REVIEW


def test_a_label_between_two_names_rejects_nobody() -> None:
    """A caption and a head of a field look alike where both have a name beside them: a person sees whose it is."""
    reading = read(label("## Jesper Nordby", "teacher", "Riverside Sounds", "project", "5 March 2026"), "")
    assert "holder-differs" not in {finding.code for finding in judged(reading, "Jesper", "Nordby").findings}
