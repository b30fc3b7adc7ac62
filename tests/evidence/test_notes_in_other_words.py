"""Labels whose note may stand in words that nobody listed: a person looks at them, and the applicant is told of no missing note."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NAME = "Niamh Kavanagh"

MAYBE = {
    "en": (
        "# National Quality Label",
        "This label is awarded to",
        "This certificate can be used in the application for the credential on digital competencies.",
    ),
    "de": (
        "# Nationales Qualitätssiegel",
        "verliehen an",
        "Diese Urkunde kann als Nachweis für den Antrag auf den Ausweis über digitale Kompetenzen verwendet werden.",
    ),
    "ga": (
        "# Lipéad Cáilíochta Náisiúnta",
        "Bronntar an lipéad seo ar",
        "Is féidir an deimhniú seo a úsáid mar fhianaise in iarratas ar an gcreidiúnú inniúlachtaí digiteacha.",
    ),
    "ro": ("# Certificat Național de Calitate", "se acordă", "Acest certificat poate fi utilizat la cererea pentru brevetul de competențe digitale."),
}


def codes(language: str, *more: str) -> tuple[Verdict, set[str]]:
    heading, announced, _ = MAYBE[language]
    found = judged(read([heading, "eTwinning", announced, NAME, "Project: Lingua Franca", "21/09/2026", *more], NAME), *NAME.split())
    return found.verdict, {finding.code for finding in found.findings if finding.code.startswith("disclaimer")}


@pytest.mark.parametrize("language", MAYBE)
def test_a_sentence_much_like_the_note_goes_to_a_person(language: str) -> None:
    verdict, said = codes(language, MAYBE[language][2])
    assert verdict is Verdict.REVIEW
    assert said == {"disclaimer-unsure"}


@pytest.mark.parametrize("language", MAYBE)
def test_a_label_without_such_a_sentence_has_no_note(language: str) -> None:
    assert codes(language)[1] == {"disclaimer-missing"}


HANDED_IN = {
    "de": [
        "# eTwinning Nationales Qualitätssiegel",
        "Das Nationale Qualitätssiegel wird Maria Quillfeather für das Projekt „Meere und Ufer“ verliehen.",
        "Ausgestellt am 24. Februar 2026",
        "Dieses Siegel wurde zusammen mit dem Antrag auf ein Zertifikat über digitale Kompetenzen eingereicht.",
    ],
    "fr": [
        "# Label national de qualité eTwinning",
        "Le label national de qualité est décerné à Maria Quillfeather pour le projet « Mers et rives ».",
        "Délivré le 24 février 2026",
        "Ce label a été joint à la demande de certificat de compétences numériques.",
    ],
    "it": [
        "# eTwinning Quality Label nazionale",
        "Il Quality Label nazionale è conferito a Maria Quillfeather per il progetto “Mari e rive”.",
        "Rilasciato il 24 febbraio 2026",
        "Questo label è stato presentato insieme alla domanda per il certificato di competenze digitali.",
    ],
}


@pytest.mark.parametrize("language", HANDED_IN)
def test_that_a_label_was_handed_in_once_is_no_note(language: str) -> None:
    assert judged(read(HANDED_IN[language]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT
