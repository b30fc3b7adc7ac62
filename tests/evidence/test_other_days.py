"""When and where somebody was born, in whatever order, and when a course begins anew are no days of issue beside a date that nothing explains."""

from __future__ import annotations

import sys
import tomllib
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sheets import read

SERIES = "Unlocking the power of teachers' digital competencies"
HEAD = ["# Certificate of completion", "Name | Maria Quillfeather", "Course | MOOC 3: Teaching and learning", f"Series | {SERIES}"]
LABELS = {
    "bg": ["Дата и място на раждане", "Място и дата на раждане"],
    "cs": ["Datum a místo narození", "Místo a datum narození"],
    "da": ["Fødselsdato og -sted", "Fødested og fødselsdato"],
    "de": ["Geburtsdatum und -ort", "Geburtsort und -datum", "Geburtstag und -ort"],
    "el": ["Ημερομηνία και τόπος γέννησης", "Τόπος και ημερομηνία γέννησης"],
    "en": ["Date and place of birth", "Place and date of birth"],
    "es": ["Lugar y fecha de nacimiento", "Fecha y lugar de nacimiento"],
    "et": ["Sünniaeg ja -koht", "Sünnikoht ja -aeg"],
    "fi": ["Syntymäaika ja -paikka", "Syntymäpaikka ja -aika"],
    "fr": ["Date et lieu de naissance", "Lieu et date de naissance"],
    "ga": ["Dáta agus áit bhreithe"],
    "hr": ["Datum i mjesto rođenja", "Mjesto i datum rođenja"],
    "hu": ["Születési hely és idő", "Születési hely, idő", "Születési idő"],
    "is": ["Fæðingardagur og fæðingarstaður"],
    "it": ["Luogo e data di nascita", "Data e luogo di nascita"],
    "lt": ["Gimimo data ir vieta", "Gimimo vieta ir data"],
    "lv": ["Dzimšanas datums un vieta", "Dzimšanas vieta un datums"],
    "mk": ["Датум и место на раѓање"],
    "mt": ["Data u post tat-twelid"],
    "nl": ["Geboortedatum en -plaats", "Geboorteplaats en -datum"],
    "pl": ["Data i miejsce urodzenia", "Miejsce i data urodzenia"],
    "pt": ["Data e local de nascimento", "Local e data de nascimento"],
    "ro": ["Data și locul nașterii", "Locul și data nașterii"],
    "sk": ["Dátum a miesto narodenia"],
    "sl": ["Datum in kraj rojstva", "Kraj in datum rojstva"],
    "sq": ["Vendlindja dhe datëlindja", "Data dhe vendi i lindjes"],
    "sr": ["Датум и место рођења", "Datum i mesto rođenja"],
    "sv": ["Födelsedatum och födelseort", "Födelseort och födelsedatum"],
    "tr": ["Doğum yeri ve tarihi"],
    "uk": ["Дата та місце народження", "Місце та дата народження"],
}


@pytest.mark.parametrize("language", LABELS)
def test_a_birthday_is_no_day_of_issue(language: str) -> None:
    wrong = []
    for label in LABELS[language]:
        for answer in (" | 5.5.1982, Rome", ": Rome, 5.5.1982", ": 5.5.1982"):
            found = read([*HEAD, label + answer, "Date | 22.06.2026"])
            issued = found.issue_date.value if found.issue_date else None
            if issued != date(2026, 6, 22) or any(doubt.code == "date-ambiguous" for doubt in found.doubts):
                wrong.append((label + answer, issued, [doubt.seen for doubt in found.doubts]))
    assert wrong == []


NEXT = {
    "en": ["Next course run opens 9 Mar 2028", "Next edition: 9 March 2028"],
    "de": ["Nächster Kursdurchgang ab 9.3.2028"],
    "fr": ["Prochaine session : 9 mars 2028"],
    "it": ["Prossima edizione: 9 marzo 2028"],
    "es": ["Próxima edición: 9 de marzo de 2028"],
    "pt": ["Próxima edição: 9 de março de 2028"],
    "nl": ["Volgende editie: 9 maart 2028"],
    "pl": ["Kolejna edycja rusza 9.03.2028"],
    "cs": ["Další běh kurzu: 9. 3. 2028"],
    "hu": ["A következő kurzus indulása: 2028.03.09."],
    "ro": ["Următoarea ediție: 9 martie 2028"],
    "bg": ["Следващо издание на курса: 9.03.2028"],
    "el": ["Επόμενος κύκλος: 9/3/2028"],
    "fi": ["Seuraava toteutus alkaa 9.3.2028"],
    "sv": ["Nästa kursomgång: 9 mars 2028"],
    "da": ["Næste hold starter 9. marts 2028"],
}
FIELDS = tomllib.loads((Path(__file__).parent / "completion_fields.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", NEXT)
def test_the_next_run_of_a_course_is_no_day_of_issue(language: str) -> None:
    words = FIELDS[language]
    fields = [f"{words['name'][0]} | {words['name'][1]}", f"{words['course']} | MOOC 3: Teaching and learning", f"Series | {SERIES}"]
    for line in NEXT[language]:
        found = read([f"# {words['heads'][-1]}", *fields, "Roma, 22.06.2026", line])
        assert found.issue_date is not None
        assert (found.issue_date.value, [doubt.code for doubt in found.doubts if doubt.code == "date-ambiguous"]) == (date(2026, 6, 22), [])


def test_the_day_of_the_paper_named_by_its_kind_is_its_day_of_issue() -> None:
    fields = ["Teilnehmer: Maria Quillfeather", "Fortbildung: MOOC 3: Teaching and learning", f"Reihe: {SERIES}", "Abschluss am: 12.2.2026"]
    own = read(["# Fortbildungsnachweis", "Die Fortbildung wurde vollständig absolviert.", *fields, "Bescheinigung vom: 25. Feb. 2026"])
    assert own.issue_date is not None
    assert own.issue_date.value == date(2026, 2, 25)
    replaced = read(["# Fortbildungsnachweis", *fields, "Ersetzt die Bescheinigung vom 25. Februar 2024", "Datum: 3.3.2026"])
    assert replaced.issue_date is not None
    assert replaced.issue_date.value == date(2026, 3, 3)
    for other in ("Siehe Bescheinigung vom 25.2.2026", "Zu unserer Bescheinigung vom 25.2.2026", "Bezug: Ihre Urkunde vom 25.2.2026"):
        named = read(["# Fortbildungsnachweis", "Die Fortbildung wurde vollständig absolviert.", *fields[:-1], "Abschluss am: 12.2.2023", other])
        assert named.issue_date is None or named.issue_date.value == date(2023, 2, 12)
