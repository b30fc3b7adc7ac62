"""Words of what dynamic registration agreed on, and of what the connection doctor saw."""

from __future__ import annotations

from typing import Any

from lti_tool.launch.doctor import Check
from lti_tool.web.language import translated


def agreed_words(agreed: dict[str, Any]) -> list[tuple[str, list[str]]]:
    """Return what was agreed as headings with lines: texts alone, short, whatever the platform's answer held."""
    found = []
    for name, value in agreed.items():
        lines = value if isinstance(value, list) else [value]
        found.append((str(name).replace("_", " "), [str(line)[:300] for line in lines if isinstance(line, str | int | bool)][:50]))
    return [(name, lines) for name, lines in found if lines]


def check_words(check: Check) -> dict[str, str]:
    """Return what the doctor saw and what to change, in the reader's language; `state` is ok, wrong or unknown."""
    return {"state": check.state, "seen": translated(check.seen, check.details), "todo": translated(check.todo, check.details)}
