"""Names in the case that a sentence asks for: "Anně Smrkové", "Piotrowi Śliwowskiemu", "Ганні Сосновій"."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

Endings = tuple[tuple[str, str], ...]
Bases = set[tuple[str, str]]
# A shorter rest of a name than this is no stem.
SHORTEST_STEM: Final = 2
# What is longer is no ending but most of a name, or all of it (Björn, Birni).
LONGEST_ENDING: Final = 3
_VOWELS: Final = frozenset("aeiouyáéíóúýěůąęαεηιουωаеєиіїоуюяй")


@dataclass(frozen=True, slots=True)
class Case:
    """How given names and surnames end in one case, as (ending, ending in the case); `still` end surnames that stay as they are.

    `begins` says how given names begin in the case, where it changes their first letters; `stem` how much of a given name stays at least.
    """

    given: Endings
    family: Endings
    still: tuple[str, ...]
    begins: Endings = ()
    stem: int = SHORTEST_STEM


@cache
def names() -> frozenset[str]:
    """Return given names that look like another one's case: of a name whose surname stays they tell nothing."""
    stored = tomllib.loads((resources.files(__package__) / "cases.toml").read_text(encoding="utf-8"))
    return frozenset(stored["names"])


@cache
def cases() -> tuple[Case, ...]:
    """Return every case of `cases.toml`."""
    stored = tomllib.loads((resources.files("lti_tool.checks") / "cases.toml").read_text(encoding="utf-8"))
    return tuple(
        Case(
            tuple((a, b) for a, b in entry["given"]),
            tuple((a, b) for a, b in entry["family"]),
            tuple(entry.get("still", ())),
            tuple((a, b) for a, b in entry.get("begins", ())),
            entry.get("stem", SHORTEST_STEM),
        )
        for entry in stored["cases"]
    )


def restored(given: Sequence[str], family: Sequence[str], shown: Sequence[str], equal: Callable[[str, str], bool]) -> Iterator[list[str]]:
    """Yield what is shown with the applicant's own words in place of their forms in one case, for each case that explains it.

    The first given name must be changed, and so must every surname that is shown, unless it is one that the case leaves as it is.
    A form is undone in the letters of the paper, and `equal` compares what it comes from: the account may be in other letters.
    """
    lower = [_plain(word) for word in shown]
    for case in cases():
        back: dict[int, str] = {}
        bases = [set() if case.still and word in names() else _undone(word, case.given, case.stem) | _begun(word, case.begins) for word in lower]
        for word in given:
            # Where the surname stays the ending alone tells, letter by letter: "Gabriele" is no Gabriela, though -ła has -le.
            back.update((at, word) for at, found in enumerate(bases) if at not in back and _is_among(word, found, equal, strictly=bool(case.still)))
        if not given or given[0] not in back.values():
            continue
        bases = [_undone(word, case.family) | ({("", word)} if _stays(word, case.still) else set()) for word in lower]
        surnames: set[int] = set()
        for word in family:
            found_at = {at for at, found in enumerate(bases) if at not in back and _is_among(word, found, equal)}
            surnames |= found_at
            back.update((at, word) for at in found_at)
        if surnames:
            yield [back.get(at, word) for at, word in enumerate(shown)]


def _is_among(word: str, bases: Bases, equal: Callable[[str, str], bool], *, strictly: bool = False) -> bool:
    """Tell whether a form comes from this word: letter by letter, or as `equal` takes a word in other letters or without its accents.

    Strictly, the ending is compared letter by letter also in a word without accents.
    """
    own = _plain(word)
    for stem, ending in bases:
        base = stem + ending
        other = _script(base) != _script(own)
        if base == own or ((other or own.isascii()) and (other or not strictly or own.endswith(ending)) and equal(base, word)):
            return True
    return False


def _script(word: str) -> str:
    return unicodedata.name(word[0], "?").split()[0]


def _plain(word: str) -> str:
    """Return a word in small letters; Greek ones without accents, which move with the endings (Γεώργιος, Γεωργίου)."""
    lower = unicodedata.normalize("NFC", word.casefold()).replace("ς", "σ")
    if not lower or _script(lower) != "GREEK":
        return lower
    return "".join(letter for letter in unicodedata.normalize("NFD", lower) if not unicodedata.combining(letter))


def _undone(word: str, endings: Endings, shortest: int = SHORTEST_STEM) -> Bases:
    """Return the words that one of these endings makes a word of, as what stays and what ends them."""
    found: Bases = set()
    for ending, changed in endings:
        old, new = _plain(ending.lstrip("%^")), _plain(changed.lstrip("%^"))
        stem = word[: len(word) - len(new)]
        told = not stem if ending[:1] == "^" else len(stem) >= shortest or len(old) > LONGEST_ENDING
        if word.endswith(new) and told and not (ending[:1] == "%" and stem[-1:] in _VOWELS):
            found.add((stem, old))
    return found


def _stays(word: str, still: Sequence[str]) -> bool:
    """Tell a surname that stays as it is; "%" stands for every consonant."""
    return any(word[-1] not in _VOWELS if ending == "%" else word.endswith(_plain(ending)) for ending in still)


def _begun(word: str, beginnings: Endings) -> Bases:
    """Return the words whose first letters a case changes to those of a word."""
    return {(old + word.removeprefix(new), "") for old, new in beginnings if word.startswith(new)}
