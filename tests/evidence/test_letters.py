"""Certificates that end as a letter does, and letters that accompany a certificate and are none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
NAME = "Maria Rossi"

CLOSINGS = {
    "en": [
        "# Certificate of Completion",
        f"{NAME} has successfully completed the MOOC Digital resources ({SERIES}).",
        "21 September 2026",
        "Yours sincerely,",
    ],
    "da": ["# Kursusbevis", f"{NAME} har gennemført kurset „Digitale ressourcer“ ({SERIES}).", "Udstedt den 21. september 2026", "Med venlig hilsen"],
    "fi": [
        "# Todistus",
        f"{NAME} on suorittanut hyväksytysti kurssin ”Digitaaliset resurssit” ({SERIES}).",
        "Myönnetty 21.9.2026",
        "Ystävällisin terveisin",
    ],
    "hu": [
        "# Tanúsítvány",
        f"{NAME} sikeresen elvégezte a „Digitális források” kurzust ({SERIES}).",
        "Kiállítva: 2026. szeptember 21.",
        "Tisztelettel",
    ],
    "pl": ["# Certyfikat", f"{NAME} pomyślnie ukończyła kurs „Zasoby cyfrowe” ({SERIES}).", "Data wydania: 21.09.2026", "Z poważaniem"],
    "bg": ["# Сертификат", f"{NAME} успешно завърши курса „Цифрови ресурси“ ({SERIES}).", "Издаден на 21.09.2026 г.", "С уважение"],
    "el": [
        "# Πιστοποιητικό",
        f"Η {NAME} ολοκλήρωσε με επιτυχία το μάθημα «Ψηφιακοί πόροι» ({SERIES}).",
        "Ημερομηνία έκδοσης: 21/09/2026",
        "Με εκτίμηση",
    ],
    "cs": ["# Osvědčení", f"{NAME} úspěšně absolvovala kurz „Digitální zdroje“ ({SERIES}).", "Datum vydání: 21. 9. 2026", "S pozdravem"],
    "sv": ["# Kursintyg", f"{NAME} har slutfört kursen ”Digitala resurser” ({SERIES}).", "Utfärdat den 21 september 2026", "Vänliga hälsningar"],
}


@pytest.mark.parametrize("language", CLOSINGS)
def test_a_certificate_may_end_as_a_letter_does(language: str) -> None:
    assert judged(read(CLOSINGS[language], NAME), *NAME.split()).verdict is Verdict.ACCEPT


ATTESTING = {
    "en": [
        "5 November 2026",
        "To whom it may concern",
        f"I am pleased to confirm that {NAME} completed the course Digital resources ({SERIES}) and met all the requirements.",
        "Yours faithfully",
    ],
    "nl": [
        "Den Haag, 5 november 2026",
        "Verklaring",
        f"Ondergetekende verklaart dat {NAME} de MOOC “Digitale bronnen” ({SERIES}) succesvol heeft afgesloten.",
        "Hoogachtend",
    ],
    "de": [
        "Wien, am 5. November 2026",
        "Zur Vorlage bei der Schulbehörde",
        f"Hiermit wird bestätigt, dass {NAME} den Kurs „Digitale Ressourcen“ ({SERIES}) erfolgreich abgeschlossen hat.",
        "Mit freundlichen Grüßen",
    ],
    "it": [
        "Roma, 5 novembre 2026",
        f"Si attesta che {NAME} ha completato con successo il corso «Risorse digitali» ({SERIES}).",
        "Cordiali saluti",
    ],
}


@pytest.mark.parametrize("language", ATTESTING)
def test_a_letter_to_nobody_that_attests_is_a_certificate(language: str) -> None:
    assert judged(read(ATTESTING[language], NAME), *NAME.split()).verdict is Verdict.ACCEPT
    addressed = [*ATTESTING[language][:1], f"Dear {NAME},", *ATTESTING[language][1:]]
    assert judged(read(addressed, NAME), *NAME.split()).verdict is not Verdict.ACCEPT


OF_ANOTHER = {
    "en": ["The certificate follows by post.", "The certificate itself will be issued in June.", "This letter does not replace the certificate."],
    "nl": ["Het certificaat volgt per post."],
    "it": ["Il certificato seguirà per posta."],
}


@pytest.mark.parametrize("language", OF_ANOTHER)
def test_a_letter_to_nobody_that_speaks_of_a_certificate_is_none(language: str) -> None:
    for said in OF_ANOTHER[language]:
        lines = [*ATTESTING[language][:-1], said, ATTESTING[language][-1]]
        assert judged(read(lines, NAME), *NAME.split()).verdict is not Verdict.ACCEPT


def test_a_label_may_end_as_a_letter_does() -> None:
    lines = [
        "# eTwinning National Quality Label",
        "## awarded to",
        NAME,
        "for the project Rivers of Europe",
        "21 September 2026",
        "Yours sincerely,",
        "- This certificate can be used in the application for a digital competencies certificate.",
    ]
    assert judged(read(lines, NAME), *NAME.split()).verdict is not Verdict.REJECT


LETTERS = {
    "no heading": [
        f"We are glad that {NAME} has successfully completed the MOOC Digital resources ({SERIES}).",
        "Her certificate has the date 21 September 2026.",
        "Yours sincerely,",
    ],
    "en, address": [
        "# Your certificate",
        f"Dear {NAME},",
        f"you have completed the MOOC Digital resources ({SERIES}).",
        "21 September 2026",
        "Kind regards",
    ],
    "en, enclosed": [
        "# Your certificate of completion",
        f"{NAME} has completed the MOOC Digital resources ({SERIES}). The certificate is enclosed.",
        "21 September 2026",
        "Kind regards",
    ],
    "de": [
        "# Zertifikat",
        f"{NAME} hat den Kurs „Digitale Ressourcen“ ({SERIES}) erfolgreich abgeschlossen. Das Zertifikat liegt anbei.",
        "21.09.2026",
    ],
    "da": [
        "# Dit kursusbevis",
        f"{NAME} har gennemført kurset „Digitale ressourcer“ ({SERIES}). Beviset er vedlagt.",
        "21. september 2026",
        "Med venlig hilsen",
    ],
    "fr": [
        "# Certificat de réussite",
        f"{NAME} a terminé avec succès le cours « Ressources numériques » ({SERIES}). Le certificat est ci-joint.",
        "Délivré le 21 septembre 2026",
    ],
    "it": [
        "# Certificato",
        f"{NAME} ha completato con successo il corso «Risorse digitali» ({SERIES}). Il certificato è in allegato.",
        "Data di rilascio: 21/09/2026",
    ],
    "es": [
        "# Certificado",
        f"{NAME} ha completado con éxito el curso «Recursos digitales» ({SERIES}). Se adjunta el certificado.",
        "Fecha de expedición: 21/09/2026",
    ],
    "hu": [
        "# Tanúsítvány",
        f"{NAME} sikeresen elvégezte a „Digitális források” kurzust ({SERIES}). A tanúsítványt mellékelten küldjük.",
        "Kiállítva: 2026. szeptember 21.",
        "Tisztelettel",
    ],
    "pl": [
        "# Certyfikat",
        f"{NAME} pomyślnie ukończyła kurs „Zasoby cyfrowe” ({SERIES}). Certyfikat przesyłamy w załączeniu.",
        "Data wydania: 21.09.2026",
        "Z poważaniem",
    ],
}


@pytest.mark.parametrize("what", LETTERS)
def test_a_letter_that_accompanies_a_certificate_is_none(what: str) -> None:
    assert judged(read(LETTERS[what], NAME), *NAME.split()).verdict is not Verdict.ACCEPT
