"""Papers of eleven languages that the rules were not made from: the fine are accepted with the right facts, the others never are."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict
from lti_tool.checks.names import Likeness, compare
from lti_tool.evidence.pdf import read_pdf
from lti_tool.evidence.reading import Reading
from lti_tool.evidence.readings import readings_of

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "data"))

from sheets import SCHEME, judged
from unseen_southeast import Unseen, languages, papers


def read(paper: Unseen) -> Reading:
    opened = read_pdf(paper.pdf(), 20)
    return readings_of(opened.document, SCHEME, sha256="0" * 64, media_type="application/pdf", doubts=opened.doubts)[0]


def wrong(paper: Unseen) -> list[str]:
    """Say what about a paper was not found right."""
    reading = read(paper)
    found = judged(reading, paper.given, paper.family)
    if not paper.fine:
        return ["accepted"] if found.verdict is Verdict.ACCEPT else []
    told = [finding.code for finding in found.findings if finding.verdict is not Verdict.ACCEPT]
    if reading.issue_date is None or reading.issue_date.value != paper.issued:
        told.append(f"date {reading.issue_date and reading.issue_date.value}")
    if reading.holder is None or compare(paper.given, paper.family, reading.holder.value) is not Likeness.SAME:
        told.append(f"holder {reading.holder and reading.holder.value}")
    if (str(reading.mooc_no) if reading.mooc_no else reading.kind_id) != paper.what:
        told.append(f"kind {reading.kind_id}")
    return told


@pytest.mark.parametrize("code", languages())
def test_a_fine_paper_is_accepted_with_its_facts(code: str) -> None:
    assert {paper.name: told for paper in papers(code) if paper.fine and (told := wrong(paper))} == {}


@pytest.mark.parametrize("code", languages())
def test_another_paper_is_never_accepted(code: str) -> None:
    assert [paper.name for paper in papers(code) if not paper.fine and wrong(paper)] == []
