"""A day after the day of issue of which nothing says what happened then goes to a person, however it is put."""
# ruff: noqa: E501 - tables of words are read row by row

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import PieceFindings, Verdict
from lti_tool.evidence.issue_date import dates_with_roles
from lti_tool.evidence.vocabulary import vocabulary

sys.path.insert(0, str(Path(__file__).parent))

from sheets import SCHEME, judged, read, sheet

PAPER = [
    "# Certificate",
    "This is to certify that Ilse Beispiel has completed the course MOOC 2: Digital resources of the series",
    "“Unlocking the power of teachers' digital competencies”.",
    "Issued on 12 March 2026",
]

# Wordings of no list, on purpose: what they say is not understood, the day is.
HAPPENED = [
    "Printed paper recalled on 3 September 2026",
    "The printed document was repossessed on 3 September 2026",
    "El documento impreso fue retirado el 3 de septiembre de 2026",
    "The form last updated here was annulled on 3 September 2026",
    "On 3 September 2026 the board set this paper aside.",
    "The academy took it back on 3 September 2026.",
    "Struck from the rolls, 3 September 2026",
    "Of no more effect since 03/09/2026.",
    "La académie l'a repris le 3 septembre 2026.",
    "Am 3. September 2026 aus dem Verzeichnis genommen.",
    "Dal 3 settembre 2026 non fa più fede.",
    "El 3 de septiembre de 2026 perdió todo efecto.",
    "W dniu 3 września 2026 r. wycofano.",
    "A hivatal 2026. szeptember 3-án elvette.",
    "Στις 3 Σεπτεμβρίου 2026 αφαιρέθηκε.",
    "На 3 септември 2026 г. е отнето.",
    "The printed certificate was revoked on 3 September 2026.",
    "Page captured. The academy took it back on 3 September 2026.",
    "Withdrawn as of 3 September 2026",
    "Certifikát byl stažen 3. 9. 2026",
    "Doklad bol stiahnutý 3. 9. 2026",
    "Der Ausdruck wurde am 3. September 2026 eingezogen.",
    "Beviset ble hentet tilbake 3. september 2026.",
    "Документът е изтеглен на 3 септември 2026 г.",
    "Certifikatet blev hentet tilbage den 3. september 2026.",
    "Potvrda preuzeta natrag dana 3. 9. 2026.",
    "Certificate retrieved by the academy on 3 September 2026",
    "Status as at 3 September 2026: lapsed",
    "Stand vom 3. September 2026: verfallen",
    "Druck am 3. September 2026 vernichtet",
    "Printed on 3 September 2026, Withdrawn",
    "Printed on 3 September 2026 / lapsed",
]
HARMLESS = [
    "Printed on 3 September 2026",
    "Printed from the portal of the academy on 3 September 2026",
    "Page captured 03/09/2026 08:12",
    "Print-out of 3 September 2026",
    "Screenshot taken on 3 September 2026",
    "Status as at 3 September 2026",
    "Printed on 3 September 2026 at 10:15 from https://portal.example/verify?certificate=abc",
    "Printed 03/09/2026 from academy.example.eu/c",
    "Printed on 3 September 2026. The academy is a foundation under public law.",
    "Valid until 3 September 2028",
    "It can be looked up on our pages up to 3 September 2030.",
    "The academy was given its statute on 3 September 2019.",
]


def found(line: str) -> PieceFindings:
    return judged(read([*PAPER, line], "Ilse Beispiel"), "Ilse", "Beispiel")


@pytest.mark.parametrize("line", HAPPENED)
def test_a_later_day_that_nobody_explains_goes_to_a_person(line: str) -> None:
    piece = found(line)
    assert piece.verdict is Verdict.REVIEW
    later = [finding for finding in piece.findings if finding.code == "dated-later"]
    assert [finding.details["dates"].split(", ")[0] for finding in later] == ["2026-09-03"]


@pytest.mark.parametrize("line", HARMLESS)
def test_a_later_day_that_is_explained_or_still_to_come_is_none(line: str) -> None:
    piece = found(line)
    assert piece.verdict is Verdict.ACCEPT, [(finding.code, dict(finding.details)) for finding in piece.findings if not finding.ok]


# What the papers of each language say of the day of their print, and in whose list it stands.
PRINTS = {
    "bg": "Разпечатка от системата от 3.09.2026 г.", "cs": "Výpis byl vytištěn dne 3. 9. 2026", "da": "Udskrift fra systemet den 3.9.2026", "de": "Ausdruck vom 03.09.2026",
    "el": "Το απόσπασμα εκτυπώθηκε στις 03/09/2026", "es": "Impreso desde la plataforma el 3/9/2026", "et": "Alla laaditud infosüsteemist 03.09.2026", "fi": "Tulostettu järjestelmästä 3.9.2026",
    "fr": "Édité le 3/9/2026", "hr": "Ispis iz sustava od 3. 9. 2026.", "hu": "Letöltve: 2026.09.03.", "it": "Stampato in data 3/9/2026", "lt": "Išspausdinta iš sistemos 2026-09-03",
    "lv": "Izdrukāta no sistēmas 03.09.2026.", "nb": "Bekreftelsen er hentet fra Kompetansebanken 03.09.2026 kl. 10.14", "nl": "Uitdraai van 3-9-2026", "pl": "Wydruk z systemu z dnia 03.09.2026",
    "pt": "Descarregado da plataforma em 3/9/2026", "ro": "Descărcat din platformă la data de 03.09.2026", "sk": "Výpis bol vytlačený 3. 9. 2026", "sl": "Izpis iz sistema dne 3. 9. 2026",
    "sr": "Преузето са портала 3.9.2026.", "sv": "Utskriven från portalen den 3.9.2026", "uk": "Роздруковано з системи 03.09.2026", "sq": "Shkarkuar nga sistemi më 03.09.2026",
    "mk": "Испечатено на 3.9.2026", "tr": "Çıktı tarihi 03.09.2026", "is": "Útprentað þann 3.9.2026",
}  # fmt: skip


@pytest.mark.parametrize("code", PRINTS)
def test_the_day_of_a_print_in_every_language_is_no_later_day(code: str) -> None:
    spoken = vocabulary(SCHEME).speaking([code])
    page = sheet(["# X", "Text ends here.", PRINTS[code]])
    assert [entry.role for entry in dates_with_roles(page, page.rows[0], spoken, [code])] == ["printed"]
