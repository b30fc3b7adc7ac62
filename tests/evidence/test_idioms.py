"""How administrations of each country put things: every paper of `idioms/` is accepted, or at least never accepted, as its file says.

A file for each language holds tables ``[fine]`` and ``[trap]``: what is special → the lines of the paper, written as `sheets.py` sets them;
``NAME`` and ``SERIES`` in them stand for the holder's name and the title of the courses' series.
"""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

FOLDER = Path(__file__).parent / "idioms"
SERIES = "Unlocking the power of teachers' digital competencies"


def _papers(table: str) -> dict[str, tuple[str, list[str]]]:
    """Return what is special → the holder's name and the lines."""
    found = {}
    for file in sorted(FOLDER.glob("*.toml")):
        language = tomllib.loads(file.read_text(encoding="utf-8"))
        for what, lines in language.get(table, {}).items():
            filled = [line.replace("NAME", language["name"]).replace("SERIES", SERIES) for line in lines]
            found[f"{file.stem}, {what}"] = (language["name"], filled)
    return found


FINE, TRAPS = _papers("fine"), _papers("trap")


@pytest.mark.parametrize("what", FINE)
def test_a_good_paper_is_accepted(what: str) -> None:
    name, lines = FINE[what]
    found = judged(read(lines, name), *name.split(" ", 1))
    assert found.verdict is Verdict.ACCEPT, [(finding.code, dict(finding.details)) for finding in found.findings if not finding.ok]


@pytest.mark.parametrize("what", TRAPS)
def test_a_paper_that_does_not_count_is_never_accepted(what: str) -> None:
    name, lines = TRAPS[what]
    assert judged(read(lines, name), *name.split(" ", 1)).verdict is not Verdict.ACCEPT
