"""Names in the cases that sentences ask for are the applicant's; no case makes a brother's or a sister's name theirs."""

from __future__ import annotations

import pytest

from lti_tool.checks.names import Likeness, compare

THEIRS = [
    ("Anna", "Smrková", "Anně Smrkové"), ("Petr", "Švestka", "Petru Švestkovi"), ("Ondřej", "Višňovec", "Ondřeji Višňovcovi"),
    ("Ana-Marija", "Borić", "Ani-Mariji Borić"), ("David", "Šipak", "Davidu Šipku"), ("Andrija", "Višnjić", "ANDRIJI VIŠNJIĆU"),
    ("Anna", "Świerkowa-Dąbek", "Anny Świerkowej-Dąbek"), ("Piotr", "Śliwowski", "Piotrowi Śliwowskiemu"), ("Jan", "Sosnowski", "Sosnowskiego Jana"),
    ("Андрій", "Вишневецький-Сад", "Андрієві Вишневецькому-Саду"), ("Ганна", "Сосненко", "Ганні Сосненко"), ("Maria", "Bradescu", "Mariei Bradescu"),
    ("Anna", "Tölgyesi", "Tölgyesi Annának"), ("Γιώργος", "Καρύδης", "Γιώργου Καρύδη"),
    ("Kirsi", "Laaksonen", "Kirsi Laaksoselle"), ("Tuula", "Niemi", "Tuula Niemelle"), ("Eeva", "Salonen", "Eeva Salosen"),
    ("Mikko", "Mäkelä", "Mikko Mäkelälle"), ("Ville", "Kallio", "Ville Kalliolle"),
    ("Joanna", "Pawłowska", "Joannę Pawłowską"), ("Anna", "Nowak", "Anną Nowak"),
    ("Мила", "Борић", "Мили Борић"), ("Марко", "Борић", "Марку Борићу"), ("Растко", "Лалић", "Растку Лалићу"),
    ("Juris", "Vītols", "Jurim Vītolam"), ("Andrejs", "Balodis", "Andrejam Balodim"), ("Raimonds", "Krastiņš", "Raimondam Krastiņam"),
    ("Inese", "Kalēja", "Inesei Kalējai"), ("Dace", "Egle", "Dacei Eglei"), ("Ilze", "Vītola-Egle", "Ilzei Vītolai-Eglei"),
    ("Rytis", "Balčiūnas", "Ryčiui Balčiūnui"), ("Paulius", "Petraitis", "Pauliui Petraičiui"), ("Mantas", "Butkus", "Mantui Butkui"),
    ("Rasa", "Balčiūnienė", "Rasai Balčiūnienei"), ("Eglė", "Petraitytė", "Eglei Petraitytei"), ("Arūnas", "Gaidys", "Arūnui Gaidžiui"),
    ("თამარ", "ბერიძე", "თამარ ბერიძემ"), ("თამარ", "ბერიძე", "თამარ ბერიძეს"), ("ლევან", "მაისურაძე", "ლევან მაისურაძის"),
    ("ანა", "ჩიქოვანი", "ანა ჩიქოვანმა"), ("დავით", "გელოვანი", "დავით გელოვანს"), ("ნანა", "კიკნაველიძე", "ნანა კიკნაველიძეს"),
    ("Նարե", "Դավթյան", "Նարե Դավթյանը"), ("Նարե", "Դավթյան", "Նարե Դավթյանին"), ("Արամ", "Ավագյան", "Արամ Ավագյանն"),
    ("Արամ", "Ավագյան", "Արամ Սուրենի Ավագյանին"), ("Levan", "Maisuradze", "ლევან მაისურაძე"), ("Nare", "Davtyan", "Նարե Դավթյան"),
    ("Sigurður", "Helgason", "Sigurði Helgasyni"), ("Árni", "Jónsson", "Árna Jónssyni"), ("Sveinn", "Pálsson", "Sveini Pálssyni"),
    ("Helga", "Jónsdóttir", "Helgu Jónsdóttur"), ("Sigríður", "Pálsdóttir", "Sigríði Pálsdóttur"), ("Björn", "Ólafsson", "Birni Ólafssyni"),
    ("Gearóid", "Ó Briain", "Ghearóid Ó Briain"), ("Máire", "Ní Bhriain", "Mháire Ní Bhriain"), ("Pádraig", "de Búrca", "Phádraig de Búrca"),
]  # fmt: skip
OTHERS = [
    ("Ivan", "Jelov", "Ivana Jelova"), ("Ivan", "Javor", "Ivana Javor"), ("Jan", "Dub", "Jana Dubová"), ("Anna", "Jasanak", "Annie Jasanak"),
    ("Olga", "Brezina", "Olgi Brezin"), ("Andrea", "Rossa", "Andrei Rossi"),
    ("Олександр", "Дубін", "Олександра Дубіна"), ("Mario", "Pino", "Maria Pino"),
    ("Petr", "Jedlý", "Petra Jedlá"), ("Carla", "Olmo", "Carlo Olmo"), ("Mara", "Kell", "Mary Kell"), ("Ана", "Бряст", "Ани Бряст"),
    ("Jo", "Hannen", "Jo Hansen"), ("Jo", "Leinen", "Jo Leisen"), ("Anna", "Lasa", "Anna Lasalle"), ("Anna", "Virtanen", "Antti Virtaselle"),
    ("Tuula", "Niemi", "Tuula Niemelä"), ("Anna", "Laakso", "Anna Laaksonen"),
    ("Jāna", "Kalniņa", "Jānim Kalniņam"), ("Jānis", "Kalniņš", "Jānai Kalniņai"), ("Juris", "Vītols", "Jurai Vītolai"),
    ("Tomas", "Butkus", "Tomai Butkei"), ("Toma", "Butkus", "Tomui Butkui"), ("Rasa", "Petraitytė", "Rasai Petraitienei"),
    ("Rasa", "Petraitienė", "Rasai Petraitytei"), ("Mantas", "Butkus", "Mantui Butkevičiui"), ("Inese", "Kalēja", "Inesei Kalniņai"),
    ("თამარ", "ბერიძე", "თამაზ ბერიძემ"), ("ანა", "ბერიძე", "ნანა ბერიძეს"), ("ანა", "ჩიქოვანი", "ანა ჩიქავამ"),
    ("Levan", "Maisuradze", "ლაშა მაისურაძე"),
    ("Արամ", "Ավագյան", "Արմեն Ավագյանին"), ("Նարե", "Դավթյան", "Նարեկ Դավթյանին"), ("Նարե", "Դավթյան", "Նարե Դավիդյանին"),
    ("Helga", "Jónsdóttir", "Helga Jónssyni"), ("Helgi", "Jónsson", "Helgu Jónsdóttur"), ("Árni", "Jónsson", "Ara Jónssyni"),
    ("Gearóid", "Ó Briain", "Ghráinne Ó Briain"), ("Máire", "Ní Bhriain", "Mháiréad Ní Bhriain"), ("Мила", "Борић", "Милану Борићу"),
    ("Марко", "Борић", "Марији Борић"), ("Мила", "Борић", "Мили Бојић"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "family", "printed"), THEIRS)
def test_a_name_in_a_case_is_the_applicants(given: str, family: str, printed: str) -> None:
    assert compare(given, family, printed) is Likeness.SAME


@pytest.mark.parametrize(("given", "family", "printed"), OTHERS)
def test_no_case_makes_another_person_the_applicant(given: str, family: str, printed: str) -> None:
    assert compare(given, family, printed) is not Likeness.SAME
