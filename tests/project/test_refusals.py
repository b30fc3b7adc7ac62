"""Every refusal in the code has its words, and every word is used."""

from __future__ import annotations

import ast
import string
from pathlib import Path

import pytest

from lti_tool.problem import Problem, Words, vocabulary

CHECKOUT = Path(__file__).resolve().parents[2]


def used_codes() -> set[str]:
    """Every literal first argument of `Problem(…)` in the tool."""
    found = set()
    for file in (CHECKOUT / "lti_tool").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem" and node.args and isinstance(node.args[0], ast.Constant):
                found.add(str(node.args[0].value))
    return found


def test_every_code_used_has_words() -> None:
    assert used_codes() - set(vocabulary()) == set()


@pytest.mark.parametrize(("code", "words"), vocabulary().items(), ids=vocabulary())
def test_says_what_happened_and_what_to_do(code: str, words: Words) -> None:
    assert 400 <= words.status < 600
    assert words.happened.strip().endswith((".", "!"))
    assert words.todo.strip().endswith((".", "!", "?"))
    for sentence in (words.happened, words.todo, words.tell):
        list(string.Formatter().parse(sentence))


def test_a_missing_detail_does_not_break_the_refusal() -> None:
    assert "…" in Problem("setting-wrong").in_english()
