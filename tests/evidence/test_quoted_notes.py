"""A note in quotation marks is heard as any other, denials and all; a project's title in them says nothing of it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

LABEL = ["# eTwinning National Quality Label", "Awarded to Carmen Lozano for the project “Art”", "Issued on 12 March 2026"]


def verdict(note: str) -> Verdict:
    return judged(read([*LABEL, note]), "Carmen", "Lozano").verdict


@pytest.mark.parametrize(
    "note",
    [
        "“This label can be used in applying for the digital competencies certificate.”",
        "Note: “This label can be used in applying for the digital competencies certificate”",
        "This label, for the project “Never Walk Alone”, can be used in applying for the digital competencies certificate.",
        "This label for the project « Not Our Planet » can be used in applying for the digital competencies certificate.",
    ],
)
def test_a_note_in_quotes_or_beside_a_title_counts(note: str) -> None:
    assert verdict(note) is Verdict.ACCEPT


@pytest.mark.parametrize(
    "note",
    [
        "“This label can not be used in applying for the digital competencies certificate.”",
        "Note: “This label cannot be used in applying for the digital competencies certificate”",
        "Note: « This label cannot be used in applying for the digital competencies certificate »",
        "It can “Not” be used in the application for the digital competencies certificate.",
        "This label “Can Not” be used in applying for the digital competencies certificate.",
        "This label, “Never Walk Alone”, can not be used in applying for the digital competencies certificate.",
    ],
)
def test_a_denial_is_heard_inside_of_quotes_and_beside_them(note: str) -> None:
    assert verdict(note) is not Verdict.ACCEPT
