"""Forms that hold a name in two fields, and labels said in two languages."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
FORMS = {
    "bg": ("Фамилия: Димитров", "Име и презиме: Георги Николов", "Георги Николов", "Димитров"),
    "da": ("Efternavn: Holm-Petersen", "Fornavn: Birgitte", "Birgitte", "Holm-Petersen"),
    "de": ("Name: Özdemir", "Vorname: Jan-Philipp", "Jan-Philipp", "Özdemir"),
    "el": ("Επώνυμο: Ανδρούτσος", "Όνομα: Κωνσταντίνος", "Κωνσταντίνος", "Ανδρούτσος"),
    "en": ("Family name: O'Rourke", "First name: Declan", "Declan", "O'Rourke"),
    "es": ("Apellidos: Pérez Louzao", "Nombre: Xoán", "Xoán", "Pérez Louzao"),
    "fi": ("Sukunimi: Mäkelä", "Etunimet: Jukka-Pekka", "Jukka-Pekka", "Mäkelä"),
    "fr": ("Nom: N'GUYEN-MARTEL", "Prénom: Jean-Baptiste", "Jean-Baptiste", "N'Guyen-Martel"),
    "hu": ("Vezetéknév: Kerekes", "Keresztnév: Zoltán", "Zoltán", "Kerekes"),
    "it": ("Cognome: Gatti", "Nome: Simone", "Simone", "Gatti"),
    "nl": ("Naam: van der Berg", "Voornaam: Wim", "Wim", "van der Berg"),
    "pl": ("Nazwisko: Jabłoński", "Imię: Krzysztof", "Krzysztof", "Jabłoński"),
    "pt": ("Apelido: Simões", "Nome: Carla", "Carla", "Simões"),
    "ro": ("Numele: Tudor", "Prenumele: Sorin", "Sorin", "Tudor"),
}


def form(*fields: str, language: str = "en") -> list[str]:
    # Two small words do not make a paper French; the others are told by their labels alone.
    head, foot = ("# Certificat de réussite", "Délivré le") if language == "fr" else ("# Certificate of Completion", "Date of issue:")
    return [head, *fields, f"Course: Digital resources ({SERIES})", f"{foot} 21/09/2026"]


@pytest.mark.parametrize("turned", [False, True], ids=["surname first", "given name first"])
@pytest.mark.parametrize("language", FORMS)
def test_a_name_in_two_fields_is_the_name(language: str, turned: bool) -> None:
    surname, given, *name = FORMS[language]
    reading = read(form(*((given, surname) if turned else (surname, given)), language=language))
    assert reading.holder is not None
    assert judged(reading, *name).verdict is Verdict.ACCEPT, reading.holder.value


@pytest.mark.parametrize("language", FORMS)
def test_a_name_in_two_fields_is_nobody_elses(language: str) -> None:
    surname, given, first, last = FORMS[language]
    reading = read(form(surname, given, language=language))
    assert judged(reading, first, "Beispiel").verdict is not Verdict.ACCEPT
    assert judged(reading, "Anna", last).verdict is not Verdict.ACCEPT


def test_two_people_in_two_fields_each_are_for_a_person() -> None:
    lines = form("Family name: Rossi", "First name: Maria", "Family name: Bianchi", "First name: Anna")
    assert judged(read(lines), "Maria", "Rossi").verdict is not Verdict.ACCEPT
    assert judged(read(lines), "Anna", "Rossi").verdict is not Verdict.ACCEPT


def test_fields_of_two_places_make_no_name() -> None:
    lines = ["# Certificate of Completion", "Family name: Rossi", *["This line says nothing of anybody."] * 8, "First name: Anna"]
    reading = read([*lines, f"Course: Digital resources ({SERIES})", "Date of issue: 21 September 2026"])
    assert judged(reading, "Anna", "Rossi").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("label", ["Nombre y apellidos / Name:", "Name / Nom et prénom:", "Nome e cognome / Full name:"])
def test_a_label_may_be_said_in_two_languages(label: str) -> None:
    assert judged(read(form(f"{label} Maria Rossi")), "Maria", "Rossi").verdict is Verdict.ACCEPT
