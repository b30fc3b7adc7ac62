"""Words that stand where a name might, and what stands behind or around them shows that they are none; and names that look like a sentence."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
NOTE = "This label may be used in the application for the certificate of digital competencies."


def test_a_number_is_no_name() -> None:
    lines = ["# Certificat", "Il est certifié que", "Identifiant LU-6-2025-77", "Maria Quillfeather"]
    done = f"a accompli avec succès la formation en ligne « Ressources numériques » ({SERIES})."
    assert judged(read([*lines, done, "Délivré le 22 septembre 2026"]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT


def test_a_school_between_the_name_and_what_was_done() -> None:
    lines = ["# Kursusbevis", "Maria Quillfeather", "Rungsted Skole", f"har fuldført onlinekurset »Digitale ressourcer« ({SERIES})", "3. marts 2026"]
    assert judged(read(lines), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    assert judged(read(lines), "Rungsted", "Skole").verdict is not Verdict.ACCEPT


def test_a_sentence_in_small_letters_is_no_name() -> None:
    lines = [
        "Warszawa, 6 sierpnia 2026 r.",
        "Szanowna Pani,",
        "# Krajowa Odznaka Jakości",
        "miło nam poinformować, że Pani Maria Quillfeather otrzymuje Krajową Odznakę Jakości za projekt „Amber Trail”.",
        "Niniejszy dokument może Pani przedstawić, składając wniosek o wydanie certyfikatu kompetencji cyfrowych.",
    ]
    assert judged(read(lines), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    assert judged(read(lines), "Anna", "Sample").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("title", ["“Small Steps, Green Planet”", "“Green Planet, Small Steps”", "«Small Steps»"])
def test_a_title_in_quotes_is_nobody_beside_whom_a_letter_greets(title: str) -> None:
    lines = ["# Award of the National Quality Label", "Dear Maria Quillfeather,", "18 July 2026"]
    told = "We are delighted to tell you that {} " + f"{title}, carried out with pupils of Coláiste Eoin, has been granted the Label."
    assert judged(read([*lines, told.format("your project"), NOTE]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    for another in ("Vera Kowalczyk's project", "the project of Vera Kowalczyk"):
        assert judged(read([*lines, told.format(another), NOTE]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


def test_a_field_holds_a_name_that_begins_in_small_letters() -> None:
    fields = ["Teilnehmerin | von Stetten, Anna-Lena (StRin)", "Titel | MOOC 3: Teaching and learning", f"Reihe | {SERIES}"]
    ends = ["Status | vollständig absolviert, bestanden", "Ausstellungsdatum | 25.07.2026", "Dieser Nachweis wurde maschinell erstellt."]
    assert judged(read(["# Fortbildungsnachweis", *fields, *ends]), "Anna-Lena", "von Stetten").verdict is Verdict.ACCEPT


@pytest.mark.parametrize(("count", "right"), [("5/5", True), ("5 of 5", True), ("4/5", False), ("0/0", False)])
def test_modules_are_counted(count: str, right: bool) -> None:
    lines = [
        "# Certificate of completion",
        f"Maria Quillfeather has completed the MOOC “Digital resources” ({SERIES}).",
        f"Modules completed: {count}",
    ]
    found = judged(read([*lines, "Issued on 3 March 2026"]), "Maria", "Quillfeather")
    assert (found.verdict is Verdict.ACCEPT) is right


def test_a_session_is_a_field_and_no_event() -> None:
    lines = ["# Atestat de absolvire", f"Cursanta Maria Quillfeather a promovat cursul „Resurse digitale” ({SERIES}) cu nota 9,60."]
    dated = ["Sesiunea | septembrie – octombrie 2026", "Timișoara, 15 octombrie 2026"]
    assert judged(read([*lines, *dated]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    assert judged(read([*lines[:1], "Sesiune informativă", *lines[1:], dated[1]]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("degrees", ["B.Ed. (Hons)", "MSc", "M.A.", "PhD, MEd"])
def test_degrees_between_commas_hide_no_name(degrees: str) -> None:
    lines = [
        "# Course Completion Certificate",
        f"Mr Marco Quillfeather, {degrees}, has passed {SERIES}: Digital resources.",
        "Issue date: 19 October 2026",
    ]
    assert judged(read(lines), "Marco", "Quillfeather").verdict is Verdict.ACCEPT
    turned = [lines[0], f"Quillfeather, Marco, has passed {SERIES}: Digital resources.", lines[2]]
    assert judged(read(turned), "Marco", "Quillfeather").verdict is Verdict.ACCEPT


def test_a_day_between_the_name_and_the_verb() -> None:
    lines = ["# Kurzuselvégzési tanúsítvány", f"Balogh Orsolya 2026. 08. 21-én sikeresen befejezte a „Digitális források” tanfolyamot ({SERIES})."]
    dated = [*lines, "Teljesített modulok: 5/5", "Budapest, 2026. 08. 24."]
    assert judged(read(dated), "Orsolya", "Balogh").verdict is Verdict.ACCEPT
