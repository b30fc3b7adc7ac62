"""Certificates that are to be given if or when a course is completed: nobody has completed it yet."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
NAME = "Maria Rossi"

TO_COME = {
    "en": [
        "# Certificate of Completion",
        f"This certificate will be issued when {NAME} has completed the MOOC Digital resources ({SERIES}).",
        "Date of issue: 21 September 2026",
    ],
    "en, all modules": [
        "# Certificate",
        f"If {NAME} has completed all modules of the course Digital resources ({SERIES}), this certificate is valid.",
        "Date of issue: 21 September 2026",
    ],
    "de": [
        "# Zertifikat",
        f"Dieses Zertifikat wird ausgestellt, sobald {NAME} den Kurs „Digitale Ressourcen“ ({SERIES}) erfolgreich abgeschlossen hat.",
        "Ausgestellt am 21.09.2026",
    ],
    "da": [
        "# Kursusbevis",
        f"Beviset udstedes, når {NAME} har gennemført kurset „Digitale ressourcer“ ({SERIES}).",
        "Udstedt den 21. september 2026",
    ],
    "nb": ["# Kursbevis", f"Beviset utstedes når {NAME} har fullført kurset «Digitale ressurser» ({SERIES}).", "Utstedt 21. september 2026"],
    "sv": ["# Kursintyg", f"Intyget utfärdas när {NAME} har slutfört kursen ”Digitala resurser” ({SERIES}).", "Utfärdat den 21 september 2026"],
    "nl": [
        "# Certificaat",
        f"Het certificaat wordt uitgereikt wanneer {NAME} de cursus ‘Digitale bronnen’ ({SERIES}) met succes heeft voltooid.",
        "Uitgereikt op 21 september 2026",
    ],
    "fr": [
        "# Certificat de réussite",
        f"Le certificat est délivré lorsque {NAME} a terminé avec succès le cours « Ressources numériques » ({SERIES}).",
        "Délivré le 21 septembre 2026",
    ],
    "es": [
        "# Certificado",
        f"El certificado se expide cuando {NAME} ha completado con éxito el curso «Recursos digitales» ({SERIES}).",
        "Fecha de expedición: 21/09/2026",
    ],
    "pt": [
        "# Certificado",
        f"O certificado é emitido quando {NAME} concluiu com sucesso o curso «Recursos digitais» ({SERIES}).",
        "Data de emissão: 21/09/2026",
    ],
    "it": [
        "# Certificato",
        f"Il certificato viene rilasciato quando {NAME} ha completato con successo il corso «Risorse digitali» ({SERIES}).",
        "Data di rilascio: 21/09/2026",
    ],
    "ro": [
        "# Certificat",
        f"Certificatul se eliberează când {NAME} a finalizat cu succes cursul „Resurse digitale” ({SERIES}).",
        "Eliberat la 21.09.2026",
    ],
    "pl": ["# Certyfikat", f"Certyfikat zostanie wydany, gdy {NAME} ukończyła kurs „Zasoby cyfrowe” ({SERIES}).", "Data wydania: 21.09.2026"],
    "cs": [
        "# Osvědčení",
        f"Osvědčení bude vydáno, jakmile {NAME} úspěšně absolvovala kurz „Digitální zdroje“ ({SERIES}).",
        "Datum vydání: 21. 9. 2026",
    ],
    "hr": ["# Potvrda", f"Potvrda se izdaje kada je {NAME} uspješno završila tečaj „Digitalni resursi“ ({SERIES}).", "Datum izdavanja: 21. 9. 2026."],
    "bg": [
        "# Сертификат",
        f"Сертификатът се издава, когато {NAME} успешно е завършила курса „Дигитални ресурси“ ({SERIES}).",
        "Дата на издаване: 21.09.2026",
    ],
    "uk": ["# Сертифікат", f"Сертифікат видається, коли {NAME} успішно завершила курс «Цифрові ресурси» ({SERIES}).", "Дата видачі: 21.09.2026"],
    "fi": ["# Todistus", f"Todistus myönnetään, kun {NAME} on suorittanut verkkokurssin ”Digitaaliset resurssit” ({SERIES}).", "Myönnetty 21.9.2026"],
    "hu": [
        "# Tanúsítvány",
        f"A tanúsítvány kiállítható, ha {NAME} sikeresen elvégezte a „Digitális források” tanfolyamot ({SERIES}).",
        "Kiállítás dátuma: 2026. 09. 21.",
    ],
    "el": [
        "# Πιστοποιητικό",
        f"Το πιστοποιητικό χορηγείται όταν η {NAME} ολοκληρώσει με επιτυχία το μάθημα «Ψηφιακοί πόροι» ({SERIES}).",
        "Ημερομηνία έκδοσης: 21/09/2026",
    ],
    "tr": [
        "# Sertifika",
        f"{NAME} “Dijital kaynaklar” kursunu ({SERIES}) başarıyla tamamladığında sertifika verilecektir.",
        "Veriliş tarihi: 21.09.2026",
    ],
}


@pytest.mark.parametrize("what", TO_COME)
def test_a_certificate_to_come_is_never_accepted(what: str) -> None:
    assert judged(read(TO_COME[what], NAME), *NAME.split()).verdict is not Verdict.ACCEPT


def test_a_course_completed_is_no_condition_for_another_sentence() -> None:
    lines = [
        "# Certificate of Completion",
        f"{NAME} has completed the MOOC Digital resources ({SERIES}).",
        "Verify this document online when in doubt.",
        "Date of issue: 21 September 2026",
    ]
    assert judged(read(lines, NAME), *NAME.split()).verdict is Verdict.ACCEPT
