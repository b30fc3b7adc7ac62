"""The words of outcomes, steps and reasons: one sentence each, untranslated (they are message ids)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from lti_tool.verification.verdict import VerdictOutcome


def outcome(code: VerdictOutcome) -> str:
    """Return the words of an answer, such as "Not valid"."""
    return vocabulary()["outcomes"][code.value]


def step(code: str) -> str:
    """Return what holds if this step held."""
    return vocabulary()["steps"][code]


def reason(code: str) -> str:
    """Return why the answer is not "valid"."""
    return vocabulary()["reasons"][code]


def field(code: str) -> str:
    """Return the name of a field; a place in a credential is its own name."""
    return vocabulary()["fields"].get(code, code)


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Return all words: ``outcomes``, ``steps``, ``reasons`` and ``fields`` by code."""
    file = resources.files("lti_tool.verification") / "words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
