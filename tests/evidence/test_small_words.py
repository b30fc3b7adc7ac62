"""Small words that deny in one language and mean something else in another, in names and in words broken at a line's end."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"

# What denies elsewhere: an (Icelandic), be (Lithuanian), nu (Romanian), mai (Italian), jo (Albanian), sem (Portuguese), ni (French).
FINE = {
    "an application, beside another language": (
        "Krešimir Šimić",
        [
            "# Nacionalna oznaka kvalitete",
            "eTwinning National Quality Label",
            "dodjeljuje se",
            "Krešimir Šimić",
            "za izvrsnost u eTwinning projektu „Our Green Footprints” (OŠ Vladimira Nazora, Daruvar).",
            "for the excellent work carried out in the eTwinning project “Our Green Footprints”.",
            "This certificate can be used as part of an application for a digital competencies certificate.",
            "Datum izdavanja / Date of issue: 06.04.2025.",
        ],
    ),
    "now completed (da)": (
        "Kåre Holm",
        [
            "# Kursusbevis",
            "Det bekræftes hermed, at Kåre Holm har nu gennemført kurset „Digitale ressourcer“",
            f"i serien „{SERIES}“.",
            "Udstedt den 22. september 2026",
        ],
    ),
    "now completed (sv)": (
        "Åsa Holm",
        [
            "# Kursintyg",
            "Härmed intygas att Åsa Holm nu har slutfört kursen ”Digitala resurser”",
            f"i serien ”{SERIES}”.",
            "Utfärdat den 22 september 2026",
        ],
    ),
    "in the month of May (de)": (
        "Sabine Kröger",
        [
            "# Zertifikat",
            f"Sabine Kröger hat den Onlinekurs „Digitale Ressourcen“ der Reihe „{SERIES}“ besucht. Der Kurs wurde im Mai erfolgreich abgeschlossen.",
            "Ausgestellt am 22. September 2026",
        ],
    ),
    "in a surname (en)": (
        "Niamh Ní Bhriain",
        [
            "# Certificate of Completion",
            f"This is to certify that Niamh Ní Bhriain met every requirement of the MOOC Digital resources ({SERIES}).",
            "Issued on: 21 September 2026",
        ],
    ),
    "in a surname that stands first (en)": (
        "NÍ BHRIAIN Niamh",
        [
            "# Certificate of Completion",
            f"This is to certify that NÍ BHRIAIN Niamh met every requirement of the MOOC Digital resources ({SERIES}).",
            "Issued on: 21 September 2026",
        ],
    ),
    "in a given name (hr)": (
        "Nada Horvat",
        [
            "# Potvrda o završetku tečaja",
            "Potvrđuje se da je Nada Horvat uspješno završila tečaj „Digitalni resursi“",
            f"iz serije „{SERIES}“.",
            "Datum izdavanja: 21. 9. 2026.",
        ],
    ),
    "at the end of a broken word (cs)": (
        "Kateřina Dvořáková",
        [
            "# Osvědčení o absolvování",
            "Tímto se potvrzuje, že",
            "Kateřina Dvořáková",
            "úspěšně absolvovala online kurz „Digitální zdroje“ z řady MOOC „Odemyká-",
            "ní potenciálu digitálních kompetencí učitelů“.",
            "V Praze dne 18. 5. 2025",
        ],
    ),
}


@pytest.mark.parametrize("what", FINE)
def test_a_word_that_denies_in_another_language_denies_nothing_here(what: str) -> None:
    name, lines = FINE[what]
    given, family = name.split(" ", 1) if not name.startswith("NÍ") else (name.rsplit(" ", 1)[1], name.rsplit(" ", 1)[0])
    judgement = judged(read(lines, name), given, family)
    assert [finding.code for finding in judgement.findings if finding.verdict is not Verdict.ACCEPT] == []


DENIED = {
    "its own (ro)": (
        "Ioana Marin",
        [
            "# Certificat",
            f"Se certifică faptul că Ioana Marin nu a finalizat cursul „Resurse digitale” din seria „{SERIES}”.",
            "Eliberat la 22.09.2026",
        ],
    ),
    "its own, before a surname with a capital (ga)": (
        "Máire Ní Bhriain",
        [
            "# Teastas",
            "Deimhnítear nár chríochnaigh Máire Ní Bhriain an cúrsa “Acmhainní digiteacha”",
            f"sa tsraith “{SERIES}”.",
            "Eisithe an 22/09/2026",
        ],
    ),
    "after a hyphen (en)": (
        "Anna Muster",
        [
            "# Certificate of Completion",
            "It is certified that Anna Muster has the course-",
            f"not completed: Digital resources ({SERIES}).",
            "Issued on: 21 September 2026",
        ],
    ),
    "in another language than the paper's (sv, ro)": (
        "Åsa Holm",
        [
            "# Kursintyg",
            "Härmed intygas att Åsa Holm deltog i kursen ”Digitala resurser”",
            f"i serien ”{SERIES}”.",
            "Cursul nu a fost finalizat.",
            "Utfärdat den 22 september 2026",
        ],
    ),
}


@pytest.mark.parametrize("what", DENIED)
def test_a_word_that_denies_is_never_passed_over(what: str) -> None:
    name, lines = DENIED[what]
    assert judged(read(lines, name), *name.split(" ", 1)).verdict is not Verdict.ACCEPT


UNDER_ITS_NAME = {
    "de": ("Sabine Kröger", "Name", "den Online-Kurs „Lernerorientierung“ aus der MOOC-Reihe", "# Abschlusszertifikat"),
    "lt": ("Rūta Kazlauskienė", "Vardas, pavardė", "už puikų eTwinning projektą „Code & Culture“.", "# Nacionalinis kokybės ženklelis"),
    "da": ("Kåre Nørgaard", "Navn", "for det fremragende eTwinning-projekt “MathEscape”.", "# Nationalt kvalitetscertifikat"),
}


@pytest.mark.parametrize("code", UNDER_ITS_NAME)
def test_a_label_under_a_name_takes_no_words_of_the_sentence_below(code: str) -> None:
    name, label, sentence, heading = UNDER_ITS_NAME[code]
    reading = read([heading, name, f"- {label}", sentence], name)
    assert reading.holder is not None
    assert reading.holder.value == name
