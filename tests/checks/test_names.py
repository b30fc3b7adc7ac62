"""Names: the same person in every spelling Europe uses, and nobody else."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from lti_tool.checks.names import Likeness, compare, latin_forms

SAME = [
    ("Maria", "Rossi", "Maria Rossi"),
    ("Maria", "Rossi", "ROSSI MARIA"),
    ("Maria", "Rossi", "Rossi, Maria"),
    ("Maria", "Rossi", "Dr. Maria Rossi"),
    ("Maria", "Rossi", "Maria Luisa Rossi"),
    ("Anna Maria", "Rossi", "Anna Rossi"),
    ("Anna Maria", "Rossi", "Anna M. Rossi"),
    ("José Luis", "García Márquez", "Jose Luis Garcia Marquez"),
    ("José", "García Márquez", "José García"),
    ("Anne-Marie", "Lefèvre", "Anne Marie LEFEVRE"),
    ("Annemarie", "Berg", "Anne-Marie Berg"),
    ("Giulia", "De Luca", "Giulia Deluca"),
    ("Siobhán", "O'Sullivan", "Siobhan OSullivan"),
    ("Siobhán", "O'Sullivan", "Siobhán O’Sullivan"),
    ("Pieter", "van den Berg", "P. H. Pieter Berg"),
    ("Jürgen", "Müller", "Juergen Mueller"),
    ("Jürgen", "Müller", "Jurgen Muller"),
    ("Søren", "Østergård", "Soeren Oestergaard"),
    ("Þóra", "Guðmundsdóttir", "Thora Gudmundsdottir"),
    ("Łukasz", "Wójcik", "LUKASZ WOJCIK"),
    ("Ștefan", "Ionescu", "Ştefan IONESCU"),
    ("Γιώργος", "Παπαδόπουλος", "Giorgos Papadopoulos"),
    ("Georgios", "Papadopoulos", "Γεώργιος Παπαδόπουλος"),
    ("Γεώργιος", "Παπαδόπουλος", "Γεώργιο Παπαδόπουλο"),
    ("Ελένη", "Χατζηδάκη", "Eleni Chatzidaki"),
    ("Ελένη", "Χατζηδάκη", "Eleni Hatzidaki"),
    ("Ευάγγελος", "Μπακογιάννης", "Evangelos Bakogiannis"),
    ("Иванка", "Димитрова", "Ivanka Dimitrova"),
    ("Юлия", "Цветкова", "Yulia Tsvetkova"),
    ("Щерьо", "Жеков", "Shteryo Zhekov"),
    ("Mária", "Nagy", "Nagy Mária"),
    ("Maria Rossi", "", "Maria Rossi"),
    ("İbrahim", "Yıldız", "Ibrahim Yildiz"),
    ("Ana Carolina", "da Silva Santos", "Ana Carolina Silva Santos"),
    ("João", "Conceição Magalhães", "MAGALHÃES, João Conceição"),
    ("João", "Conceição Magalhães", "Magalhães, João"),
]

PERSON = [  # close: a person must look
    ("Maria", "Rossi", "Mario Rossi"),
    ("Maria", "Rossi", "M. Rossi"),
    ("Maria", "Rossi", "Maria Bianchi"),
    ("Maria", "Rossi", "Maria Rosi"),
    ("Maria", "Rossi", "Maria R."),
    ("Anna Maria", "Rossi", "Maria Rossi"),
    ("Jürgen", "Müller", "Jürgen Möller"),
    ("José Luis", "García Márquez", "José García Pérez"),
    ("Łukasz", "Wójcik", "Łukasz Wójcicki"),
    ("Maria", "Rossi", "Maria"),
    ("José", "García Márquez", "Márquez, García José"),
    ("", "", "Maria Rossi"),
]

DIFFERENT = [
    ("Maria", "Rossi", "Giulia Bianchi"),
    ("Maria", "Rossi", "Paolo Rossi"),
    ("Łukasz", "Wójcik", "Tomasz Kowalski"),
    ("Γιώργος", "Παπαδόπουλος", "Kostas Vasileiou"),
    ("Иванка", "Димитрова", "Petar Georgiev"),
]


@pytest.mark.parametrize(("given_name", "family_name", "printed"), SAME)
def test_the_same_person(given_name: str, family_name: str, printed: str) -> None:
    assert compare(given_name, family_name, printed) is Likeness.SAME


@pytest.mark.parametrize(("given_name", "family_name", "printed"), PERSON)
def test_a_person_must_look(given_name: str, family_name: str, printed: str) -> None:
    assert compare(given_name, family_name, printed) is Likeness.CLOSE


@pytest.mark.parametrize(("given_name", "family_name", "printed"), DIFFERENT)
def test_somebody_else(given_name: str, family_name: str, printed: str) -> None:
    assert compare(given_name, family_name, printed) is Likeness.DIFFERENT


WORD = st.text("abcdefghijklmnopqrstuvwyzäöüøåéèñçłšž", min_size=3, max_size=9).map(str.title)
CYRILLIC = st.text("абвгдежзиклмнопрстуфхцчшя", min_size=3, max_size=9).map(str.title)
LAW = dict(
    zip(
        "абвгдежзиклмнопрстуфхцчшя",
        ["a", "b", "v", "g", "d", "e", "zh", "z", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "h", "ts", "ch", "sh", "ya"],
        strict=True,
    )
)


@given(WORD, WORD, st.booleans(), st.booleans())
@settings(max_examples=200, deadline=None)
def test_order_and_case_tell_nobody_apart(one: str, other: str, upper: bool, turned: bool) -> None:
    printed = f"{other} {one}" if turned else f"{one} {other}"
    assert compare(one, other, printed.upper() if upper else printed) is Likeness.SAME


@given(CYRILLIC, CYRILLIC)
@settings(max_examples=200, deadline=None)
def test_the_bulgarian_law_round_trips(one: str, other: str) -> None:
    latin = " ".join("".join(LAW[letter] for letter in word.lower()).title() for word in (one, other))
    assert compare(one, other, latin) is Likeness.SAME


@given(WORD, WORD, WORD)
@settings(max_examples=200, deadline=None)
def test_a_brother_never_passes(one: str, brother: str, family: str) -> None:
    assume(len({form for word in (one, brother, family) for form in latin_forms(word)}) >= 3)
    assume(
        not latin_forms(one) & latin_forms(brother) and not latin_forms(brother) & latin_forms(family) and not latin_forms(one) & latin_forms(family)
    )
    assert compare(one, family, f"{brother} {family}") is not Likeness.SAME


@pytest.mark.parametrize(("given", "printed"), [("Ana", "Ano"), ("Eva", "Evu"), ("Ida", "Ide"), ("Ole", "Oli")])
def test_the_last_of_three_letters_is_for_a_person(given: str, printed: str) -> None:
    """It may be the ending in a case that nobody listed, or another person's."""
    assert compare(given, "Kos", f"{printed} Kos") is Likeness.CLOSE
