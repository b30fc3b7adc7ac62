"""The house stays small and clear: sizes and names as docs/decisions and the style page state them."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc", "tools", "shared", "base"}
CODE = [
    file for folder in ("lti_tool", "certificate_signing") for file in (CHECKOUT / folder).rglob("*.py") if "migrations/versions" not in str(file)
]


def test_no_file_is_a_drawer() -> None:
    assert [str(file) for file in CODE if file.stem in DRAWERS] == []


def test_no_module_is_longer_than_three_hundred_lines() -> None:
    assert [str(file) for file in CODE if len(file.read_text(encoding="utf-8").splitlines()) > 300] == []


def test_nine_functions_in_ten_are_under_forty_lines() -> None:
    trees = [ast.parse(file.read_text(encoding="utf-8")) for file in CODE]
    functions = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for node in functions]
    assert sum(length < 40 for length in lengths) / len(lengths) >= 0.9


def test_no_private_key_is_committed() -> None:
    listed = subprocess.run(["git", "ls-files", "keys"], cwd=CHECKOUT, check=True, capture_output=True, text=True).stdout.split()
    assert set(listed) == {"keys/.gitignore", "keys/README.md"}
