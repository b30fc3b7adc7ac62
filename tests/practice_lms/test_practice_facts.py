"""Every line that was measured of Moodle has a test that holds the practice LMS to it."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
FACTS = tomllib.loads((HERE / "practice_facts.toml").read_text(encoding="utf-8"))
TESTS = {
    name
    for folder in (HERE, HERE.parent / "browser")
    for file in folder.glob("test_*.py")
    for name in re.findall(r"^ *def (test_\w+)\(", file.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_every_line_names_tests_that_are_there() -> None:
    lines = {line: tests for part in FACTS.values() for line, tests in part.items()}
    assert len(lines) >= 45
    assert [line for line, tests in lines.items() if not tests] == []
    assert {test for tests in lines.values() for test in tests} - TESTS == set()
