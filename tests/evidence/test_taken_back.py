"""That a certificate was taken back, and that somebody ran the course instead of taking it: said in every language, by whoever did it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from sheets import SCHEME

from lti_tool.evidence.vocabulary import vocabulary
from lti_tool.scheme.phrases import words_of

TAKEN_BACK = {
    "ar": ["ألغت الوزارة هذه الشهادة في 5 أكتوبر 2026.", "لم تعد صالحة."],
    "bg": [
        "Центърът оттегли това удостоверение на 5 октомври 2026 г.",
        "Удостоверението вече не е валидно.",
        "Удостоверението е обявено за недействително.",
    ],
    "cs": ["Úřad toto osvědčení dne 5. října 2026 zrušil.", "Osvědčení již není platné.", "Osvědčení bylo nahrazeno novým."],
    "da": ["Styrelsen tilbagekaldte beviset den 5. oktober 2026.", "Beviset er ikke længere gyldigt.", "Beviset er erstattet af et nyt."],
    "de": [
        "Das Amt widerrief diese Bescheinigung am 5. Oktober 2026.",
        "Die Behörde zog die Bescheinigung zurück.",
        "Sie wurde durch eine neue ersetzt.",
    ],
    "el": ["Η υπηρεσία ανακάλεσε την παρούσα βεβαίωση στις 5.10.2026.", "Η βεβαίωση δεν ισχύει πλέον.", "Αντικαταστάθηκε από νέα βεβαίωση."],
    "en": [
        "The agency withdrew this certificate on 5 October 2026.",
        "It has ceased to be valid.",
        "This certificate has been replaced by a new one.",
    ],
    "es": ["La oficina revocó este certificado el 5 de octubre de 2026.", "Este diploma ya no es válido.", "Ha sido sustituido por otro."],
    "et": ["Amet tühistas selle tunnistuse 5. oktoobril 2026.", "Tunnistus enam ei kehti.", "Tunnistus tunnistati 5. oktoobril kehtetuks."],
    "fi": ["Virasto peruutti tämän todistuksen 5.10.2026.", "Todistus ei ole enää voimassa.", "Todistus mitätöitiin."],
    "fr": ["L'agence a révoqué ce certificat le 5 octobre 2026.", "Cette attestation n'est plus valable.", "Elle a été remplacée par une autre."],
    "ga": ["Chúlghair an Roinn an teastas seo.", "Níl an teastas seo bailí a thuilleadh.", "Cuireadh an teastas ar ceal."],
    "hr": ["Agencija je poništila ovu potvrdu 5. listopada 2026.", "Potvrda više ne vrijedi.", "Povučena je iz uporabe."],
    "hu": ["A hivatal ezt a tanúsítványt 2026. október 5-én visszavonta.", "A tanúsítvány érvényét vesztette.", "A tanúsítvány már nem érvényes."],
    "hy": ["Վկայականը չեղարկվել է։"],
    "is": ["Stofnunin afturkallaði skírteinið 5. október 2026.", "Skírteinið er ekki lengur í gildi.", "Skírteinið var fellt úr gildi."],
    "it": ["L'ufficio ha revocato il presente attestato.", "L'attestato non è più valido.", "È stato sostituito da un nuovo attestato."],
    "ka": ["სერტიფიკატი გაუქმებულია."],
    "lt": ["Agentūra panaikino šį pažymėjimą 2026 m. spalio 5 d.", "Pažymėjimas nebegalioja.", "Pažymėjimas neteko galios."],
    "lv": ["Aģentūra anulēja šo apliecību 2026. gada 5. oktobrī.", "Apliecība vairs nav spēkā.", "Apliecība ir zaudējusi spēku."],
    "mk": ["Агенцијата го поништи ова уверение.", "Уверението повеќе не важи.", "Уверението е заменето."],
    "mt": ["L-aġenzija ħassret dan iċ-ċertifikat.", "Iċ-ċertifikat m'għadux validu."],
    "nb": ["Direktoratet tilbakekalte beviset 5. oktober 2026.", "Beviset er ikke lenger gyldig.", "Beviset er blitt erstattet av et nytt."],
    "nl": [
        "Het bureau heeft dit certificaat op 5 oktober 2026 ingetrokken.",
        "Het certificaat is niet meer geldig.",
        "Het is vervangen door een nieuw.",
    ],
    "pl": ["Biuro cofnęło to zaświadczenie 5 października 2026 r.", "Zaświadczenie straciło ważność.", "Zaświadczenie zostało zastąpione nowym."],
    "pt": ["O gabinete revogou este certificado em 5 de outubro de 2026.", "O certificado já não é válido.", "Foi substituído por outro."],
    "ro": ["Agenția a revocat prezentul certificat la 5 octombrie 2026.", "Certificatul nu mai este valabil.", "Certificatul a fost înlocuit."],
    "sk": ["Úrad toto osvedčenie 5. októbra 2026 zrušil.", "Osvedčenie už neplatí.", "Osvedčenie stratilo platnosť."],
    "sl": ["Zavod je to potrdilo 5. oktobra 2026 razveljavil.", "Potrdilo ni več veljavno.", "Potrdilo ne velja več."],
    "sq": ["Agjencia e revokoi këtë certifikatë.", "Certifikata nuk është më e vlefshme."],
    "sr": ["Агенција је поништила ову потврду.", "Потврда више не важи.", "Agencija je poništila ovu potvrdu.", "Potvrda više ne važi."],
    "sv": ["Myndigheten återkallade intyget den 5 oktober 2026.", "Intyget gäller inte längre.", "Intyget har ersatts av ett nytt."],
    "tr": ["Müdürlük bu belgeyi 5 Ekim 2026 tarihinde iptal etmiştir.", "Belge artık geçerli değildir.", "Belge geçerliliğini yitirmiştir."],
    "uk": ["Агенція скасувала це свідоцтво 5 жовтня 2026 року.", "Свідоцтво втратило чинність.", "Свідоцтво було замінено."],
}

RUN = {
    "bg": "организира с успех четвъртия курс Оценяване",
    "cs": "úspěšně zorganizovala a koordinovala kurz Hodnocení",
    "da": "arrangerede med succes det fjerde onlinekursus Evaluering",
    "de": "organisierte mit Erfolg den vierten Kurs Bewertung",
    "el": "διοργάνωσε με επιτυχία το τέταρτο MOOC",
    "en": "successfully organised the fourth course Assessment",
    "es": "organizó con éxito el cuarto curso Evaluación",
    "et": "korraldas edukalt neljanda kursuse",
    "fi": "järjesti onnistuneesti neljännen kurssin Arviointi",
    "fr": "a organisé avec succès le quatrième cours",
    "ga": "d'eagraigh an ceathrú cúrsa",
    "hr": "uspješno je organizirala četvrti tečaj",
    "hu": "sikeresen megszervezte a negyedik képzést",
    "is": "skipulagði fjórða námskeiðið",
    "it": "ha organizzato con successo il quarto corso",
    "lt": "sėkmingai organizavo ketvirtąjį kursą",
    "lv": "sekmīgi vadīja ceturto kursu",
    "mk": "успешно го организираше четвртиот курс",
    "mt": "organizza b'suċċess ir-raba' kors",
    "nb": "arrangerte med hell det fjerde nettkurset",
    "nl": "heeft met succes de vierde cursus georganiseerd",
    "pl": "z powodzeniem zorganizowała czwarty kurs",
    "pt": "organizou com êxito o quarto curso",
    "ro": "a organizat cu succes al patrulea MOOC",
    "sk": "úspešne zorganizovala štvrtý kurz",
    "sl": "je uspešno organizirala četrti tečaj",
    "sq": "ka organizuar me sukses kursin e katërt",
    "sr": "успешно је организовала четврти курс",
    "sv": "arrangerade framgångsrikt den fjärde kursen",
    "tr": "dördüncü kursu başarıyla düzenlemiştir",
    "uk": "успішно організувала четвертий курс",
}


def names_of(language: str, sentence: str) -> set[str]:
    spoken = vocabulary(SCHEME).speaking([language])
    return {hit.name for hit in spoken.hits(words_of(sentence)) if hit.group in ("paper", "statement")}


@pytest.mark.parametrize(("language", "sentence"), [(language, sentence) for language, said in TAKEN_BACK.items() for sentence in said])
def test_a_paper_that_was_taken_back_says_so(language: str, sentence: str) -> None:
    assert "void" in names_of(language, sentence)


@pytest.mark.parametrize("language", RUN)
def test_who_ran_a_course_completed_nothing(language: str) -> None:
    said = names_of(language, RUN[language])
    assert "conduct" in said
    assert "completed" not in said
