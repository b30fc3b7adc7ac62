"""The wordings of one language, as `words/*.toml` hold them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

PLACE = Path(__file__).parent / "words"
# Issue 4 names these; the others are done where they are done well.
MAIN = ("bg", "da", "nl", "en", "fi", "fr", "de", "el", "hu", "it", "pl", "pt", "ro", "es")


class Words:
    """Phrases by key; a key that a language lacks is taken from English."""

    def __init__(self, language: str, values: dict[str, Any]) -> None:
        self.language = language
        self.values = values

    def __getitem__(self, key: str) -> Any:
        section, _, name = key.rpartition(".")
        own = self.values.get(section, {}) if section else self.values
        return own[name] if name in own or self.language == "en" else words("en")[key]

    def one(self, rng: Random, key: str, **filled: object) -> str:
        """Return one of the phrases of a key, filled in."""
        return str(rng.choice(self[key])).format(**filled)


@cache
def words(language: str) -> Words:
    """Return the wordings of a language."""
    return Words(language, tomllib.loads((PLACE / f"{language}.toml").read_text(encoding="utf-8")))


@cache
def languages() -> tuple[str, ...]:
    """Return every language there are wordings of, the main ones first."""
    rest = sorted(file.stem for file in PLACE.glob("*.toml") if file.stem not in MAIN)
    return tuple(language for language in MAIN if (PLACE / f"{language}.toml").exists()) + tuple(rest)
