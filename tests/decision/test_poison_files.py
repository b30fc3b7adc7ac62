"""A file that always kills its child: three tries, then a person; everybody else goes on meanwhile (threats R13, U04)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from record_parts import person, tenant

from lti_tool.evidence import dossiers, intake, page_image, work
from lti_tool.evidence.process import Child
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Kind
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from paper_parts import course
from poisoned_work import KILLS, STOPS

POISONED = "poisoned_work:work"
DEADLY, ENDLESS = course() + KILLS, course() + STOPS


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(seconds=2, work=POISONED) as opened:
        yield opened


@pytest.fixture
def teacher(tool: Installation) -> Visit:
    return person(tool, tenant(tool))


def uploaded(tool: Installation, teacher: Visit, *contents: bytes) -> list[str]:
    application = intake.application_for(tool, teacher)
    return [intake.receive(tool, teacher, application, "a.pdf", content) for content in contents]


def seen(tool: Installation, teacher: Visit) -> dict[str, dossiers.DocumentView]:
    return {found.id: found for found in dossiers.view(tool, teacher, intake.application_for(tool, teacher)).documents}


@pytest.mark.parametrize(("poison", "stage"), [(DEADLY, "crashed"), (ENDLESS, "timeout")])
def test_three_tries_then_a_person_and_the_others_are_read_between_them(
    tool: Installation, teacher: Visit, reader: Reader, poison: bytes, stage: str
) -> None:
    bad, *others = uploaded(tool, teacher, poison, *(course(info=f"/Info<</Title({number})>>") for number in range(3)))
    pauses = []
    for other in others:
        pauses.append(work.read_document(tool, lambda: reader, bad))
        assert work.read_document(tool, lambda: reader, other) is None
    assert pauses == [*work.PAUSES, None]
    found = seen(tool, teacher)
    assert (found[bad].state, found[bad].stage, found[bad].settled) == ("needs-person", stage, True)
    assert [(found[other].state, found[other].reading.kind) for other in others if found[other].reading] == [("read", Kind.MOOC)] * 3


def test_a_page_that_cannot_be_drawn_is_tried_once(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bytes] = []
    ask = Child.ask

    def counted(child: Child, request: dict[str, object], content: bytes, *rest: object) -> bytes:
        asked.append(content)
        return ask(child, request, content, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Child, "ask", counted)
    monkeypatch.setattr(page_image, "shared_reader", lambda: reader)
    for content, times in ((DEADLY, 1), (ENDLESS, 1), (b"%PDF-1.7\n", 3)):
        asked.clear()
        for _ in range(3):
            with pytest.raises(Problem, match="page-not-shown"):
                page_image.page_png(content, 1, 100)
        assert asked == [content] * times
    assert page_image.page_png(course(), 1, 100).startswith(b"\x89PNG")


def test_nobody_waits_long_for_a_child_that_is_busy() -> None:
    with Reader(seconds=1, work=POISONED) as busy:
        taken = busy._free.get()
        with pytest.raises(Problem, match="page-not-shown"):
            busy.page_png(course(), 1, 100)
        busy._free.put(taken)
        assert busy.page_png(course(), 1, 100).startswith(b"\x89PNG")
