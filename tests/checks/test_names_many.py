"""Names by the thousand: what issuers do to a name never makes it another's, and another's never passes for it."""
# ruff: noqa: E501, SIM905 - tables of names and letters are read row by row

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lti_tool.checks.names import Likeness, compare, latin_forms

# (given names, surnames) as their owners write them.
PEOPLE: dict[str, tuple[list[str], list[str]]] = {
    "bg": (["Иванка", "Георги", "Юлия", "Щерьо", "Цветелина", "Ангел"], ["Димитрова", "Жеков", "Хаджиева", "Чолаков", "Ъглова", "Петров"]),
    "da": (["Søren", "Kirsten", "Åse", "Mads Peter"], ["Østergård", "Lyngåsen", "af Birkelund", "Sørensen"]),
    "de": (["Jürgen", "Änne-Luise", "Jörg", "Katharina"], ["Müller", "von der Heide", "Weiß", "Groß-Schönfeld"]),
    "el": (["Ελένη", "Γεώργιος", "Ευαγγελία", "Χρήστος", "Αικατερίνη"], ["Χατζηδάκη", "Παπαδόπουλος", "Μπακογιάννη", "Ντούρου", "Γκίκας"]),
    "es": (["María José", "Íñigo", "Nuria", "Ángel"], ["García Márquez", "de la Encineda", "Ibáñez", "Peña y Lillo"]),
    "fr": (["Anne-Marie", "Zoé", "Jean-Baptiste", "Hélène"], ["Lefèvre", "d’Orvilac", "Le Goff", "Çelestin"]),
    "hu": (["Ágnes", "Zsófia", "Béla", "György"], ["Nagy", "Szabó-Tóth", "Kőrösi", "Fűzfői"]),
    "is": (["Þóra", "Björk", "Ægir"], ["Guðmundsdóttir", "Ísleifsson", "Þórðarson"]),
    "it": (["Maria", "Niccolò", "Chiara", "Gianluca"], ["Rossi", "D’Angelo", "Della Quercia", "De Luca"]),
    "mk": (["Ѓорѓи", "Љупчо", "Ќирил"], ["Њаковски", "Џамбазов", "Јованоски"]),
    "pl": (["Łukasz", "Agnieszka", "Małgorzata", "Żaneta"], ["Wójcik", "Brzózkiewicz", "Lipka-Dębowska", "Ćwikła"]),
    "pt": (["Ana Carolina", "João", "Inês"], ["da Silva Santos", "Conceição", "dos Santos"]),
    "ro": (["Ștefan", "Ioana-Maria", "Țuca"], ["Ionescu", "Frasinu", "Șerban"]),
    "sr": (["Ђорђе", "Љиљана", "Чедомир", "Жарко"], ["Његовановић", "Ћурчић", "Шћепановић"]),
    "tr": (["İbrahim", "Ğülşah", "Çiğdem"], ["Yıldız", "Öztürk", "Şahin"]),
    "uk": (["Олександр", "Юлія", "Сергій", "Ганна"], ["Щербаков", "Гриценко", "Їжакевич", "Ющенко"]),
    "ka": (["გიორგი", "ნინო"], ["მაისურაძე", "ჭავჭავაძე"]),
    "hy": (["Նարեկ", "Անահիտ"], ["Հակոբյան", "Սարգսյան"]),
}  # fmt: skip

# Official and usual transliterations, letter by letter (streamlined Bulgarian, Ukrainian 2010, Serbian Latin, ELOT 743, BGN, ICAO).
BULGARIAN = dict(zip("абвгдежзийклмнопрстуфхцчшщъьюя", "a b v g d e zh z i y k l m n o p r s t u f h ts ch sh sht a y yu ya".split(), strict=True))
UKRAINIAN = dict(zip("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", ["a", "b", "v", "h", "g", "d", "e", "ie", "zh", "z", "y", "i", "i", "i", "k", "l", "m", "n", "o", "p", "r", "s", "t", "u", "f", "kh", "ts", "ch", "sh", "shch", "", "iu", "ia"], strict=True))  # fmt: skip
SERBIAN = dict(zip("абвгдђежзијклљмнњопрстћуфхцчџшѓќѕ", "a b v g d đ e ž z i j k l lj m n nj o p r s t ć u f h c č dž š ǵ ḱ dz".split(), strict=True))
SERBIAN_PLAIN = SERBIAN | {"ђ": "dj", "ж": "z", "ћ": "c", "ч": "c", "џ": "dz", "ш": "s", "ѓ": "gj", "ќ": "kj"}
ELOT_PAIRS = {
    "ου": "ou",
    "αυ": "av",
    "ευ": "ev",
    "γγ": "ng",
    "γκ": "gk",
    "μπ": "b",
    "ντ": "nt",
    "χ": "ch",
    "ψ": "ps",
    "θ": "th",
    "ει": "ei",
    "αι": "ai",
    "οι": "oi",
}
ELOT = dict(zip("αβγδεζηικλμνξοπρσςτυφω", "a v g d e z i i k l m n x o p r s s t y f o".split(), strict=True))


def by_letters(table: dict[str, str], text: str) -> str:
    """Transliterate letter by letter."""
    return "".join(table.get(letter, letter) for letter in text.lower()).title()


def elot(text: str) -> str:
    """Transliterate Greek by ELOT 743; whole pairs first."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(letter))
    shown, at = "", 0
    while at < len(plain):
        pair = plain[at : at + 2]
        if pair in ELOT_PAIRS:
            shown, at = shown + ELOT_PAIRS[pair], at + 2
        else:
            shown, at = shown + ELOT_PAIRS.get(plain[at], ELOT.get(plain[at], plain[at])), at + 1
    return shown.title()


SCRIPTS: list[tuple[str, Callable[[str], str]]] = [
    ("bg", lambda text: by_letters(BULGARIAN, text)), ("uk", lambda text: by_letters(UKRAINIAN, text)), ("sr", lambda text: by_letters(SERBIAN, text)),
    ("sr", lambda text: by_letters(SERBIAN_PLAIN, text)), ("mk", lambda text: by_letters(SERBIAN, text)), ("mk", lambda text: by_letters(SERBIAN_PLAIN, text)),
    ("el", elot),
]  # fmt: skip


def unaccented(text: str) -> str:
    """Drop accents as machines without them do."""
    swapped = text.translate(
        str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "æ": "ae", "Æ": "Ae", "þ": "th", "Þ": "Th", "ð": "d", "ß": "ss"})
    )
    return "".join(letter for letter in unicodedata.normalize("NFD", swapped) if not unicodedata.combining(letter))


# What issuers do to a name that stays the same person's: (given, surname) → printed.
KEPT: list[Callable[[str, str], str]] = [
    lambda given, family: f"{given} {family}",
    lambda given, family: f"{family} {given}",
    lambda given, family: f"{family}, {given}",
    lambda given, family: f"{family.upper()} {given}",
    lambda given, family: f"{given} {family}".upper(),
    lambda given, family: f"{given} {family}".lower(),
    lambda given, family: f"Dr. {given} {family}",
    lambda given, family: f"{given.replace('-', ' ')} {family}",
    lambda given, family: f"{given.replace(' ', '-')} {family}",
    lambda given, family: f"{given} {family.replace('-', ' ')}",
    lambda given, family: f"{given} {family.replace('’', chr(39))}",
    lambda given, family: f"{given} {family.replace('’', '')}",
    lambda given, family: unicodedata.normalize("NFD", f"{given} {family}"),
    lambda given, family: f"{given.split()[0]} {family}",
    lambda given, family: f"{given} M. {family}",
    lambda given, family: f"  {given}\u00a0 {family} ",
]  # fmt: skip

ANYBODY = st.sampled_from([(code, one, two) for code, (firsts, lasts) in PEOPLE.items() for one in firsts for two in lasts])
LETTERS = {"LATIN": "abdefgiklmnoprstuvz", "CYRILLIC": "абвгдежзиклмнопрстуфхцчш", "GREEK": "αβγδεζηικλμνξοπρτυφχψω", "GEORGIAN": "აბგდევზთკლმნოპრსტუფქ", "ARMENIAN": "աբգդեզթիլկմնոպռստ"}  # fmt: skip


@given(ANYBODY, st.sampled_from(KEPT))
@settings(max_examples=400, deadline=None)
def test_what_issuers_do_to_a_name_keeps_the_person(somebody: tuple[str, str, str], change: Callable[[str, str], str]) -> None:
    _, one, family = somebody
    assert compare(one, family, change(one, family)) is Likeness.SAME


@given(st.sampled_from(SCRIPTS), st.data())
@settings(max_examples=200, deadline=None)
def test_a_usual_transliteration_keeps_the_person(script: tuple[str, Callable[[str], str]], data: st.DataObject) -> None:
    code, write = script
    one, family = data.draw(st.sampled_from(PEOPLE[code][0])), data.draw(st.sampled_from(PEOPLE[code][1]))
    assert compare(one, family, f"{write(one)} {write(family)}") is Likeness.SAME
    assert compare(write(one), write(family), f"{family} {one}") is Likeness.SAME


@given(ANYBODY.filter(lambda somebody: somebody[0] in ("da", "de", "es", "fr", "hu", "is", "it", "pl", "pt", "ro", "tr")))
@settings(max_examples=100, deadline=None)
def test_accents_tell_nobody_apart(somebody: tuple[str, str, str]) -> None:
    _, one, family = somebody
    assert compare(one, family, unaccented(f"{one} {family}")) is Likeness.SAME


def _another_letter(word: str, at: int, pick: int) -> str:
    """Put another letter of the same script in place of one."""
    letters = LETTERS[unicodedata.name(word[at]).split()[0]]
    return word[:at] + letters[pick % len(letters)] + word[at + 1 :]


# What one letter makes of a name and is its case in a sentence, not another name: "for Agnieszka" is "dla Agnieszki".
CASES = {
    ("Agnieszka", "Agnieszki"), ("Љиљана", "Љиљани"), ("Ганна", "Ганни"), ("Χρήστος", "Χρήστου"), ("Γεώργιος", "Γεώργιου"),
    ("Nuria", "Nurii"), ("Zsófia", "Zsófii"), ("Maria", "Marii"),
}  # fmt: skip


@pytest.mark.parametrize("code", PEOPLE)
def test_one_letter_in_a_given_name_makes_another(code: str) -> None:
    """Every letter of every given name, changed into every other one."""
    same = set()
    for name in PEOPLE[code][0]:
        first = name.split()[0].split("-")[0]
        for at, letter in enumerate(first):
            changed = {_another_letter(first, at, pick) for pick in range(len(LETTERS[unicodedata.name(letter).split()[0]]))}
            others = [other for other in changed if latin_forms(other).isdisjoint(latin_forms(first))]
            same |= {(first, other) for other in others for family in PEOPLE[code][1] if compare(first, family, f"{other} {family}") is Likeness.SAME}
    assert same <= CASES


def test_every_case_that_is_excepted_is_met() -> None:
    families = [family for _, families in PEOPLE.values() for family in families]
    assert all(any(compare(first, family, f"{other} {family}") is Likeness.SAME for family in families) for first, other in CASES)


@given(ANYBODY, st.data())
@settings(max_examples=300, deadline=None)
def test_another_given_name_or_surname_never_passes(somebody: tuple[str, str, str], data: st.DataObject) -> None:
    code, one, family = somebody
    another, another_family = data.draw(st.sampled_from(PEOPLE[code][0])), data.draw(st.sampled_from(PEOPLE[code][1]))
    if another != one:
        assert compare(one, family, f"{another} {family}") is not Likeness.SAME
    if another_family != family and not {*family.split(), *family.split("-")} & {*another_family.split(), *another_family.split("-")}:
        assert compare(one, family, f"{one} {another_family}") is not Likeness.SAME
        if another != one:
            assert compare(one, family, f"{another} {another_family}, {one} {family}") is not Likeness.SAME


SIBLINGS = [
    ("Maria", "Mario"), ("Maria", "Marta"), ("Maria", "Marina"), ("Ivan", "Ivana"), ("Paul", "Paula"), ("Jan", "Jana"), ("Andrea", "Andreas"), ("Nikola", "Nikolay"), ("Emil", "Emilia"),
    ("Daniel", "Daniela"), ("Gabriele", "Gabriela"), ("Anna", "Hanna"), ("Ana", "Yana"), ("Ana", "Яна"), ("Alexander", "Alexandra"), ("Louis", "Louise"), ("Simon", "Simona"), ("Claude", "Claudia"),
    ("Andrea", "Ανδρέας"), ("Georgia", "Γεώργιος"), ("Ivan", "Ивана"), ("Иван", "Ivana"), ("Мария", "Mario"), ("Елена", "Elen"), ("Христо", "Hristina"), ("Никола", "Nikolay"), ("Милан", "Milana"),
    ("Γιάννης", "Ioanna"), ("Δημήτρης", "Dimitra"), ("João", "Joana"), ("José", "Josefa"), ("Kari", "Karin"), ("Jean", "Jeanne"), ("Jean", "Jean-Paul Marc Luc"), ("Éva", "Éda"), ("Jón", "Jóna"),
]  # fmt: skip


@pytest.mark.parametrize(("one", "sibling"), SIBLINGS)
def test_a_sibling_never_passes(one: str, sibling: str) -> None:
    assert compare(one, "Petrov", f"{sibling} Petrov") is not Likeness.SAME
    assert compare(sibling, "Petrov", f"{one} Petrov") is not Likeness.SAME


CHANGED = [
    ("Anouk", "de Vries", "Anouk de Vries-Bakker"), ("Annegret", "Schmidt-Weiß", "Annegret Schmidt"), ("José", "García Márquez", "José Márquez García"), ("José Luis", "García", "Luis José García"),
    ("Maria", "Rossi", "Anna Bianchi, Maria Rossi"), ("Maria", "Rossi", "Maria Rossi, Anna Bianchi"), ("Maria", "Rossi", "M. Rossi"), ("Éva", "Kovács", "Kovácsné Éva"), ("محمد", "الأحمد", "Mohammed Al-Ahmad"),
]  # fmt: skip


@pytest.mark.parametrize(("given_name", "family_name", "printed"), CHANGED)
def test_what_may_be_another_or_a_new_name_goes_to_a_person(given_name: str, family_name: str, printed: str) -> None:
    assert compare(given_name, family_name, printed) is Likeness.CLOSE
