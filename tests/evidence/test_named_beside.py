"""Where a school or a project was taken for the holder, whoever else the paper names is not told that it is another person's."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NOTE = "Dit certificaat kan worden gebruikt bij de aanvraag van het certificaat digitale competenties."
PAPERS = {
    "a school under the name": [
        "# NATIONAAL KWALITEITSLABEL",
        "Griet Vandertest",
        "Basisschool De Populier",
        "heeft het Nationaal Kwaliteitslabel behaald voor het project",
        "Over de brug",
        "Den Haag, 8 juni 2026",
        NOTE,
    ],
    "labels under the values": [
        "eTwinning · Selo Nacional de Qualidade",
        "# Certificado",
        "Griet Vandertest",
        "titular",
        "Vozes do Monte",
        "projeto",
        "5 de outubro de 2026",
        "data de atribuição",
    ],
}


@pytest.mark.parametrize("what", PAPERS)
def test_who_stands_there_by_themselves_is_not_refused(what: str) -> None:
    found = judged(read(PAPERS[what]), "Griet", "Vandertest")
    assert {finding.code for finding in found.findings} & {"holder-close", "holder-differs"} <= {"holder-close"}


@pytest.mark.parametrize("what", PAPERS)
def test_somebody_who_is_not_on_it_is_never_accepted(what: str) -> None:
    assert judged(read(PAPERS[what]), "Sil", "Vandertest").verdict is not Verdict.ACCEPT


COURSE = [
    "# Certificate",
    "This is to certify that Ilse Beispiel has completed the course MOOC 2: Digital resources of the series",
    "“Unlocking the power of teachers' digital competencies”.",
    "Issued on 12 March 2026",
]


def test_somebody_elses_paper_is_still_refused() -> None:
    assert judged(read(COURSE), "Griet", "Vandertest").verdict is Verdict.REJECT
    # Who taught is named too, but not as the holder.
    assert judged(read([*COURSE, "Griet Vandertest", "tutor of the course"]), "Griet", "Vandertest").verdict is Verdict.REJECT


def test_who_is_named_beside_the_holder_is_never_accepted_for_it() -> None:
    assert judged(read([*COURSE, "Griet Vandertest"]), "Griet", "Vandertest").verdict is Verdict.REVIEW
