"""Headings whose letters are set apart, a word to each line; fonts set some pairs close, and short words have few letters."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NAME = "Inês Guimarães"

HEADINGS = {
    "es": (
        ["# S E L L O", "# NA C I O NA L", "# D E", "# C A L I DA D"],
        "por su labor en el proyecto eTwinning «Lingua Franca».",
        "Nombre",
        "Fecha de expedición: 15/08/2025",
        "Este certificado es válido para su presentación en la solicitud de un certificado de competencias digitales.",
    ),
    "pt": (
        ["# S E L O", "# D E", "# Q UA L I DA D E", "# NACIONAL"],
        "em reconhecimento da qualidade do projeto eTwinning «Lingua Franca».",
        "Nome",
        "Data de emissão: 15/07/2026",
        "O presente certificado pode ser apresentado na candidatura a um certificado de competências digitais.",
    ),
    "da": (
        ["# N AT I O N A LT", "# K VA L I T E T S M Æ R K E"],
        "for det fremragende eTwinning-projekt “MathEscape”.",
        "Navn",
        "Udstedelsesdato: 26. december 2025",
        "Dette certifikat kan bruges i en ansøgning om et certifikat for digitale kompetencer.",
    ),
    "uk": (
        ["# НАЦІОНАЛЬНИЙ", "# З Н А К", "# ЯКОСТІ"],
        "за відмінну роботу в проєкті eTwinning «Lingua Franca».",
        "Ім’я та прізвище",
        "Дата видачі: 11.12.2025",
        "Цей сертифікат може бути використаний як доказ під час подання заявки на сертифікат цифрових компетентностей.",
    ),
}


@pytest.mark.parametrize("code", HEADINGS)
def test_a_heading_of_letters_apart_is_read_as_words(code: str) -> None:
    heading, project, label, issued, note = HEADINGS[code]
    lines = [*heading, NAME, f"- {label}", project, issued, note]
    assert judged(read(lines, NAME), *NAME.split()).verdict is Verdict.ACCEPT


@pytest.mark.parametrize("mark", ["V O I D", "S A M P L E", "S P E C I M E N", "SA M P L E"])
def test_a_mark_of_letters_apart_is_seen_too(mark: str) -> None:
    lines = [
        "# eTwinning National Quality Label",
        f"# {mark}",
        "is awarded to",
        NAME,
        "This certificate can be used as part of an application for a digital competencies certificate.",
        "Issued on 21 September 2026",
    ]
    assert judged(read(lines, NAME), *NAME.split()).verdict is not Verdict.ACCEPT
