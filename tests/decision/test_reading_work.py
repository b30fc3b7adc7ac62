"""The work of reading: three tries, then a person; a document never stops the queue (threat R13)."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from record_parts import PDF, person, reading, tenant

from lti_tool.evidence import dossiers, intake, work
from lti_tool.evidence.reading import Reading
from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit


class Answers:
    """A reader that answers what it is told to; an exception stands for a killed worker."""

    def __init__(self, *answers: Reading | BaseException) -> None:
        self.answers = list(answers)
        self.asked = 0

    def __call__(self) -> Any:
        return self

    def read_all(self, content: bytes, scheme: object) -> tuple[Reading, ...]:
        assert content == PDF
        assert scheme is not None
        self.asked += 1
        answer = self.answers.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return (answer,)


GOOD = dataclasses.replace(reading("nql", "Þóra", PDF), numbers=("EUN-1", "EUN-1", "x" * 300))
TIMEOUT = dataclasses.replace(GOOD, unreadable="timeout")
LOCKED = dataclasses.replace(GOOD, unreadable="locked")


@pytest.fixture
def teacher(either_tool: Installation) -> Visit:
    return person(either_tool, tenant(either_tool))


@pytest.fixture
def document(either_tool: Installation, teacher: Visit) -> str:
    return intake.receive(either_tool, teacher, intake.application_for(either_tool, teacher), "a.pdf", PDF)


def seen(tool: Installation, teacher: Visit) -> dossiers.DocumentView:
    (found,) = dossiers.view(tool, teacher, intake.application_for(tool, teacher)).documents
    return found


def test_what_is_read_is_kept(either_tool: Installation, teacher: Visit, document: str) -> None:
    reader = Answers(GOOD)
    assert work.read_document(either_tool, reader, document) is None
    assert work.read_document(either_tool, reader, document) is None
    found = seen(either_tool, teacher)
    assert (found.state, found.settled, found.reading, reader.asked) == ("read", True, GOOD, 1)


def test_what_can_not_be_read_goes_to_a_person_at_once(either_tool: Installation, teacher: Visit, document: str) -> None:
    assert work.read_document(either_tool, Answers(LOCKED), document) is None
    assert (seen(either_tool, teacher).state, seen(either_tool, teacher).stage) == ("needs-person", "locked")


def test_three_tries_then_a_person(either_tool: Installation, teacher: Visit, document: str) -> None:
    reader = Answers(TIMEOUT, TIMEOUT, TIMEOUT)
    assert [work.read_document(either_tool, reader, document) for _ in range(3)] == [5.0, 60.0, None]
    assert (seen(either_tool, teacher).state, reader.asked) == ("needs-person", 3)


def test_a_document_that_kills_the_worker_is_given_up(either_tool: Installation, teacher: Visit, document: str) -> None:
    reader = Answers(*[KeyboardInterrupt() for _ in range(3)])
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            work.read_document(either_tool, reader, document)
        assert seen(either_tool, teacher).state == "reading"
    assert work.read_document(either_tool, reader, document) is None
    found = seen(either_tool, teacher)
    assert (found.state, found.stage, reader.asked) == ("needs-person", "given-up", 3)


def test_a_document_whose_file_is_gone_goes_to_a_person(either_tool: Installation, teacher: Visit, document: str) -> None:
    either_tool.files.delete(seen(either_tool, teacher).sha256)
    assert [work.read_document(either_tool, Answers(), document) for _ in range(4)] == [5.0, 60.0, 60.0, None]
    assert seen(either_tool, teacher).state == "needs-person"


def test_a_removed_document_is_not_read(either_tool: Installation, teacher: Visit, document: str) -> None:
    intake.remove(either_tool, teacher, intake.application_for(either_tool, teacher), document)
    assert work.read_document(either_tool, Answers(), document) is None
    with either_tool.database.read() as session:
        assert session.get_one(DocumentRecord, document).state == "received"


def test_an_unknown_document_is_no_error(either_tool: Installation) -> None:
    assert work.read_document(either_tool, Answers(), "0" * 32) is None
