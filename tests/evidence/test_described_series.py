"""The series described instead of quoted names it, beside a number and an area that agree; another series one word away does not.

`described_series.toml` holds both for every language.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict
from lti_tool.evidence.kinds import recognise
from lti_tool.evidence.language import languages
from lti_tool.evidence.vocabulary import vocabulary

sys.path.insert(0, str(Path(__file__).parent))

from sheets import SCHEME, judged, read, sheet

LISTED = tomllib.loads((Path(__file__).parent / "described_series.toml").read_text(encoding="utf-8"))
SAME = [(code, text) for code, listed in LISTED.items() for text in listed["same"]]
OTHER = [(code, text) for code, listed in LISTED.items() for text in listed["other"]]


def _doubts(code: str, *lines: str) -> list[str]:
    # A sheet is set from left to right.
    set_lines = [" ".join(reversed(line.split())) if code == "ar" else line for line in lines]
    found = recognise(sheet(set_lines), vocabulary(SCHEME).speaking([code]))
    assert found.kind_id == "mooc-2"
    return [doubt.code for doubt in found.doubts]


def test_every_language_is_listed() -> None:
    assert sorted(LISTED) == sorted(language.code for language in languages())


@pytest.mark.parametrize(("code", "text"), SAME)
def test_a_described_series_is_named(code: str, text: str) -> None:
    assert "series-not-named" not in _doubts(code, LISTED[code]["course"], text)


@pytest.mark.parametrize(("code", "text"), OTHER)
def test_another_series_is_not(code: str, text: str) -> None:
    assert "series-not-named" in _doubts(code, LISTED[code]["course"], text)


@pytest.mark.parametrize(("code", "text"), [(code, listed["same"][0]) for code, listed in LISTED.items()])
def test_the_framework_that_it_follows_may_stand_behind_it(code: str, text: str) -> None:
    assert "series-not-named" not in _doubts(code, LISTED[code]["course"], f"{text} (DigCompEdu)")


@pytest.mark.parametrize(
    ("code", "text", "named"),
    [
        ("de", "der Reihe zu den digitalen Kompetenzen von Lehrkräften nach DigCompEdu", True),
        ("de", "der Reihe zu den digitalen Kompetenzen von Lehrkräften nach Stufen", False),
        ("de", "der Reihe zu den digitalen Kompetenzen von Lehrkräften (Grundschule, DigCompEdu)", False),
        ("de", "der Reihe zu den digitalen Kompetenzen von Lehrkräften in Schulen nach DigCompEdu", False),
        ("it", "della serie dedicata alle competenze digitali dei docenti secondo il quadro DigCompEdu", True),
        ("it", "della serie dedicata alle competenze digitali dei docenti secondo il quadro nazionale", False),
        ("pt", "da série sobre as competências digitais dos professores baseada no DigCompEdu", True),
        ("pt", "da série sobre as competências digitais dos professores baseada no referencial da escola", False),
        ("bg", "от поредицата за дигиталните компетентности на учителите по рамката DigCompEdu", True),
        ("pl", "z serii poświęconej kompetencjom cyfrowym nauczycieli według DigCompEdu", True),
        ("pl", "z serii poświęconej kompetencjom cyfrowym nauczycieli według przedmiotów", False),
    ],
)
def test_a_framework_is_told_from_what_makes_it_another_series(code: str, text: str, named: bool) -> None:
    assert ("series-not-named" not in _doubts(code, LISTED[code]["course"], text)) is named


def _paper(series: str, course: str = "MOOC 2 – Ressources numériques") -> Verdict:
    name = "Aurore Delvaux"
    lines = ["# Certificat", "décerné à", name, "pour avoir mené à terme le cours", course, series, "Fait le 15 octobre 2026"]
    return judged(read(lines, name), "Aurore", "Delvaux").verdict


@pytest.mark.parametrize(
    ("course", "series", "verdict"),
    [
        ("MOOC 2 – Ressources numériques", "de la série sur les compétences numériques des enseignants", Verdict.ACCEPT),
        ("MOOC 3 – Ressources numériques", "de la série sur les compétences numériques des enseignants", Verdict.REVIEW),
        ("Ressources numériques", "de la série sur les compétences numériques des enseignants", Verdict.REVIEW),
        ("MOOC 2 – Ressources numériques", "de notre série sur les compétences numériques des enseignants", Verdict.REVIEW),
        ("MOOC 2 – Ressources numériques", "de la série sur les compétences numériques des élèves", Verdict.REVIEW),
    ],
)
def test_only_a_number_and_an_area_that_agree_are_enough_beside_it(course: str, series: str, verdict: Verdict) -> None:
    assert _paper(series, course) is verdict


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("n° 5 des six cours consacrés aux compétences numériques des enseignants", 5),
        ("le cinquième des six cours consacrés aux compétences numériques des enseignants", 5),
        ("n° 5 des cinq cours consacrés aux compétences numériques des enseignants", None),
        ("n° 4 des six cours consacrés aux compétences numériques des enseignants", None),
    ],
)
def test_which_of_the_six_courses_is_said_after_its_title(said: str, number: int | None) -> None:
    lines = ["# Certificat", "a achevé le cours « Responsabilisation des apprenants »,", said]
    found = recognise(sheet(lines), vocabulary(SCHEME).speaking(["fr"]))
    assert (found.number if not found.doubts else None) == number


def test_columns_in_two_languages_each_describe_it() -> None:
    name = "Ирина Костова"
    lines = [
        "# СЕРТИФИКАТ / CERTIFICATE",
        name,
        "успешно завърши онлайн курса | has successfully completed the online course",
        "МООК 2. Цифрови ресурси | MOOC 2. Digital resources",
        "Серия: дигитални умения на учители | of the series on teachers’ digital skills",
        "Издаден на 10.08.2026 г. | Issued on 10 August 2026",
    ]
    assert judged(read(lines, name), "Ирина", "Костова").verdict is Verdict.ACCEPT


@pytest.mark.parametrize(
    ("words", "mixed"),
    [("e-Δάσκαλος", False), ("Код/Code", False), ("МООК-MOOC", False), ("Mаria", True), ("e-Δάσκαλoς", True), ("Δά\u200bσκαλος", True)],
)
def test_a_hyphen_parts_words_of_two_scripts(words: str, mixed: bool) -> None:
    # With a figure behind it, it is nobody's name.
    reading = read(["# Πιστοποιητικό", f"{words} 4711"], "")
    assert ("mixed-script" in [doubt.code for doubt in reading.doubts]) is mixed


@pytest.mark.parametrize(("verb", "verdict"), [("nicht ", Verdict.REVIEW), ("", Verdict.ACCEPT)])
def test_a_label_that_its_sentence_denies_is_seen_by_a_person(verb: str, verdict: Verdict) -> None:
    name = "Sabine Kröger"
    lines = [
        "# Nationales Qualitätssiegel",
        f"{name} wird das Nationale Qualitätssiegel von eTwinning {verb}verliehen.",
        "Das Siegel gilt als Nachweis bei der Bewerbung um ein Zertifikat für digitale Kompetenzen.",
        "Wien, am 20.11.2026",
    ]
    assert judged(read(lines, name), "Sabine", "Kröger").verdict is verdict
