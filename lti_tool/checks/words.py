"""The words of findings, read from `words.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from lti_tool.checks.findings import Finding


@dataclass(frozen=True, slots=True)
class FindingWords:
    """What was seen and what would satisfy the rule: templates to translate, and the details that fill them."""

    seen: str
    todo: str
    details: Mapping[str, str]

    def filled(self) -> str:
        """Both sentences in English with their placeholders filled."""
        return f"{fill(self.seen, self.details)} {fill(self.todo, self.details)}".strip()


def words(finding: Finding) -> FindingWords:
    """Return the words of a finding, untranslated."""
    entry = vocabulary()[finding.code]
    return FindingWords(entry.get("seen", ""), entry.get("todo", ""), finding.details)


def fill(template: str, details: Mapping[str, str]) -> str:
    """Fill the placeholders of a template, translated or not; a placeholder nobody filled shows as an ellipsis."""
    return template.format_map(_Lenient(details))


@cache
def vocabulary() -> dict[str, dict[str, str]]:
    """Return `words.toml`: for each code `seen` and `todo`."""
    content = (resources.files("lti_tool.checks") / "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "…"
