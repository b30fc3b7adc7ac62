"""Forms that nobody filled in, whose footer names somebody and a day; dots and brackets that are no blanks."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"

BLANK = {
    "brackets": [
        "# Certificado",
        f"Se certifica que [NOMBRE Y APELLIDOS] ha superado el MOOC 3 «Enseñanza y aprendizaje» de la serie «{SERIES}».",
        "[LUGAR], a [FECHA]",
        "Modelo elaborado por Marta Vidal, 2 de octubre de 2026",
    ],
    "brackets of another kind": [
        "# Certificate",
        f"This is to certify that <participant> has completed MOOC 3 “Teaching and learning”, series “{SERIES}”.",
        "Issued on 2 October 2026. Form revised by Marta Vidal.",
    ],
    "brackets that no label explains": [
        "# Certificate",
        f"This is to certify that [who took it] has completed MOOC 3 “Teaching and learning”, series “{SERIES}”.",
        "Issued on 2 October 2026 | Marta Vidal",
    ],
    "braces": [
        "# Attestation",
        f"Il est certifié que {{{{prenom nom}}}} a suivi et réussi le MOOC 3 « Enseignement et apprentissage », série « {SERIES} ».",
        "Document conçu par Marta Vidal, le 2 octobre 2026",
    ],
    "dots": [
        "# Tanúsítvány",
        "Igazoljuk, hogy",
        "..............................................",
        f"sikeresen elvégezte az alábbi kurzust: MOOC 1 – Szakmai elkötelezettség, sorozat: {SERIES}",
        "Kelt | ................................",
        "A nyomtatványért felel | Vidal Márta, 2026. április 20.",
    ],
    "a field left empty": [
        "# Certificate of completion",
        "Name: ____________________",
        f"Course: MOOC 1 – Professional engagement, series: {SERIES}",
        "Date of issue: 20 April 2026",
        "Template maintained by Marta Vidal",
    ],
    "only a footer": [
        "# Zertifikat",
        f"Der Kurs MOOC 3 „Lehren und Lernen“ der Reihe „{SERIES}“ wurde erfolgreich abgeschlossen.",
        "Vordruck gestaltet von Marta Vidal, 2. Oktober 2026",
    ],
}

FILLED = {
    "a line for the signature": [
        "# Certificate",
        f"This is to certify that Marta Vidal has completed MOOC 3 “Teaching and learning”, series “{SERIES}”.",
        "Issued on 2 October 2026",
        "Signature: ____________________",
        "....................",
        "Head of the centre",
    ],
    "an address in brackets": [
        "# Certificate",
        f"This is to certify that Marta Vidal <marta.vidal@escuela.example> has completed MOOC 3 “Teaching and learning”, series “{SERIES}”.",
        "Issued on 2 October 2026",
    ],
    "dots that lead to the value": [
        "# Certificate of completion",
        "Name ............ Marta Vidal",
        f"Course .......... MOOC 3 – Teaching and learning, series: {SERIES}",
        "Date of issue ... 2 October 2026",
    ],
    "a name on the dots": [
        "# Certificate",
        "This is to certify that",
        "...... Marta Vidal ......",
        f"has completed MOOC 3 “Teaching and learning”, series “{SERIES}”.",
        "Issued on 2 October 2026",
    ],
}


@pytest.mark.parametrize("what", BLANK)
def test_a_form_that_nobody_filled_in_is_nobodys(what: str) -> None:
    reading = read(BLANK[what])
    assert judged(reading, "Marta", "Vidal").verdict is not Verdict.ACCEPT
    assert judged(reading, "Márta", "Vidal").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("what", FILLED)
def test_what_only_looks_like_a_blank_is_accepted(what: str) -> None:
    found = judged(read(FILLED[what]), "Marta", "Vidal")
    assert found.verdict is Verdict.ACCEPT, [(finding.code, dict(finding.details)) for finding in found.findings if not finding.ok]


def test_the_day_on_which_a_form_was_drawn_up_is_no_day_of_issue() -> None:
    assert read(BLANK["brackets"]).issue_date is None
    assert read(BLANK["dots"]).issue_date is None
    assert read(BLANK["only a footer"]).issue_date is None


def test_brackets_behind_a_label_explain_it() -> None:
    lines = ["# Certificate", "Name [first name and surname]: Marta Vidal", f"has completed MOOC 3, {SERIES}", "Issued on 2 October 2026"]
    assert "looks-like-template" not in {doubt.code for doubt in read(lines).doubts}


@pytest.mark.parametrize(
    "footer",
    [
        "This sheet was drawn up by Carmen Lozano, Madrid.",
        "Layout by Carmen Lozano of the printing house.",
        "Queries are answered by Carmen Lozano in room 4.",
    ],
)
def test_a_name_in_a_sentence_that_speaks_of_nothing_else_is_nobodys(footer: str) -> None:
    """The paper itself names nobody, and nobody left a blank."""
    course = "MOOC 2: Digital resources of the series “Unlocking the power of teachers' digital competencies”"
    lines = ["# Certificate", f"We confirm the completion of the course {course}.", "Issued on 12 March 2026", footer]
    assert judged(read(lines), "Carmen", "Lozano").verdict is Verdict.REVIEW
    told = [line.replace("of the course", "by Carmen Lozano of the course") for line in lines[:-1]]
    assert judged(read(told), "Carmen", "Lozano").verdict is Verdict.ACCEPT
