"""Papers that say who taught a course, that only a part of it was done, or that are of another series: near to a certificate, and none."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NAME, SERIES = "Maria Rossi", "Unlocking the power of teachers' digital competencies"


def paper(head: str, *lines: str) -> list[str]:
    return [f"# {head}", *lines, "21/09/2026"]


TAUGHT = {
    "en": paper(
        "Certificate",
        "This certificate is presented to",
        NAME,
        f"who successfully moderated the study group of the course “{SERIES} – Teaching and learning”, which all completed.",
    ),
    "fr": paper(
        "Certificat", NAME, "nom de la tutrice", "a assuré avec succès le tutorat du cours Ressources numériques", f"MOOC 2, série « {SERIES} »"
    ),
    "it": paper(
        "Diploma",
        NAME,
        "cognome e nome del tutor",
        "ha assolto tutti i compiti previsti per la conduzione del corso",
        f"Risorse digitali, MOOC 2, serie {SERIES}",
    ),
    "nl": paper(
        "Diploma", NAME, "naam van de begeleider", "heeft met succes de deelnemers begeleid bij", "Digitale bronnen", f"MOOC 2, reeks {SERIES}"
    ),
    "pt": paper("Diploma", NAME, "nome da formadora", "dinamizou com êxito", f"MOOC 2 – Recursos digitais, série {SERIES}"),
    "ro": paper(
        "Diplomă",
        NAME,
        "numele și prenumele formatorului",
        "a susținut integral și a coordonat cu succes cursul",
        f"Resurse digitale, seria {SERIES}",
    ),
    "de": paper("Urkunde", NAME, f"hat den MOOC 2 „Digitale Ressourcen“ der Reihe „{SERIES}“ mit Erfolg betreut und abgeschlossen."),
    "es": paper("Certificado", f"{NAME} ha impartido con éxito y completado el MOOC 2 «Recursos digitales» de la serie «{SERIES}»."),
    "pl": paper("Dyplom", f"{NAME} z powodzeniem prowadziła i ukończyła kurs 2 „Zasoby cyfrowe” z serii „{SERIES}”."),
}

PARTS = {
    "one of several": paper("Certificate of Completion", "Awarded to", NAME, "for completing Module 2 of 5 in Area 2 – Digital resources", SERIES),
    "in brackets": paper("Certificate of Completion", f"Name: {NAME}", "Course: MOOC 2 – Digital resources, module 1 (of 5)", SERIES),
    "in words": paper("Certificate of Completion", NAME, f"has completed five of six modules of MOOC 2 Digital resources ({SERIES})"),
    "the first": paper("Certificate of Completion", NAME, f"has completed the first module of the course Digital resources (MOOC 2, {SERIES})"),
    "in words (da)": paper("Certifikat", NAME, f"har gennemført fem af seks moduler i onlinekurset Digitale ressourcer (MOOC 2, {SERIES})"),
    "in words (bg)": paper("Сертификат", NAME, f"завърши успешно три от петте модула на онлайн курса „Цифрови ресурси“ (MOOC 2, {SERIES})"),
    "in words (fi)": paper(
        "Todistus", NAME, f"on suorittanut hyväksytysti neljä viidestä osiosta verkkokurssilla Digitaaliset resurssit (MOOC 2, {SERIES})"
    ),
    "still to come (de)": paper(
        "Zertifikat", NAME, f"den Online-Kurs „Digitale Ressourcen“ (MOOC 2, {SERIES})", "bis zum 29. März 2026 erfolgreich abschließen wird."
    ),
    "the first (bg)": paper("Удостоверение", NAME, f"завърши успешно първи модул от онлайн курса „Цифрови ресурси“ (MOOC 2, {SERIES})"),
}

OTHER_SERIES = {
    "de": paper(
        "Zertifikat",
        NAME,
        "hat den Kurs „Digitale Ressourcen“ der Reihe „Die Kraft digitaler Kompetenzen – für Träger und Schulen“ (MOOC 2) erfolgreich abgeschlossen.",
    ),
    "pl": paper(
        "Certyfikat", NAME, "zaliczyła wszystkie moduły kursu nr 2 „Zasoby cyfrowe” (seria: Moc kompetencji cyfrowych w szkole) i ukończyła kurs."
    ),
    "es": paper(
        "Certificado", f"{NAME} ha superado el curso «Liberar el potencial de las competencias digitales de las familias: Recursos digitales»."
    ),
    "en": paper("Certificate of Completion", NAME, "has completed MOOC 2 Digital resources of the series Digital competences for parents."),
}

ABOUT_OTHERS = {
    "en": paper(
        "Certificate",
        "Certificates of completion are issued separately once the final assignment has been approved.",
        f"This is to certify that {NAME} has attended the online course “{SERIES}: Digital resources”.",
    ),
    "fr": paper(
        "Attestation",
        "L’attestation de réussite est délivrée à l’issue de la validation du projet final.",
        f"{NAME} a participé au cours « {SERIES} : Ressources numériques ».",
    ),
}

KINDS = {"taught": TAUGHT, "part": PARTS, "series": OTHER_SERIES, "others": ABOUT_OTHERS}
PAPERS = [(f"{what}, {one}", lines) for what, papers in KINDS.items() for one, lines in papers.items()]


@pytest.mark.parametrize("lines", [lines for _, lines in PAPERS], ids=[what for what, _ in PAPERS])
def test_what_is_near_to_a_certificate_is_for_a_person(lines: list[str]) -> None:
    assert judged(read(lines, NAME), *NAME.split()).verdict is not Verdict.ACCEPT


FINE = {
    "who signs is the trainer": paper(
        "Certificate of Completion", "Awarded to", NAME, f"for completing MOOC 2 Digital resources ({SERIES})", "Anna Bianchi", "Course tutor"
    ),
    "the third module of six": paper("Zertifikat", f"{NAME} hat Modul 2 von 6 „Digitale Ressourcen“ der Reihe „{SERIES}“ erfolgreich abgeschlossen."),
    "all modules": paper("Certificate of Completion", f"{NAME} has completed all six of six modules of MOOC 2 Digital resources ({SERIES})."),
    "from a name above": paper("Certificate", NAME, f"earned this certificate for passing MOOC 2 Digital resources ({SERIES})"),
}


@pytest.mark.parametrize("what", FINE)
def test_what_sounds_like_it_and_is_a_certificate_is_accepted(what: str) -> None:
    found = judged(read(FINE[what], NAME), *NAME.split())
    assert found.verdict is Verdict.ACCEPT, [(finding.code, dict(finding.details)) for finding in found.findings if not finding.ok]
