"""Who signs, "the undersigned Anna Muster", is never the holder, wherever the holder's name stands."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
COURSE = f"MOOC 2: Digital resources of the series “{SERIES}”"
PAPERS = {
    "en": ["# Certificate", f"The undersigned Otto Signer confirms the successful completion of the course {COURSE}"],
    "en, awarded": ["# Certificate", "The undersigned Otto Signer has the honour to award", f"this certificate for the completed course {COURSE}"],
    "fr": ["# Attestation", f"Je soussigné Otto Signer atteste de la réussite au cours MOOC 2 : Ressources numériques de la série « {SERIES} »"],
}
HOLDERS = {"en": "by Ilse Beispiel", "en, awarded": "Ilse Beispiel", "fr": "par Ilse Beispiel"}
ISSUED = {"en": "Issued on 12 March 2026", "en, awarded": "Issued on 12 March 2026", "fr": "Fait le 12 mars 2026"}


@pytest.mark.parametrize("what", PAPERS)
def test_who_signs_is_not_the_holder(what: str) -> None:
    lines = [*PAPERS[what], HOLDERS[what], ISSUED[what]]
    assert judged(read(lines), "Otto", "Signer").verdict is not Verdict.ACCEPT
    assert judged(read(lines), "Ilse", "Beispiel").verdict is not Verdict.REJECT


def test_a_paper_that_names_the_signer_alone_is_nobodys() -> None:
    for what, lines in PAPERS.items():
        assert judged(read([*lines, ISSUED[what]]), "Otto", "Signer").verdict is not Verdict.ACCEPT, what
