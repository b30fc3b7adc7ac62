"""Names in the cases that sentences ask for are the applicant's; no case makes a brother's or a sister's name theirs."""

from __future__ import annotations

import pytest

from lti_tool.checks.names import Likeness, compare

THEIRS = [
    ("Anna", "Smrková", "Anně Smrkové"), ("Petr", "Švestka", "Petru Švestkovi"), ("Ondřej", "Višňovec", "Ondřeji Višňovcovi"),
    ("Ana-Marija", "Borić", "Ani-Mariji Borić"), ("David", "Šipak", "Davidu Šipku"), ("Andrija", "Višnjić", "ANDRIJI VIŠNJIĆU"),
    ("Anna", "Świerkowa-Dąbek", "Anny Świerkowej-Dąbek"), ("Piotr", "Śliwowski", "Piotrowi Śliwowskiemu"),
    ("Jan", "Sosnowski", "Sosnowskiego Jana"),
    ("Андрій", "Вишневецький-Сад", "Андрієві Вишневецькому-Саду"), ("Ганна", "Сосненко", "Ганні Сосненко"),
    ("Maria", "Bradescu", "Mariei Bradescu"),
    ("Anna", "Tölgyesi", "Tölgyesi Annának"), ("Γιώργος", "Καρύδης", "Γιώργου Καρύδη"),
    ("Kirsi", "Laaksonen", "Kirsi Laaksoselle"), ("Tuula", "Niemi", "Tuula Niemelle"), ("Eeva", "Salonen", "Eeva Salosen"),
    ("Sari", "Ålander", "Sari Ålanderille"), ("Mikko", "Mäkelä", "Mikko Mäkelälle"), ("Ville", "Kallio", "Ville Kalliolle"),
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
    ("Triin", "Mägi", "Triin Mägile"), ("Andres", "Rebane", "Andres Rebasele"), ("Marko", "Lepik", "Marko Lepikule"),
    ("Maria", "Ivanova", "Maria Ivanovale"),
    ("Päivi", "Laine", "Päivi Laineelle"), ("Outi", "Aalto", "Outi Aallolle"), ("Elina", "Lindström", "Elina Lindströmille"),
    ("Eeva", "Kangas", "Eeva Kankaalle"),
    ("Tjaša", "Novak", "Tjaši Novak"), ("Ana", "Kovač", "Ani Kovač"), ("Gregor", "Kotnik", "Gregorju Kotniku"),
    ("Jure", "Hribar", "Juretu Hribarju"), ("Miha", "Logar", "Mihu Logarju"),
    ("Domagoj", "Rukavina", "Domagoju Rukavini"), ("Ivana", "Horvat", "Ivani Horvat"), ("Hrvoje", "Grgić", "Hrvoju Grgiću"),
    ("Đorđe", "Popović", "Đorđu Popoviću"),
    ("Dragana", "Marković", "Драгани Марковић"), ("Miloš", "Živković", "Милошу Живковићу"), ("Љиљана", "Бјелица", "Љиљани Бјелици"),
    ("Драгана", "Марковић", "Dragani Marković"),
    ("Hanna", "Sosnova", "Ганні Сосновій"), ("Oleksandr", "Shevchenko", "Олександру Шевченку"), ("Зоя", "Кравець", "Зої Кравець"),
    ("Роман", "Заєць", "Роману Зайцю"),
    ("Georgios", "Papadopoulos", "Γεωργίου Παπαδόπουλου"), ("Βασίλειος", "Ιωάννου", "Βασιλείου Ιωάννου"), ("Eleni", "Nikolaou", "Ελένης Νικολάου"),
    ("Ani", "Sargsyan", "Անի Սարգսյանին"), ("Nino", "Beridze", "ნინო ბერიძეს"), ("Andreea", "Munteanu", "Andreei Munteanu"),
    ("Zofia", "Wróbel", "Zofii Wróbel"), ("Monika", "Baran", "Monice Baran"), ("Ewa", "Zając", "Ewie Zając"),
    ("Jerzy", "Stępień", "Jerzemu Stępniowi"), ("Olga", "Duda", "Oldze Dudzie"),
    ("Olga", "Krejčí", "Olze Krejčí"), ("Dagmar", "Bílková", "Dagmar Bílkové"), ("Jana", "Nováková", "Jany Novákové"),
    ("Jana", "Novakova", "Janě Novákové"),
    ("Peter", "Horváth", "Petrovi Horváthovi"), ("Ľubica", "Molnárová", "Ľubici Molnárovej"), ("Táňa", "Poláková", "Táni Polákovej"),
    ("Ilja", "Vasiļjevs", "Iljam Vasiļjevam"), ("Jānis", "Bērziņš", "Jāņa Bērziņa"), ("Anna", "Bērziņa", "Annas Bērziņas"),
    ("Jonas", "Petrauskas", "Jono Petrausko"),
    ("Rūta", "Kazlauskienė", "Rūtos Kazlauskienės"), ("Einar Örn", "Jónsson", "Einari Erni Jónssyni"),
    ("Halla", "Baldursdóttir", "Höllu Baldursdóttur"),
    ("Blerta", "Gashi", "Blertës Gashi"), ("Agim", "Dervishi", "Agimit Dervishi"), ("Besnik", "Berisha", "Besnikut Berisha"),
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
    ("Jaan", "Tamm", "Jaan Tammele"), ("Jaan", "Tamme", "Jaan Tammele"), ("Triin", "Mägi", "Triin Mägerile"), ("Siim", "Jõgi", "Siim Jõele"),
    ("Siim", "Jõe", "Siim Jõele"),
    ("Eva", "Novak", "Evi Novak"), ("Paula", "Novak", "Pauli Novak"), ("Sara", "Saar", "Sari Saar"),
    ("Stefana", "Papadopoulos", "Stefani Papadopoulos"),
    ("Mara", "Horvat", "Mari Horvat"), ("Jana", "Novak", "Jani Novak"),
    ("Giovanna", "Furlan", "Giovanni Furlan"), ("Antona", "Novak", "Antoni Novak"),
    ("Ivan", "Novak", "Ivani Novak"), ("Petra", "Horvat", "Petru Horvatu"), ("Nika", "Kotnik", "Niku Kotniku"),
    ("Dragan", "Marković", "Драгани Марковић"), ("Dragana", "Marković", "Драгану Марковићу"),
    ("Andrea", "Popescu", "Andrei Popescu"), ("Anna", "Mazur", "Annie Mazur"), ("Gabriela", "Baran", "Gabriele Baran"),
    ("Ard", "Krasniqi", "Ardit Krasniqi"),
    ("Martin", "Krejčí", "Martině Krejčí"), ("Martina", "Nováková", "Martinu Novákovi"), ("Daniel", "Šipak", "Danieli Šipak"),
    ("Adela", "Krejčí", "Adele Krejčí"),
    ("Alexandra", "Nikolaou", "Αλέξανδρου Νικολάου"), ("Andrea", "Nikolaou", "Ανδρέας Νικολάου"), ("Mario", "Marić", "Mariji Marić"),
    ("Gearóid", "Ó Briain", "Ghráinne Ó Briain"), ("Máire", "Ní Bhriain", "Mháiréad Ní Bhriain"), ("Мила", "Борић", "Милану Борићу"),
    ("Марко", "Борић", "Марији Борић"), ("Мила", "Борић", "Мили Бојић"),
    ("Tona", "Kovač", "Toni Kovač"), ("Dana", "Babić", "Dani Babić"), ("Luca", "Furlan", "Luci Furlan"), ("Sara", "Bergman", "Sari Bergman"),
    ("Lara", "Kokko", "Lari Kokko"), ("Giovana", "Milan", "Giovani Milan"), ("Franka", "Novak", "France Novak"), ("Vinka", "Horvat", "Vince Horvat"),
    ("Janika", "Long", "Janice Long"), ("Marta", "Bergman", "Marcie Bergman"), ("Lena", "Jansen", "Lenie Jansen"),
    ("Margi", "Berisha", "Margit Berisha"), ("Sane", "Walsh", "Shane Walsh"), ("Тона", "Костић", "Тони Костић"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "family", "printed"), THEIRS)
def test_a_name_in_a_case_is_the_applicants(given: str, family: str, printed: str) -> None:
    assert compare(given, family, printed) is Likeness.SAME


@pytest.mark.parametrize(("given", "family", "printed"), OTHERS)
def test_no_case_makes_another_person_the_applicant(given: str, family: str, printed: str) -> None:
    assert compare(given, family, printed) is not Likeness.SAME
