"""The words of findings, read from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

from lti_tool.checks.calendar import in_words
from lti_tool.checks.findings import Finding

# Details that are days, in ISO 8601; whoever shows a finding writes them as its reader does.
_DAYS: Final = frozenset({"date", "until", "oldest", "day", "dates"})


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What was seen and what would satisfy the rule: templates to translate, and the details that fill them."""

    seen: str
    todo: str
    details: Mapping[str, str]

    def filled(self) -> str:
        """Both sentences in English with their placeholders filled."""
        details = self.shown(in_words)
        return f"{fill(self.seen, details)} {fill(self.todo, details)}".strip()

    def shown(self, day: Callable[[date], str]) -> dict[str, str]:
        """Return the details with every day written by `day`."""
        return {name: _days(value, day) if name in _DAYS else value for name, value in self.details.items()}


def words(finding: Finding) -> FindingWords:
    """Return the words of a finding, untranslated; a code that a reader made up has words of its own."""
    entry = vocabulary().get(finding.code) or vocabulary()["unforeseen"]
    seen = entry.get("seen_one") if finding.details.get("days") == "1" else None
    return FindingWords(seen or entry.get("seen", ""), entry.get("todo", ""), finding.details)


def fill(template: str, details: Mapping[str, str]) -> str:
    """Fill the placeholders of a template, translated or not; a placeholder nobody filled shows as an ellipsis."""
    return template.format_map(_Lenient(details))


def _days(value: str, day: Callable[[date], str]) -> str:
    return ", ".join(day(date.fromisoformat(part)) for part in value.split(", "))


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Return `words.toml`: for each code `seen` and `todo`."""
    content = (resources.files("lti_tool.checks") / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
