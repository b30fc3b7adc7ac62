"""A day after the day of issue of which nothing says what happened then goes to a person, however it is put."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import PieceFindings, Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

PAPER = [
    "# Certificate",
    "This is to certify that Ilse Beispiel has completed the course MOOC 2: Digital resources of the series",
    "“Unlocking the power of teachers' digital competencies”.",
    "Issued on 12 March 2026",
]

# Wordings of no list, on purpose: what they say is not understood, the day is.
HAPPENED = [
    "On 3 September 2026 the board set this paper aside.",
    "The academy took it back on 3 September 2026.",
    "Struck from the rolls, 3 September 2026",
    "Of no more effect since 03/09/2026.",
    "La académie l'a repris le 3 septembre 2026.",
    "Am 3. September 2026 aus dem Verzeichnis genommen.",
    "Dal 3 settembre 2026 non fa più fede.",
    "El 3 de septiembre de 2026 perdió todo efecto.",
    "W dniu 3 września 2026 r. wycofano.",
    "A hivatal 2026. szeptember 3-án elvette.",
    "Στις 3 Σεπτεμβρίου 2026 αφαιρέθηκε.",
    "На 3 септември 2026 г. е отнето.",
]
HARMLESS = [
    "Printed on 3 September 2026",
    "Printed from the portal of the academy on 3 September 2026",
    "Valid until 3 September 2028",
    "It can be looked up on our pages up to 3 September 2030.",
    "The academy was given its statute on 3 September 2019.",
]


def found(line: str) -> PieceFindings:
    return judged(read([*PAPER, line], "Ilse Beispiel"), "Ilse", "Beispiel")


@pytest.mark.parametrize("line", HAPPENED)
def test_a_later_day_that_nobody_explains_goes_to_a_person(line: str) -> None:
    piece = found(line)
    assert piece.verdict is Verdict.REVIEW
    later = [finding for finding in piece.findings if finding.code == "dated-later"]
    assert [finding.details["dates"].split(", ")[0] for finding in later] == ["2026-09-03"]


@pytest.mark.parametrize("line", HARMLESS)
def test_a_later_day_that_is_explained_or_still_to_come_is_none(line: str) -> None:
    piece = found(line)
    assert piece.verdict is Verdict.ACCEPT, [(finding.code, dict(finding.details)) for finding in piece.findings if not finding.ok]
