"""Certificates in thirteen more languages: (language, kind, lines) with {name}, {date}, {area}, {number}; dates as each writes them.

`python tests/data/translations.py FOLDER [--seed N]` writes PDFs and `truth.jsonl` as `certificates.py` does.
"""
# ruff: noqa: E501, SIM905 - tables of invented documents and words are read row by row

from __future__ import annotations

import argparse
import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from certificates import AREAS, DAY, FONTS, Made, big, escape, write

SERIES_EN = "Unlocking the power of teachers’ digital competencies"

MONTHS: dict[str, list[str]] = {
    "bg": "януари февруари март април май юни юли август септември октомври ноември декември".split(),
    "da": "januar februar marts april maj juni juli august september oktober november december".split(),
    "nl": "januari februari maart april mei juni juli augustus september oktober november december".split(),
    "fi": "tammikuuta helmikuuta maaliskuuta huhtikuuta toukokuuta kesäkuuta heinäkuuta elokuuta syyskuuta lokakuuta marraskuuta joulukuuta".split(),
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    "el": "Ιανουαρίου Φεβρουαρίου Μαρτίου Απριλίου Μαΐου Ιουνίου Ιουλίου Αυγούστου Σεπτεμβρίου Οκτωβρίου Νοεμβρίου Δεκεμβρίου".split(),
    "hu": "január február március április május június július augusztus szeptember október november december".split(),
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre".split(),
    "pl": "stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia".split(),
    "pt": "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro".split(),
    "ro": "ianuarie februarie martie aprilie mai iunie iulie august septembrie octombrie noiembrie decembrie".split(),
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split(),
}
ROMAN = "I II III IV V VI VII VIII IX X XI XII".split()

DATES: dict[str, list[Callable[[date], str]]] = {
    "bg": [lambda d: f"{d.day} {MONTHS['bg'][d.month - 1]} {d.year} г.", lambda d: f"{d:%d.%m.%Y} г.", lambda d: f"{d:%d.%m.%Y}"],
    "da": [lambda d: f"{d.day}. {MONTHS['da'][d.month - 1]} {d.year}", lambda d: f"{d:%d-%m-%Y}", lambda d: f"den {d.day}. {MONTHS['da'][d.month - 1]} {d.year}"],
    "nl": [lambda d: f"{d.day} {MONTHS['nl'][d.month - 1]} {d.year}", lambda d: f"{d:%d-%m-%Y}", lambda d: f"{d:%d/%m/%Y}"],
    "fi": [lambda d: f"{d.day}. {MONTHS['fi'][d.month - 1]} {d.year}", lambda d: f"{d.day}.{d.month}.{d.year}"],
    "fr": [lambda d: f"{'1er' if d.day == 1 else d.day} {MONTHS['fr'][d.month - 1]} {d.year}", lambda d: f"{d:%d/%m/%Y}"],
    "de": [lambda d: f"{d.day}. {MONTHS['de'][d.month - 1]} {d.year}", lambda d: f"{d:%d.%m.%Y}", lambda d: f"{d:%d.%m.}{d.year}"],
    "el": [lambda d: f"{d.day} {MONTHS['el'][d.month - 1]} {d.year}", lambda d: f"{d.day}η {MONTHS['el'][d.month - 1]} {d.year}", lambda d: f"{d.day}/{d.month}/{d.year}"],
    "hu": [lambda d: f"{d.year}. {MONTHS['hu'][d.month - 1]} {d.day}.", lambda d: f"{d:%Y.%m.%d.}", lambda d: f"{d:%Y. %m. %d.}"],
    "it": [lambda d: f"{d.day} {MONTHS['it'][d.month - 1]} {d.year}", lambda d: f"{d:%d/%m/%Y}", lambda d: f"{d.day}° {MONTHS['it'][d.month - 1]} {d.year}"],
    "pl": [lambda d: f"{d.day} {MONTHS['pl'][d.month - 1]} {d.year} r.", lambda d: f"{d.day}.{ROMAN[d.month - 1]}.{d.year}", lambda d: f"{d:%d.%m.%Y} r."],
    "pt": [lambda d: f"{d.day} de {MONTHS['pt'][d.month - 1]} de {d.year}", lambda d: f"{d:%d/%m/%Y}"],
    "ro": [lambda d: f"{d.day} {MONTHS['ro'][d.month - 1]} {d.year}", lambda d: f"{d:%d.%m.%Y}"],
    "es": [lambda d: f"{d.day} de {MONTHS['es'][d.month - 1]} de {d.year}", lambda d: f"{MONTHS['es'][d.month - 1]} {d.day} de {d.year}", lambda d: f"{d:%d/%m/%Y}"],
}  # fmt: skip

NAMES = {
    "bg": ("Иванка", "Димитрова"), "da": ("Søren", "Østergård"), "nl": ("Pieter", "van den Berg"), "fi": ("Aino", "Mäkelä"), "fr": ("Anne-Marie", "Lefèvre"),
    "de": ("Jürgen", "Müller"), "el": ("Ελένη", "Χατζηδάκη"), "hu": ("Mária", "Nagy"), "it": ("Maria", "Rossi"), "pl": ("Agnieszka", "Wójcik"),
    "pt": ("Ana Carolina", "da Silva Santos"), "ro": ("Ștefan", "Ionescu"), "es": ("María José", "García Márquez"),
}  # fmt: skip

# The first line is set as a heading, one that is the name alone large.
COURSES: dict[str, list[list[str]]] = {
    "bg": [["Сертификат", "С настоящото се удостоверява, че", "{name}", "успешно завърши онлайн курса „MOOC {number}: {area}“", "от поредицата " + SERIES_EN, "Издаден на {date}"], ["УДОСТОВЕРЕНИЕ", "Удостоверяваме, че", "{name}", "завърши курса {area} ({number} от 6) – Силата на цифровите компетентности на учителите", "Дата на издаване: {date}"]],
    "da": [["Kursusbevis", "Det bekræftes hermed, at", "{name}", "har gennemført MOOC {number}: {area}", "i serien " + SERIES_EN, "Udstedt {date}"], ["Certifikat", "tildeles", "{name}", "for at have gennemført kurset {area}", "Frigør kraften i læreres digitale kompetencer", "Dato: {date}"]],
    "nl": [["Certificaat", "Hierbij wordt verklaard dat", "{name}", "met succes de MOOC {number} “{area}” heeft voltooid", "uit de reeks " + SERIES_EN, "Uitgereikt op {date}"], ["Certificaat van deelname", "Uitgereikt aan", "{name}", "heeft met succes cursus {number}: {area} afgerond.", "De kracht van de digitale competenties van leraren", "Brussel, {date}"]],
    "fi": [["Todistus", "Täten todistetaan, että", "{name}", "on hyväksytysti suorittanut kurssin MOOC {number}: {area}", "sarjasta " + SERIES_EN, "Myönnetty {date}"], ["Kurssitodistus", "{name}", "on suorittanut verkkokurssin {area}", "(" + SERIES_EN + ", kurssi {number})", "Päiväys: {date}"]],
    "fr": [["Attestation de réussite", "Nous certifions que", "{name}", "a terminé avec succès le MOOC {number} : {area}", "de la série « " + SERIES_EN + " »", "Délivré le {date}"], ["Certificat", "décerné à", "{name}", "pour avoir suivi avec succès le cours {area}, n° {number} de la série Libérer le pouvoir des compétences numériques des enseignants", "Fait à Bruxelles, le {date}"]],
    "de": [["Zertifikat", "Hiermit wird bestätigt, dass", "{name}", "den Onlinekurs MOOC {number}: {area}", "der Reihe " + SERIES_EN + " erfolgreich abgeschlossen hat.", "Ausgestellt am {date}"], ["Teilnahmezertifikat", "verliehen an", "{name}", "hat den Kurs „{area}“ (Kurs {number} von 6) mit Erfolg abgeschlossen", "Das Potenzial der digitalen Kompetenzen von Lehrkräften erschließen", "Brüssel, den {date}"]],
    "el": [["Πιστοποιητικό", "Πιστοποιείται ότι η", "{name}", "ολοκλήρωσε με επιτυχία το MOOC {number}: {area}", "της σειράς " + SERIES_EN, "Ημερομηνία έκδοσης: {date}"], ["Βεβαίωση παρακολούθησης", "Βεβαιώνεται ότι η εκπαιδευτικός", "{name}", "παρακολούθησε με επιτυχία και ολοκλήρωσε το μάθημα {area}", SERIES_EN, "Εκδόθηκε στις {date}"]],
    "hu": [["Tanúsítvány", "Ezennel igazoljuk, hogy", "{name}", "sikeresen elvégezte a MOOC {number}: {area} című kurzust", "a következő sorozatból: " + SERIES_EN, "Kiállítás dátuma: {date}"], ["OKLEVÉL", "Igazoljuk, hogy", "{name}", "sikeresen teljesítette a(z) {area} kurzust.", SERIES_EN + " – {number}. kurzus", "Kelt: Budapest, {date}"]],
    "it": [["Attestato", "Si certifica che", "{name}", "ha completato con successo il MOOC {number}: {area}", "della serie " + SERIES_EN, "Rilasciato il {date}"], ["Certificato di partecipazione", "conferito a", "{name}", "ha superato il corso {area}", "Sbloccare il potere delle competenze digitali degli insegnanti – corso {number}", "Roma, {date}"]],
    "pl": [["Certyfikat", "Zaświadcza się, że", "{name}", "pomyślnie ukończyła kurs MOOC {number}: {area}", "z serii " + SERIES_EN, "Data wydania: {date}"], ["ZAŚWIADCZENIE", "Niniejszym zaświadcza się, że Pani", "{name}", "ukończyła kurs „{area}” ({number} z 6)", "Uwolnić moc cyfrowych kompetencji nauczycieli", "Warszawa, dnia {date}"]],
    "pt": [["Certificado", "Certifica-se que", "{name}", "concluiu com sucesso o MOOC {number}: {area}", "da série " + SERIES_EN, "Emitido em {date}"], ["Certificado de conclusão", "atribuído a", "{name}", "concluiu o curso {area}", "Desbloquear o poder das competências digitais dos professores – curso {number} de 6", "Lisboa, {date}"]],
    "ro": [["Certificat", "Se certifică faptul că", "{name}", "a finalizat cu succes cursul MOOC {number}: {area}", "din seria " + SERIES_EN, "Eliberat la data de {date}"], ["Certificat de absolvire", "acordat doamnei/domnului", "{name}", "a absolvit cursul {area}", SERIES_EN, "Data emiterii: {date}"]],
    "es": [["Certificado", "Se certifica que", "{name}", "ha completado con éxito el MOOC {number}: {area}", "de la serie " + SERIES_EN, "Expedido el {date}"], ["Certificado de aprovechamiento", "Se otorga a", "{name}", "por haber superado el curso {area}", "Liberar el poder de las competencias digitales de los docentes – curso {number} de 6", "Madrid, {date}"]],
}  # fmt: skip

# (title, awarded to, note, negated note)
LABELS: dict[str, tuple[str, str, str, str, str]] = {
    "bg": ("Национален знак за качество eTwinning", "присъжда се на", "Този сертификат може да се използва при кандидатстване за сертификат за дигитални компетентности.", "Този сертификат не може да се използва при кандидатстване за сертификат за дигитални компетентности.", "Издаден на {date}"),
    "da": ("eTwinning Nationalt Kvalitetsmærke", "tildeles", "Dette certifikat kan anvendes i ansøgningen om et certifikat for digitale kompetencer.", "Dette certifikat kan ikke anvendes i ansøgningen om et certifikat for digitale kompetencer.", "Udstedt {date}"),
    "nl": ("eTwinning Nationaal Kwaliteitslabel", "wordt toegekend aan", "Dit certificaat kan worden gebruikt bij de aanvraag van een certificaat digitale competenties.", "Dit certificaat kan niet worden gebruikt bij de aanvraag van een certificaat digitale competenties.", "Uitgereikt op {date}"),
    "fi": ("eTwinning – Kansallinen laatumerkki", "myönnetään", "Tätä todistusta voidaan käyttää haettaessa digitaalisen osaamisen todistusta.", "Tätä todistusta ei voida käyttää haettaessa digitaalisen osaamisen todistusta.", "Myönnetty {date}"),
    "fr": ("Label de qualité national eTwinning", "décerné à", "Ce certificat peut être utilisé dans la demande de certificat de compétences numériques.", "Ce certificat ne peut pas être utilisé dans la demande de certificat de compétences numériques.", "Délivré le {date}"),
    "de": ("Nationales eTwinning-Qualitätssiegel", "verliehen an", "Dieses Zertifikat kann bei der Beantragung eines Zertifikats für digitale Kompetenzen verwendet werden.", "Dieses Zertifikat kann nicht bei der Beantragung eines Zertifikats für digitale Kompetenzen verwendet werden.", "Ausgestellt am {date}"),
    "el": ("Εθνική Ετικέτα Ποιότητας eTwinning", "απονέμεται στην", "Το παρόν πιστοποιητικό μπορεί να χρησιμοποιηθεί στην αίτηση για πιστοποιητικό ψηφιακών ικανοτήτων.", "Το παρόν πιστοποιητικό δεν μπορεί να χρησιμοποιηθεί στην αίτηση για πιστοποιητικό ψηφιακών ικανοτήτων.", "Ημερομηνία έκδοσης: {date}"),
    "hu": ("eTwinning Nemzeti Minőségi Védjegy", "Ezt az oklevelet kapja:", "Ez a tanúsítvány felhasználható a digitális kompetencia tanúsítvány iránti kérelemhez.", "Ez a tanúsítvány nem használható fel a digitális kompetencia tanúsítvány iránti kérelemhez.", "Kiállítva: {date}"),
    "it": ("Certificato di Qualità Nazionale eTwinning", "conferito a", "Questo certificato può essere utilizzato nella domanda per il certificato di competenze digitali.", "Questo certificato non può essere utilizzato nella domanda per il certificato di competenze digitali.", "Rilasciato il {date}"),
    "pl": ("Krajowa Odznaka Jakości eTwinning", "otrzymuje", "Niniejszy certyfikat może być wykorzystany we wniosku o certyfikat kompetencji cyfrowych.", "Niniejszy certyfikat nie może być wykorzystany we wniosku o certyfikat kompetencji cyfrowych.", "Data wydania: {date}"),
    "pt": ("Selo Nacional de Qualidade eTwinning", "atribuído a", "Este certificado pode ser utilizado na candidatura a um certificado de competências digitais.", "Este certificado não pode ser utilizado na candidatura a um certificado de competências digitais.", "Emitido em {date}"),
    "ro": ("Certificatul Național de Calitate eTwinning", "se acordă doamnei/domnului", "Acest certificat poate fi utilizat în cererea pentru certificatul de competențe digitale.", "Acest certificat nu poate fi utilizat în cererea pentru certificatul de competențe digitale.", "Eliberat la {date}"),
    "es": ("Sello Nacional de Calidad eTwinning", "otorgado a", "Este certificado puede utilizarse en la solicitud de un certificado de competencias digitales.", "Este certificado no puede utilizarse en la solicitud de un certificado de competencias digitales.", "Expedido el {date}"),
}  # fmt: skip


def _page(rng: random.Random, lines: list[str], name: str) -> str:
    shown = [big(lines[0], 26, "bold"), *[big(line, 18) if line == name else escape(line) for line in lines[1:]]]
    return f"""#set page(paper:"a4", flipped:{str(rng.random() < 0.5).lower()}, margin:2.2cm)
#set text(font:("{rng.choice(FONTS[:2])}", "DejaVu Sans"), size:12pt, hyphenate:false)
#set align(center)
#set par(spacing:1em)
{chr(10).join(line + chr(10) for line in shown)}
"""


def make(seed: int) -> list[Made]:
    """Return two of each kind in each language: courses, labels with the note, without it, and with its negation."""
    rng = random.Random(seed)  # noqa: S311 - seeded, so that every run makes the same set
    documents: list[Made] = []
    for language in COURSES:
        given, family = NAMES[language]
        name = f"{family} {given}" if language == "hu" else f"{given} {family}"
        for number in range(1, 7):
            issued = DAY - timedelta(days=rng.randrange(5, 700))
            text = rng.choice(DATES[language])(issued)
            lines = [line.format(name=name, number=number, area=AREAS[language][number - 1], date=text) for line in COURSES[language][number % 2]]
            truth: dict[str, object] = {"verdict": "accept", "kind": "mooc", "mooc_no": number, "holder_name": name, "issue_date": issued.isoformat()}
            documents.append(Made(f"{language}-mooc-{number}", _page(rng, lines, name), given, family, DAY, truth, f"{language}-mooc"))
        title, awarded, note, negated, dated = LABELS[language]
        for what, extra, verdict in (("note", note, "accept"), ("plain", "", "reject"), ("negated", negated, "reject")):
            issued = DAY - timedelta(days=rng.randrange(5, 700))
            text = rng.choice(DATES[language])(issued)
            lines = [title, awarded, name, "“Rivers of Europe”", dated.format(date=text), "", extra]
            truth = {"verdict": verdict, "kind": "nql", "disclaimer": what == "note", "holder_name": name, "issue_date": issued.isoformat()}
            documents.append(
                Made(f"{language}-nql-{what}", _page(rng, [line for line in lines if line], name), given, family, DAY, truth, f"{language}-nql")
            )
    return documents


def main() -> None:
    """Write a set of documents."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    print(write(given.folder, make(given.seed)))


if __name__ == "__main__":
    main()
