"""The same certificate with somebody else, in another guise: found by index, told to a person, and never whose it is (threat U10)."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from record_parts import Tenant, person, tenant

from lti_tool import clock
from lti_tool.checks.words import words
from lti_tool.decision.submitting import findings_now
from lti_tool.evidence import intake, retention, work
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from paper_parts import COURSE, lines, pdf

NOW = clock.now()
MONTHS = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember")


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


@pytest.fixture
def where(either_tool: Installation) -> Tenant:
    return tenant(either_tool)


def course(name: str = "Anna Muster", code: str = "") -> bytes:
    texts = [*COURSE[:2], name, *COURSE[3:7], f"Issued on {NOW.day} {NOW:%B %Y}"]
    return pdf(lines([*texts, f"Certificate no. {code}"] if code else texts))


def in_german(name: str = "Anna Muster") -> bytes:
    """The same certificate in another language: no word of its text is the same but name and series."""
    texts = ("Zertifikat", "Hiermit wird bestätigt, dass", name, "den Onlinekurs MOOC 3: Lehren und Lernen", f"der Reihe {COURSE[5][14:]}")
    return pdf(lines([*texts, "erfolgreich abgeschlossen hat.", f"Ausgestellt am {NOW.day}. {MONTHS[NOW.month - 1]} {NOW.year}"]))


def saved_anew(content: bytes) -> bytes:
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as file:
        file.docinfo["/Author"] = "Carla Neri"
        file.save(stream)
    return stream.getvalue()


def hand_in(tool: Installation, visit: Visit, reader: Reader, content: bytes) -> str:
    application = intake.application_for(tool, visit)
    work.read_document(tool, lambda: reader, intake.receive(tool, visit, application, "a.pdf", content))
    return application


def told(tool: Installation, application: str) -> list[tuple[str, str, str]]:
    """Everything that is said against the documents: code, verdict, words."""
    found = findings_now(tool, application)
    return [(finding.code, finding.verdict.value, words(finding).filled()) for piece in found.pieces for finding in piece.findings if not finding.ok]


# What one person hands in, then another whom the LMS gives the same name, and what is said of the second.
AGAIN: dict[str, tuple[bytes, bytes, list[tuple[str, str]]]] = {
    "the same file": (course(), course(), [("seen-bytes", "reject")]),
    "saved anew, other metadata": (course(), saved_anew(course()), [("seen-text", "review")]),
    "the same in another language": (course(), in_german(), [("seen-copy", "review")]),
    "the same with a number cut off": (course(code="ZX-1001"), course(), [("seen-copy", "review")]),
    "another number": (course(code="ZX-1001"), course(code="ZX-1002"), []),
}


@pytest.mark.parametrize("name", AGAIN)
def test_a_certificate_handed_in_by_another_goes_to_a_person(either_tool: Installation, where: Tenant, reader: Reader, name: str) -> None:
    first, second, expected = AGAIN[name]
    one = person(either_tool, where, sub="teacher-1", given="Anna", family="Muster")
    # In another tenant too: a document serves one person.
    other = person(either_tool, tenant(either_tool), sub="teacher-2", given="Anna", family="Muster")
    hand_in(either_tool, one, reader, first)
    found = told(either_tool, hand_in(either_tool, other, reader, second))
    assert [(code, verdict) for code, verdict, _ in found] == expected


def test_a_name_replaced_is_found_by_the_number(either_tool: Installation, where: Tenant, reader: Reader) -> None:
    hand_in(either_tool, person(either_tool, where, sub="teacher-1", given="Anna", family="Muster"), reader, course(code="ZX-1001"))
    forger = person(either_tool, where, sub="teacher-2", given="Carla", family="Neri")
    found = told(either_tool, hand_in(either_tool, forger, reader, course("Carla Neri", code="ZX-1001")))
    assert [(code, verdict) for code, verdict, _ in found] == [("seen-number", "review")]


@pytest.mark.parametrize("codes", [("", ""), ("ZX-1001", "ZX-1002")])
def test_colleagues_with_the_same_template_and_day_are_left_alone(
    either_tool: Installation, where: Tenant, reader: Reader, codes: tuple[str, str]
) -> None:
    for number, (name, code) in enumerate(zip(("Anna Muster", "Anne Muster"), codes, strict=True)):
        given, family = name.split()
        visit = person(either_tool, where, sub=f"teacher-{number}", given=given, family=family)
        assert told(either_tool, hand_in(either_tool, visit, reader, course(name, code))) == []


@pytest.mark.parametrize("content", [course(), saved_anew(course()), in_german()])
def test_what_is_said_is_the_same_whosever_it_is(either_tool: Installation, where: Tenant, reader: Reader, content: bytes) -> None:
    """Two strangers' documents, of different tenants, days and file names: the second applicant is told word for word the same."""
    said = []
    for owner in ("teacher-1", "teacher-2"):
        holder = person(either_tool, tenant(either_tool), sub=owner, given="Anna", family="Muster")
        application = hand_in(either_tool, holder, reader, course())
        other = person(either_tool, where, sub="teacher-3", given="Anna", family="Muster")
        said.append(told(either_tool, hand_in(either_tool, other, reader, content)))
        withdraw(either_tool, application)
    assert said[0] == said[1]
    assert said[0]
    assert not any(word in text for _, _, text in said[0] for word in ("Muster", "teacher", application, "a.pdf"))


def withdraw(tool: Installation, application: str) -> None:
    """Let nothing of an application be known any more."""
    with tool.database.write() as session:
        retention.mark(session, session.get_one(ApplicationRecord, application), clock.now())


def test_ones_own_earlier_application_and_what_is_gone_do_not_count(either_tool: Installation, where: Tenant, reader: Reader) -> None:
    visit = person(either_tool, where, sub="teacher-1", given="Anna", family="Muster")
    earlier = hand_in(either_tool, visit, reader, course())
    with either_tool.database.write() as session:
        session.get_one(ApplicationRecord, earlier).state = "refused"
    later = hand_in(either_tool, visit, reader, in_german())
    assert later != earlier
    assert told(either_tool, later) == []
    other = person(either_tool, where, sub="teacher-2", given="Anna", family="Muster")
    application = hand_in(either_tool, other, reader, in_german())
    assert [code for code, _, _ in told(either_tool, application)] == ["seen-bytes"]
    withdraw(either_tool, later)
    assert [code for code, _, _ in told(either_tool, application)] == ["seen-copy"]
    withdraw(either_tool, earlier)
    assert told(either_tool, application) == []


def test_as_many_questions_for_many_documents_as_for_one(either_tool: Installation, where: Tenant, reader: Reader) -> None:
    asked: list[str] = []
    sa.event.listen(either_tool.database.engine, "before_cursor_execute", lambda *event: asked.append(event[2]))
    counts = []
    visit = person(either_tool, where, sub="teacher-1", given="Anna", family="Muster")
    for content in (course(), in_german(), course(code="ZX-1001")):
        application = hand_in(either_tool, visit, reader, content)
        asked.clear()
        findings_now(either_tool, application)
        counts.append(len(asked))
    assert len(set(counts)) == 1


def test_near_copies_are_looked_up_by_index(sqlite_installation: Installation) -> None:
    with sqlite_installation.database.engine.connect() as connection:
        plan = connection.exec_driver_sql("explain query plan select document_id from document_fingerprint where key in ('a', 'b')").all()
    assert "USING INDEX ix_document_fingerprint_key" in str(plan)
