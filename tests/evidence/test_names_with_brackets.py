"""Brackets inside a name hold a parent's name, or in Dutch the call name; behind a name a place, after which another person may stand."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"


def dutch(name: str) -> list[str]:
    """Return a certificate in Dutch."""
    told = f"met goed gevolg heeft afgerond de MOOC Empowering learners van de reeks {SERIES}."
    return ["# Certificaat", "Hierbij verklaren wij dat", name, told, "Utrecht, 16 april 2026"]


def serbian(label: str, name: str) -> list[str]:
    """Return a form in Serbian."""
    fields = ["Kurs: Empowering learners", f"Serija: {SERIES}", "Rezultat: uspešno završio kurs", "Datum izdavanja: 24. 10. 2026."]
    return ["# Potvrda", f"{label}: {name}", *fields]


PARENTS = "Ime (ime roditelja) i prezime"
NAMES = [
    (dutch("de heer J.H. (Joost) van den Berg"), "Joost van den Berg"),
    (dutch("mevrouw J.H. (Hanna) van den Berg"), "J.H. van den Berg"),
    (serbian(PARENTS, "Miloš (Dragan) Živković"), "Miloš Živković"),
    (serbian("Ime i prezime", "Miloš (Dragan) Živković"), "Miloš Živković"),
    (serbian("Ime i prezime", "D. (Dragan) Živković"), "D. Živković"),
    (serbian("Ime i prezime", "Ana Horvat (Zagreb) Eva Kos"), "Ana Horvat"),
]


@pytest.mark.parametrize(("lines", "name"), NAMES, ids=[name for _, name in NAMES])
def test_a_name_goes_on_past_brackets(lines: list[str], name: str) -> None:
    holder = read(lines).holder
    assert holder is not None
    assert holder.value == name


def test_a_nickname_in_brackets_rejects_nobody() -> None:
    told = f"has successfully completed the online course Empowering learners of the series {SERIES} on 16 April 2026."
    reading = read(["# Certificate", "This is to certify that", "Thomas (Tom) Gallagher", told])
    for given in ("Tom", "Thomas"):
        assert judged(reading, given, "Gallagher").verdict is not Verdict.REJECT


@pytest.mark.parametrize("name", ["Miloš (Dragan) Živković", "D. (Dragan) Živković"])
def test_a_parents_name_is_not_the_holders(name: str) -> None:
    assert judged(read(serbian(PARENTS, name)), "Dragan", "Živković").verdict is not Verdict.ACCEPT
