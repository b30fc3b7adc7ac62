"""Labels that take two lines are one label, and what they label stands beside them: no birthday is a day of issue, no signature line an answer."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from lti_tool.checks.findings import Verdict
from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.layout import Segment, Word
from lti_tool.evidence.table_cells import with_whole_labels

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
HEIGHT = 0.02


def line(text: str, left: float, top: float) -> Segment:
    words = text.split()
    boxes = [(left + 0.05 * at, top, left + 0.05 * at + 0.04, top + HEIGHT) for at in range(len(words))]
    return Segment(tuple(Word(word, 1, box, 12.0) for word, box in zip(words, boxes, strict=True)))


def texts(*lines: Segment) -> list[str]:
    return [segment.text for segment in with_whole_labels(lines)]


def test_a_label_of_two_lines_is_one() -> None:
    label, value, rest = line("Date and place", 0.1, 0.3), line("5 May 1982", 0.5, 0.3), line("of birth", 0.1, 0.325)
    assert texts(label, value, rest) == ["Date and place of birth", "5 May 1982"]
    # In the middle of its cell.
    assert texts(label, line("5 May 1982", 0.5, 0.312), rest) == ["Date and place of birth", "5 May 1982"]
    following = line("Course", 0.1, 0.4), line("Assessment", 0.5, 0.4)
    assert texts(label, value, rest, *following) == ["Date and place of birth", "5 May 1982", "Course", "Assessment"]


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(line("Of birth", 0.1, 0.325), id="another label"),
        pytest.param(line("of birth", 0.1, 0.36), id="another row"),
        pytest.param(line("of birth", 0.2, 0.325), id="not under it"),
        pytest.param(line("of birth, and what else there is to say of it", 0.1, 0.325), id="under both"),
    ],
)
def test_other_lines_stay_apart(rest: Segment) -> None:
    label, value = line("Date and place", 0.1, 0.3), line("5 May 1982", 0.5, 0.3)
    assert texts(label, value, rest) == ["Date and place", "5 May 1982", rest.text]


def test_a_line_with_something_beside_it_is_a_row() -> None:
    lines = line("Name", 0.1, 0.3), line("Maria Rossi", 0.5, 0.3), line("completed", 0.1, 0.325), line("no", 0.5, 0.325)
    assert texts(*lines) == ["Name", "Maria Rossi", "completed", "no"]


def test_phrases_are_found_in_a_label_of_two_lines() -> None:
    lines = line("Date and place", 0.1, 0.3), line("5 May 1982", 0.5, 0.3), line("of birth", 0.1, 0.325)
    page = document_of([word for segment in lines for word in segment.words], 1)
    assert " ".join(page.rows[0].words) == "date and place of birth 5 may 1982"


def test_a_line_to_sign_on_answers_nothing() -> None:
    lines = ["# Certificate", "The teacher named here has met all requirements of the activity.", "Name | Maria Quillfeather"]
    fields = [
        f"Series | {SERIES}",
        "Completed | ______________________",
        "MOOC 3: Teaching and learning | Head of service",
        "Date of issue | 3 June 2026",
    ]
    assert judged(read([*lines, *fields]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    unsaid = [*lines[:1], lines[2], *fields[:2], "Date of issue | 3 June 2026"]
    assert judged(read(unsaid), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT
