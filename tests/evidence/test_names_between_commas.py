"""Names between two commas, after which stands what the person is; places between commas are no names of holders."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sheets import read

NOTE = "Acest certificat poate fi utilizat la depunerea candidaturii pentru un certificat de competențe digitale."

SENTENCES = {
    "a teacher": (
        "În urma evaluării proiectului eTwinning „Tales without Borders”, Răzvan Șerbănescu, cadru didactic la Liceul Năsăud, a obținut titlul.",
        "Răzvan Șerbănescu",
    ),
    "a place": (
        "În urma evaluării proiectului eTwinning „Tales without Borders” al Liceului Teoretic, Satu Mare, județul omonim, a fost acordat.",
        None,
    ),
}


@pytest.mark.parametrize("what", SENTENCES)
def test_a_name_between_commas_is_told_by_what_follows(what: str) -> None:
    sentence, name = SENTENCES[what]
    reading = read(["# Certificat Național de Calitate", sentence, NOTE])
    assert (reading.holder.value if reading.holder else None) == name
