"""What somebody declares of themselves, or what is only told of them, is no certificate; and a note must speak of the label it stands on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
NAME = "Maria Quillfeather"
DECLARATIONS = {
    "en": [
        "To whom it may concern",
        f"I hereby declare that I, {NAME}, have completed the MOOC Digital resources ({SERIES}).",
        "3 November 2026",
        NAME,
    ],
    "de": [
        "Eidesstattliche Erklärung",
        f"Ich, {NAME}, erkläre, dass ich den Kurs „Digitale Ressourcen“ ({SERIES}) abgeschlossen habe.",
        "3. November 2026",
    ],
    "fr": [
        "Déclaration sur l'honneur",
        f"Je soussignée {NAME} certifie avoir terminé le cours « Ressources numériques » ({SERIES}).",
        "3 novembre 2026",
    ],
    "it": [
        "Dichiarazione sostitutiva",
        f"La sottoscritta {NAME} dichiara di aver completato il corso «Risorse digitali» ({SERIES}).",
        "3 novembre 2026",
    ],
    "es": [
        "Declaración responsable",
        f"Yo, {NAME}, declaro haber completado el curso «Recursos digitales» ({SERIES}).",
        "3 de noviembre de 2026",
    ],
    "pt": [
        "Declaração de honra",
        f"Eu, {NAME}, declaro ter concluído o curso «Recursos digitais» ({SERIES}).",
        "3 de novembro de 2026",
    ],
    "nl": [
        "Verklaring",
        f"Ik, {NAME}, verklaar dat ik de cursus ‘Digitale bronnen’ ({SERIES}) heb afgerond.",
        "3 november 2026",
    ],
    "pl": [
        "Oświadczenie",
        f"Ja, niżej podpisana {NAME}, oświadczam, że ukończyłam kurs „Zasoby cyfrowe” ({SERIES}).",
        "3 listopada 2026",
    ],
    "cs": [
        "Čestné prohlášení",
        f"Já, {NAME}, prohlašuji, že jsem absolvovala kurz „Digitální zdroje“ ({SERIES}).",
        "3. listopadu 2026",
    ],
    "bg": [
        "Декларация",
        f"Долуподписаната {NAME} декларирам, че съм завършила курса „Цифрови ресурси“ ({SERIES}).",
        "3 ноември 2026 г.",
    ],
    "el": [
        "Υπεύθυνη δήλωση",
        f"Η υπογράφουσα {NAME} δηλώνω ότι ολοκλήρωσα το μάθημα «Ψηφιακοί πόροι» ({SERIES}).",
        "3 Νοεμβρίου 2026",
    ],
    "hu": [
        "Nyilatkozat",
        f"Alulírott {NAME} kijelentem, hogy elvégeztem a „Digitális források” kurzust ({SERIES}).",
        "2026. november 3.",
    ],
    "ro": [
        "Declarație pe propria răspundere",
        f"Subsemnata {NAME} declar că am absolvit cursul „Resurse digitale” ({SERIES}).",
        "3 noiembrie 2026",
    ],
}
TOLD = [
    f"I confirm that {NAME} says she has completed the MOOC Digital resources ({SERIES}).",
    f"I confirm that {NAME} has, by her own account, completed the MOOC Digital resources ({SERIES}).",
    f"I can confirm that {NAME}'s colleague Vera Kowalczyk has completed the MOOC Digital resources ({SERIES}).",
]
LABELS = {
    "de": ["# Nationales Qualitätssiegel", "verliehen an", NAME, "für das Projekt „Stimmen“", "Ausgestellt am 22. September 2026"],
    "fi": ["# Kansallinen laatumerkki", "myönnetään", NAME, "hankkeesta ”Äänet”", "29. huhtikuuta 2026"],
}
NOTES = {
    "de": "Zusammen mit dem Antrag auf das Zertifikat für digitale Kompetenzen sind weitere Nachweise vorzulegen.",
    "fi": "Voitte liittää hakemukseenne kurssitodistukset, kun haette digitaalisen osaamisen todistusta.",
}


@pytest.mark.parametrize("language", DECLARATIONS)
@pytest.mark.parametrize("heading", ["", "# Certificate of completion"])
def test_who_declares_it_of_themselves_certifies_nothing(language: str, heading: str) -> None:
    lines = [*([heading] if heading else []), *DECLARATIONS[language]]
    assert judged(read(lines, NAME), *NAME.split()).verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("said", TOLD)
def test_what_is_told_of_somebody_is_not_certified(said: str) -> None:
    assert judged(read(["# Confirmation", said, "3 November 2026", "Yours faithfully"], NAME), *NAME.split()).verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("language", NOTES)
def test_a_note_that_speaks_of_other_papers_is_none_of_this_label(language: str) -> None:
    assert judged(read([*LABELS[language], NOTES[language]], NAME), *NAME.split()).verdict is not Verdict.ACCEPT
