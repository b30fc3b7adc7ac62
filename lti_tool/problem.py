"""Expected refusals: a code in the code, its words in `problems/*.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Words:
    """What a refusal says: one sentence on what happened, one on what to do, and whom to tell."""

    status: int
    happened: str
    todo: str
    tell: str = ""


class Problem(Exception):
    """An expected refusal.

    `code` names an entry of `problems/*.toml`; `details` fill the placeholders of its words and may be shown to the
    person refused, so they hold nothing that this person may not know; `note` is for the log alone.
    """

    def __init__(self, code: str, *, note: str = "", **details: str | int) -> None:
        super().__init__(f"{code}: {note}" if note else code)
        self.code = code
        self.note = note
        self.details = details

    @property
    def words(self) -> Words:
        """The words of this refusal, untranslated, placeholders unfilled."""
        return vocabulary()[self.code]

    @property
    def status(self) -> int:
        """The HTTP status that this refusal is answered with."""
        return self.words.status

    def in_english(self) -> str:
        """Both sentences with their placeholders filled, for the command line."""
        filled = {name: str(value) for name, value in self.details.items()}
        return f"{self.words.happened} {self.words.todo}".format_map(_Lenient(filled)).strip()


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"


@cache
def vocabulary() -> dict[str, Words]:
    """Return the words of every code. Raises ValueError if two files define the same code."""
    words: dict[str, Words] = {}
    for file in sorted(resources.files("lti_tool.problems").iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".toml"):
            continue
        for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in words:
                raise ValueError(f"{file.name}: the code {code} is defined twice")
            words[code] = Words(**entry)
    return words
