"""The subject of a sentence, "This certificate was …", "The holder has …", is nobody's name; a surname that is such a word is one."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
PAPERS = {
    "sv": [
        "# Digitalt märke",
        "Märket har tilldelats Maria Quillfeather den 17 augusti 2026.",
        f"Innehavaren har slutfört MOOC:en Empowering Learners i serien {SERIES}.",
    ],
    "cs": [
        "# Digitální odznak",
        "Odznak byl udělen: Maria Quillfeather",
        f"Držitelka dokončila kurz Empowering Learners (série {SERIES}).",
        "Datum udělení: 15. července 2026",
    ],
    "de": [
        "# Fortbildungsnachweis",
        "Teilnehmerin: Quillfeather, Maria",
        "Kurs: Empowering learners",
        f"Reihe: {SERIES}",
        "Ergebnis: erfolgreich abgeschlossen",
        "Ausstellungsdatum: 25.07.2026",
        "Dieser Nachweis wurde maschinell erstellt und ist ohne Unterschrift gültig.",
    ],
}


@pytest.mark.parametrize("code", PAPERS)
def test_no_paper_and_no_role_is_taken_for_the_holder(code: str) -> None:
    reading = read(PAPERS[code])
    assert reading.holder is not None
    assert {"Maria", "Quillfeather"} <= set(reading.holder.value.replace(",", "").split())
    found = judged(reading, "Maria", "Quillfeather")
    assert not [finding.code for finding in found.findings if finding.code.startswith("holder") and not finding.ok]
    assert judged(reading, "Anna", "Beispiel").verdict is not Verdict.ACCEPT


def test_a_surname_may_be_such_a_word() -> None:
    lines = ["Die Akademie bescheinigt, dass", "Anna Lehrer", f"den Kurs Empowering Learners der Reihe {SERIES} erfolgreich abgeschlossen hat."]
    reading = read(["# Zertifikat", *lines, "Ausgestellt am 25. Juli 2026"])
    assert reading.holder is not None
    assert reading.holder.value == "Anna Lehrer"
