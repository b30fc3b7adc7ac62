"""Forms that ask whether a course was completed, and hold a "no", a dash or a blank, are never accepted, in any language; "yes" and a day are.

`completion_fields.toml` holds the labels and answers of every language.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest

from lti_tool.checks.findings import Verdict

sys.path.insert(0, str(Path(__file__).parent))

from sheets import judged, read

SERIES = "Unlocking the power of teachers' digital competencies"
LANGUAGES: dict[str, dict[str, Any]] = tomllib.loads((Path(__file__).parent / "completion_fields.toml").read_text(encoding="utf-8"))
BLANK = ("0 %", "–", "-", "☐", "__________", "")
# Sheets run from the left, Arabic from the right; "Validé le" is heard as the end of a validity.
LEFT_TO_RIGHT = [code for code in LANGUAGES if code != "ar"]


def form(words: dict[str, Any], head: str, label: str, answer: str, apart: str) -> list[str]:
    course = "MOOC 3: Teaching and learning"
    named = [[words["course"], course], ["Series", SERIES]] if apart == " | " else [[words["course"], f"{course}, {SERIES}"]]
    fields = [words["name"], *named, [label, answer], [words["issue"], "24-04-2026"]]
    return [f"# {head}", *(f"{name}{apart}{value}" for name, value in fields)]


def unanswered(words: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield from ((label, answer) for label in words["asked"] for answer in (*words["no"], *BLANK))
    yield from ((label, answer) for label in words["told"] for answer in (*words["open"], *BLANK))


@pytest.mark.parametrize("code", LANGUAGES)
def test_a_form_that_says_no_is_never_accepted(code: str) -> None:
    words = LANGUAGES[code]
    heads, wrong = cycle(words["heads"]), []
    for at, (label, answer) in enumerate(unanswered(words)):
        paper = form(words, next(heads), label, answer, ": " if at % 2 or not answer else " | ")
        if judged(read(paper), "Maria", "Quillfeather").verdict is Verdict.ACCEPT:
            wrong.append(paper)
    assert wrong == []


@pytest.mark.parametrize("code", LEFT_TO_RIGHT)
def test_a_form_that_says_yes_is_accepted(code: str) -> None:
    words, wrong = LANGUAGES[code], []
    said = [(words["asked"][0], words["yes"]), (words["asked"][0], "22-04-2026"), *((label, words["done"]) for label in words["told"])]
    for label, answer in said:
        if code == "ka" and answer == words["done"]:
            continue
        paper = form(words, words["heads"][0], label, answer, " | ")
        if judged(read(paper), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT:
            wrong.append(paper)
    assert wrong == []


@pytest.mark.parametrize("code", LEFT_TO_RIGHT)
def test_an_answer_that_tells_a_good_end_denies_nothing(code: str) -> None:
    words, wrong = LANGUAGES[code], []
    for answer in words["ended"]:
        paper = form(words, words["heads"][0], words["told"][0], answer, " | ")
        if judged(read(paper), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT:
            wrong.append(paper)
    assert wrong == []


@pytest.mark.parametrize("after", ["Valid until | no limit", "Expires | never"])
def test_an_answer_labels_nothing_and_ends_with_its_row(after: str) -> None:
    """Below a status and beside it stand other fields: what they deny is theirs."""
    head = [
        "# Certificate",
        "Name | Maria Quillfeather",
        "Course | MOOC 3: Teaching and learning",
        f"Series | {SERIES}",
        "Date of issue | 24-04-2026",
    ]
    for fields in (["Status | obtained", after], [after, "Completed | 100 % of the modules, final test passed"]):
        assert judged(read([*head, *fields]), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    assert judged(read([*head, "Status | not obtained", after]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("field", ["Betalingsstatus: godkendt", "Betaalstatus: voldaan", "Betalningsstatus: godkänd", "Anmeldestatus: bestanden"])
def test_how_a_payment_ended_completes_no_course(field: str) -> None:
    lines = ["# Course record", "Name: Maria Quillfeather", "Course: MOOC 3: Teaching and learning", f"Series: {SERIES}"]
    assert judged(read([*lines, field, "Date of issue: 24-04-2026"]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


STANDING = ["active", "valid", "confirmed", "issued"]


@pytest.mark.parametrize("answer", STANDING)
def test_a_paper_that_stands_completes_nothing(answer: str) -> None:
    """That somebody's place in a course is "active" says nothing of how the course ended."""
    for head in ("Confirmation of enrolment", "Certificate of attendance", "Course record"):
        lines = [f"# {head}", "Name: Maria Quillfeather", "Course: MOOC 3: Teaching and learning", f"Series: {SERIES}"]
        paper = [*lines, f"Course status: {answer}", "Date of issue: 24-04-2026"]
        assert judged(read(paper), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT, head


COLUMNS = {
    "no under its head": ["Name | Course completed | Date", "Maria Quillfeather | no | 24 April 2026"],
    "a dash under its head": ["Name | Completed | Date", "Maria Quillfeather | – | 24 April 2026"],
    "none of two boxes": ["Name: Maria Quillfeather", "Completed: ☐ yes ☐ no", "Issued on 24 April 2026"],
    "the box for no": ["Name: Maria Quillfeather", "Completed: ☐ yes ☒ no", "Issued on 24 April 2026"],
    "a cross": ["Name: Maria Quillfeather", "Completed: ✗", "Issued on 24 April 2026"],
    "a share": ["Name: Maria Quillfeather", "Completed: 4/6", "Issued on 24 April 2026"],
    "a share in a hundred": ["Name: Maria Quillfeather", "Completion: 60 %", "Issued on 24 April 2026"],
    "in one line with others": ["Name: Maria Quillfeather | Passed: no", "Issued on 24 April 2026"],
    "whatever was asked": ["Name: Maria Quillfeather", "Quiz handed over: no", "Issued on 24 April 2026"],
    "an answer nobody knows": ["Name: Maria Quillfeather", "Status: exempted", "Issued on 24 April 2026"],
}


@pytest.mark.parametrize("what", COLUMNS)
def test_an_answer_is_found_where_forms_put_it(what: str) -> None:
    lines = ["# Certificate of completion", f"MOOC 3: Teaching and learning, {SERIES}", *COLUMNS[what]]
    assert judged(read(lines), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("answer", ["Passed", "Completed", "Passed with distinction", "91 / 100", "100 %"])
def test_a_result_above_its_caption_or_beside_it_is_accepted(answer: str) -> None:
    fields = ["Maria Quillfeather", "Full name", "MOOC 3: Teaching and learning", "Course", SERIES, "Series"]
    issued = ["2 February 2026", "Date of award"]
    beside = ["# Certificate of completion", *fields, f"Result | {answer}", *issued]
    assert judged(read(beside), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    if answer in ("Passed", "Completed"):
        above = ["# Course certificate", *fields, answer, "Result", *issued]
        assert judged(read(above), "Maria", "Quillfeather").verdict is Verdict.ACCEPT
    assert judged(read(["# Course certificate", *fields, "Failed", "Result", *issued]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("mark", [": ", " | "])
@pytest.mark.parametrize("answer", ["by arrangement", "see annex", "on request of the school", "in the head's opinion"])
def test_an_answer_that_says_something_else_completes_nothing(mark: str, answer: str) -> None:
    """The heading says no more than "certificate", so the field alone tells whether the course was completed."""
    fields = {
        "Name": "Maria Quillfeather",
        "Course": "MOOC 2: Digital resources",
        "Series": SERIES,
        "Completed": answer,
        "Date of issue": "12 March 2026",
    }
    lines = ["# Certificate", *(f"{label}{mark}{value}" for label, value in fields.items())]
    assert judged(read(lines), "Maria", "Quillfeather").verdict is Verdict.REVIEW
    said = [line.replace(answer, "MOOC 2: Digital resources") for line in lines if not line.startswith("Course")]
    assert judged(read(said), "Maria", "Quillfeather").verdict is Verdict.ACCEPT


# How something else ended, which tells nothing of the course.
ELSEWHERE = {
    "da": ["Betalingsstatus | positiv", "Delresultat | godkendt"],
    "de": ["Zwischenergebnis | gut", "Registrierungsstatus | positiv", "Umfrageergebnis | positiv", "Einstufungsergebnis | gut"],
    "nb": ["Betalingsstatus | positiv", "Delresultat | godkjent"],
    "nl": ["Tussenresultaat | goed", "Betaalstatus | positief"],
    "sv": ["Betalstatus | positiv", "Delresultat | godkänt"],
}


@pytest.mark.parametrize("code", ELSEWHERE)
def test_how_a_payment_or_a_test_on_the_way_ended_affirms_no_course(code: str) -> None:
    words = LANGUAGES[code]
    for field in ELSEWHERE[code]:
        fields = [" | ".join(words["name"]), f"{words['course']} | MOOC 3: Teaching and learning", f"Series | {SERIES}", field]
        paper = read([f"# {words['heads'][1]}", *fields, f"{words['issue']} | 24-04-2026"])
        assert judged(paper, "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


@pytest.mark.parametrize("answer", ["granted on request", "approved for participation", "awarded after the final task"])
def test_a_yes_with_more_behind_it_is_none(answer: str) -> None:
    for apart in (" | ", ": "):
        for label in ("Completion", "Completed"):
            paper = form(LANGUAGES["en"], "Certificate", label, answer, apart)
            assert judged(read(paper), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT


UNTIL = [
    "Valid until | the course is completed",
    "Valid until: the course has been completed",
    "Valid until completed",
    "Valido fino al completamento del corso",
    "Ważne do ukończenia kursu",
    "Valabil până la finalizarea cursului",
    "Ισχύει μέχρι την ολοκλήρωση του μαθήματος",
]


@pytest.mark.parametrize("line", UNTIL)
def test_what_is_valid_until_the_course_is_completed_certifies_nothing(line: str) -> None:
    paper = ["# Certificate", "Name | Maria Quillfeather", "Course | MOOC 3: Teaching and learning", f"Series | {SERIES}", line]
    assert judged(read([*paper, "Date of issue | 24-04-2026"]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT
    for unlimited in ("Valid until | no limit", "Valid until: unlimited", "Valid until | 24-04-2030"):
        fine = [*paper[:-1], unlimited, "Completed | 22-04-2026", "Date of issue | 24-04-2026"]
        assert judged(read(fine), "Maria", "Quillfeather").verdict is Verdict.ACCEPT


PARTS = [
    "Hiermit wird bescheinigt, dass Maria Quillfeather die Einführung, Teil des Kurses „Teaching and learning“ der Reihe „…“, abgeschlossen hat.",
    "Zaświadcza się, że Maria Quillfeather ukończyła moduł 1, część kursu „MOOC 3: Teaching and learning” z serii „…”.",
    "Удостоверява се, че Maria Quillfeather завърши модул 1, част от курса „MOOC 3: Teaching and learning“ от поредицата „…“.",
    "Βεβαιώνεται ότι η Maria Quillfeather ολοκλήρωσε την ενότητα 1, μέρος του μαθήματος «MOOC 3: Teaching and learning» της σειράς «…».",
]


@pytest.mark.parametrize("sentence", PARTS)
def test_a_part_of_a_course_is_not_the_course(sentence: str) -> None:
    assert judged(read(["# Certificate", sentence.replace("…", SERIES), "24.04.2026"]), "Maria", "Quillfeather").verdict is not Verdict.ACCEPT
