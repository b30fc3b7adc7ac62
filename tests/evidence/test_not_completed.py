"""Papers under a certificate's heading that tell of no completion are never accepted; names broken over lines are read whole."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
NAME = "Mira Quillfeather"

INCOMPLETE = {
    "enrolled (da)": [
        "# Kursusbevis",
        f"Vi bekræfter, at {NAME} er tilmeldt kurset „{SERIES}: Digitale ressourcer“.",
        "Udstedt den: 22. september 2026",
    ],
    "enrolled (pt)": ["# Certificado de conclusão", f"{NAME} encontra-se inscrita no curso «{SERIES}: Recursos digitais».", "Emitido em: 25/08/2026"],
    "at a seminar (en)": [
        "# Certificate of Completion",
        f"{NAME} attended the online seminar on “{SERIES}: Assessment”.",
        "Issued on: 21 September 2026",
    ],
    "at a seminar (fi)": ["# Todistus", f"{NAME} osallistui verkkoseminaariin ”{SERIES} – MOOC 4: Arviointi”.", "Myönnetty: 19.9.2026"],
    "took part, no more (de)": ["# Teilnahmebestätigung", f"{NAME} hat am MOOC 4 „{SERIES}: Evaluation“ teilgenommen.", "Ausgestellt am 19.09.2026"],
    "a share of it (it)": [
        "# Certificato di completamento",
        f"{NAME} ha completato 3 moduli su 5 di «{SERIES}: Risorse digitali».",
        "Rilasciato il 29/09/2026",
    ],
    "a share of it (en)": [
        "# Certificate of Completion",
        f"{NAME} has completed 3 of 5 modules of “{SERIES}: Assessment”.",
        "Issued on: 21 September 2026",
    ],
    "denied after it (pl)": ["# Certyfikat ukończenia kursu", f"{NAME}: „{SERIES}: Zasoby cyfrowe”. Kurs nie został ukończony.", "Wydano 29.09.2026"],
}


@pytest.mark.parametrize("what", INCOMPLETE)
def test_a_paper_that_tells_of_no_completion_is_never_accepted(what: str) -> None:
    assert judged(read(INCOMPLETE[what], NAME), "Mira", "Quillfeather").verdict is not Verdict.ACCEPT


WHOLE_NAMES = {
    "of a school": (["# Certificate", f"This certificate is awarded to {NAME} of Mistbrook School, who has completed {SERIES}: Assessment."], NAME),
    "with an ending": (["# Zertifikat", f"Teilnehmer/in: {NAME}", f"Kurs: {SERIES}: Evaluation", "Ergebnis: bestanden"], NAME),
}


@pytest.mark.parametrize("what", WHOLE_NAMES)
def test_a_name_ends_where_its_school_begins_and_begins_after_its_label(what: str) -> None:
    lines, name = WHOLE_NAMES[what]
    reading = read(lines, name)
    assert reading.holder is not None
    assert reading.holder.value == name


def test_a_share_in_a_title_is_no_share_of_the_course() -> None:
    lines = ["# Certificate of Completion", f"{NAME} has completed Course 3/6 of {SERIES}: Teaching and learning.", "Issued on: 21 September 2026"]
    assert judged(read(lines, NAME), "Mira", "Quillfeather").verdict is Verdict.ACCEPT
