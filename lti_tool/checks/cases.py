"""Names in the case that a sentence asks for: "Anně Smrkové", "Piotrowi Śliwowskiemu", "Ганні Сосновій"."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

Endings = tuple[tuple[str, str], ...]
# A shorter rest of a name than this is no stem.
SHORTEST_STEM: Final = 2
# What is longer is no ending but most of a name, or all of it (Björn, Birni).
LONGEST_ENDING: Final = 3
_VOWELS: Final = frozenset("aeiouyáéíóúýěůąęαεηιουωаеєиіїоуюяй")


@dataclass(frozen=True, slots=True)
class Case:
    """How given names and surnames end in one case, as (ending, ending in the case); `still` end surnames that stay as they are.

    `begins` says how given names begin in the case, where it changes their first letters.
    """

    given: Endings
    family: Endings
    still: tuple[str, ...]
    begins: Endings = ()


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
        )
        for entry in stored["cases"]
    )


def restored(given: Sequence[str], family: Sequence[str], shown: Sequence[str]) -> Iterator[list[str]]:
    """Yield what is shown with the applicant's own words in place of their forms in one case, for each case that explains it.

    The first given name must be changed, and so must every surname that is shown, unless it is one that the case leaves as it is.
    """
    lower = [_plain(word) for word in shown]
    for case in cases():
        back: dict[int, str] = {}
        for word in given:
            forms = _forms(_plain(word), case.given) | _begun(_plain(word), case.begins)
            back.update((at, word) for at, form in enumerate(lower) if form in forms and at not in back)
        if not given or given[0] not in back.values():
            continue
        surnames: set[int] = set()
        for word in family:
            forms = _forms(_plain(word), case.family)
            if _plain(word).endswith(case.still):
                forms.add(_plain(word))
            surnames.update(at for at, form in enumerate(lower) if form in forms and at not in back)
            back.update((at, word) for at, form in enumerate(lower) if form in forms and at not in back)
        if surnames:
            yield [back.get(at, word) for at, word in enumerate(shown)]


def _plain(word: str) -> str:
    return unicodedata.normalize("NFC", word.casefold()).replace("ς", "σ")


def _forms(word: str, endings: Endings) -> set[str]:
    """Return the forms of a word in a case."""
    found: set[str] = set()
    for ending, changed in endings:
        old, new = ending.lstrip("%").replace("ς", "σ"), changed.lstrip("%").replace("ς", "σ")
        stem = word[: len(word) - len(old)]
        told = len(stem) >= SHORTEST_STEM or len(old) > LONGEST_ENDING
        if word.endswith(old) and told and not (ending[:1] == "%" and stem[-1] in _VOWELS):
            found.add(stem + new)
    return found


def _begun(word: str, beginnings: Endings) -> set[str]:
    """Return the forms of a word whose first letters a case changes."""
    return {new + word.removeprefix(old) for old, new in beginnings if word.startswith(old) and not word.startswith(new)}
