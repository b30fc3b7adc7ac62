"""People, and the ways in which certificates print their names."""

from __future__ import annotations

import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from documents.paper import capitals
from documents.truth import Applicant

_FAMILY_FIRST = {"hu"}
_LETTERS = str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae", "Æ": "Ae", "ı": "i"})


@dataclass(frozen=True)
class Person:
    """One person: `printed` the same one, `changed` perhaps the same one, `others` somebody else."""

    applicant: Applicant
    languages: tuple[str, ...]
    printed: tuple[str, ...]
    changed: tuple[str, ...]
    others: tuple[str, ...]


@cache
def people() -> tuple[Person, ...]:
    """Return everybody."""
    table = tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))["people"]
    return tuple(
        Person(
            Applicant(row["given"], row["family"]),
            tuple(row["languages"]),
            tuple(row.get("printed", ())),
            tuple(row.get("changed", ())),
            tuple(row.get("others", ())),
        )
        for row in table
    )


def anybody(rng: Random, language: str) -> Person:
    """Choose a person who would hold a certificate in a language."""
    speaking = [person for person in people() if language in person.languages]
    return rng.choice(speaking or list(people()))


def printed(rng: Random, person: Person, language: str) -> str:
    """Return the person's name as a certificate in a language prints it."""
    given, family = person.applicant.given, person.applicant.family
    usual = f"{family} {given}" if language in _FAMILY_FIRST else f"{given} {family}"
    ways = [
        usual,
        usual,
        usual,
        f"{family} {given}",
        f"{given} {capitals(family)}",
        f"{capitals(family)} {given}",
        capitals(usual),
        f"{family}, {given}",
    ]
    if usual.isascii() or all(ord(letter) < 0x250 for letter in usual):
        ways.append(plain(usual))
    return rng.choice([*ways, *person.printed, *person.printed])


def plain(text: str) -> str:
    """Return Latin letters without their marks, as many systems print them."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def relative(rng: Random, person: Person) -> str:
    """Return the name of somebody with the same family name."""
    strangers = [
        each for each in people() if each.applicant.given != person.applicant.given and each.applicant.given[:1] != person.applicant.given[:1]
    ]
    same_script = [each for each in strangers if _script(each.applicant.given) == _script(person.applicant.family)]
    return f"{rng.choice(same_script).applicant.given} {person.applicant.family}" if same_script else rng.choice(person.others)


def _script(text: str) -> str:
    return unicodedata.name(text[0]).split()[0]
