"""What an LMS's answer to a score means, in words: data, one entry for each code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Words:
    """One sentence on what happened and one on what to do ("" when there is nothing to do), in English."""

    happened: str
    todo: str


@cache
def vocabulary() -> Mapping[str, Words]:
    """Return the words of every code of `ScoreAnswer`, and of the outbox's own."""
    table = tomllib.loads(resources.files("lti_tool.delivery").joinpath("answers.toml").read_text(encoding="utf-8"))
    return {code: Words(**entry) for code, entry in table.items()}


def words(code: str) -> Words:
    """Return the words of a code; an unknown one, of an older release, has those of ``not-accepted``."""
    return vocabulary().get(code or "not-tried", vocabulary()["not-accepted"])
