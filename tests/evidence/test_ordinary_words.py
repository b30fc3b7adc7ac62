"""Words that are a course's title on one paper and an ordinary word on another, and numbers that count a course's parts."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

NAME, SERIES = "Maria Rossi", "Unlocking the power of teachers' digital competencies"


def verdict(*said: str) -> tuple[Verdict, str | None]:
    found = judged(read(["# Certificate of Completion", NAME, *said, "Issued on 21 September 2026"], NAME), *NAME.split())
    return found.verdict, found.requirement


FINE = {
    "a word at the end of a sentence": f"has completed MOOC 1 of the series {SERIES} with all quizzes and a peer assessment of two others.",
    "parts of a course": f"has completed the course (6 of 6 modules) Professional engagement of the series {SERIES}.",
}


@pytest.mark.parametrize("what", FINE)
def test_an_ordinary_word_and_a_count_contradict_nothing(what: str) -> None:
    assert verdict(FINE[what]) == (Verdict.ACCEPT, "mooc-1")


TRAPS = {
    "a title in small letters beside the number": f"has completed MOOC 3, assessment, of the series {SERIES}.",
    "a title in quotes": f"has completed MOOC 3 of the series {SERIES}, that is to say everything that belongs to “assessment”.",
    "a title with a capital": f"has completed MOOC 3 of the series {SERIES}, that is to say everything that belongs to Assessment.",
    "a title of two words": f"has completed MOOC 3 of the series {SERIES}, that is to say everything that belongs to digital resources.",
}


@pytest.mark.parametrize("what", TRAPS)
def test_a_title_that_contradicts_the_number_is_for_a_person(what: str) -> None:
    assert verdict(TRAPS[what])[0] is Verdict.REVIEW


HEADS = {
    "in one line": ["Course | Length | Final assessment", "MOOC 1 | 20 hours | passed"],
    "over two lines": ["Course | Length | Assessment", "- | | final", "MOOC 1 | 20 hours | passed"],
}


@pytest.mark.parametrize("what", HEADS)
def test_the_head_of_a_column_is_no_course(what: str) -> None:
    lines = ["# Certificate of Completion", NAME, "has completed the course", *HEADS[what], SERIES, "Issued on 21 September 2026"]
    found = judged(read(lines, NAME), *NAME.split())
    assert (found.verdict is Verdict.ACCEPT, found.requirement) != (True, "mooc-4")
