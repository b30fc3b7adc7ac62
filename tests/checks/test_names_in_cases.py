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
]  # fmt: skip
OTHERS = [
    ("Ivan", "Jelov", "Ivana Jelova"), ("Ivan", "Javor", "Ivana Javor"), ("Jan", "Dub", "Jana Dubová"), ("Anna", "Jasanak", "Annie Jasanak"),
    ("Olga", "Brezina", "Olgi Brezin"), ("Andrea", "Rossa", "Andrei Rossi"),
    ("Олександр", "Дубін", "Олександра Дубіна"), ("Mario", "Pino", "Maria Pino"),
    ("Petr", "Jedlý", "Petra Jedlá"), ("Carla", "Olmo", "Carlo Olmo"), ("Mara", "Kell", "Mary Kell"), ("Ана", "Бряст", "Ани Бряст"),
    ("Jo", "Hannen", "Jo Hansen"), ("Jo", "Leinen", "Jo Leisen"), ("Anna", "Lasa", "Anna Lasalle"), ("Anna", "Virtanen", "Antti Virtaselle"),
    ("Tuula", "Niemi", "Tuula Niemelä"), ("Anna", "Laakso", "Anna Laaksonen"),
]  # fmt: skip


@pytest.mark.parametrize(("given", "family", "printed"), THEIRS)
def test_a_name_in_a_case_is_the_applicants(given: str, family: str, printed: str) -> None:
    assert compare(given, family, printed) is Likeness.SAME


@pytest.mark.parametrize(("given", "family", "printed"), OTHERS)
def test_no_case_makes_another_person_the_applicant(given: str, family: str, printed: str) -> None:
    assert compare(given, family, printed) is not Likeness.SAME
