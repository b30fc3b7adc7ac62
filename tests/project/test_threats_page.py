"""docs/security/threats.md tells the truth: every test that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
_LINES = (CHECKOUT / "docs/security/threats.md").read_text(encoding="utf-8").splitlines()
ROWS = [line for line in _LINES if re.match(r"\| [LUSWR]\d\d \|.*`tests/", line)]


def test_every_threat_to_launches_has_a_row() -> None:
    assert [row[2:5] for row in ROWS if row.startswith("| L")] == [f"L{number:02}" for number in range(1, 26)]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[2:5])
def test_names_tests_that_exist(row: str) -> None:
    named = re.findall(r"`(tests/[\w/.]+)`(?: `(test_\w+)`)?", row)
    assert named
    for file, function in named:
        text = (CHECKOUT / file).read_text(encoding="utf-8")
        assert not function or f"def {function}(" in text, f"{file} has no {function}"
