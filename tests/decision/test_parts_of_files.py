"""A file of several certificates: each is a document of its own, and the file counts once."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import sqlalchemy as sa
from record_parts import person, tenant, with_settings

from lti_tool import clock
from lti_tool.decision.submitting import findings_now
from lti_tool.evidence import dossiers, intake, retention, work
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.records import ApplicationRecord, DocumentFingerprint, DocumentNumber, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from paper_parts import COURSE, LABEL, lines, pdf

AREAS = ("Professional engagement", "Digital resources", "Teaching and learning")
TODAY = f"{clock.now().day} {clock.now():%B %Y}"


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader() as opened:
        yield opened


@pytest.fixture
def teacher(either_tool: Installation) -> Visit:
    return person(either_tool, tenant(either_tool), given="Anna", family="Muster")


def course(number: int, code: str = "") -> bytes:
    texts = [*COURSE[:4], f"MOOC {number}: {AREAS[number - 1]}", *COURSE[5:7], f"Issued on {TODAY}"]
    return pdf(lines([*texts, f"Certificate no. {code}"] if code else texts))


def joined(*files: bytes) -> bytes:
    out = pikepdf.new()
    for file in files:
        with pikepdf.open(io.BytesIO(file)) as one:
            out.pages.extend(one.pages)
    stream = io.BytesIO()
    out.save(stream, deterministic_id=True)
    return stream.getvalue()


LABEL_OF_TODAY = pdf(lines([line.replace("12 March 2026", TODAY) for line in LABEL[:-1]]))
THREE = joined(course(1, "ZX-1001"), course(2, "ZX-1002"), LABEL_OF_TODAY, pdf(lines(LABEL[-1:])))


def handed_in(tool: Installation, visit: Visit, reader: Reader, content: bytes, name: str = "all.pdf") -> str:
    """Upload a file and read it as the worker does; return the first document's id."""
    document_id = intake.receive(tool, visit, intake.application_for(tool, visit), name, content)
    assert work.read_document(tool, lambda: reader, document_id) is None
    return document_id


def seen(tool: Installation, visit: Visit) -> list[dossiers.DocumentView]:
    return list(dossiers.view(tool, visit, intake.application_for(tool, visit)).documents)


def standings(tool: Installation, visit: Visit) -> dict[str, str]:
    found = findings_now(tool, intake.application_for(tool, visit))
    return {entry.requirement: entry.standing.value for entry in found.requirements if entry.document_id}


def pages(document: dossiers.DocumentView) -> tuple[int, int]:
    assert document.reading is not None
    assert document.reading.part is not None
    return document.reading.part.first, document.reading.part.last


def test_each_certificate_of_a_file_stands_at_its_own_requirement(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    first = handed_in(either_tool, teacher, reader, THREE)
    found = seen(either_tool, teacher)
    assert [pages(document) for document in found] == [(1, 1), (2, 2), (3, 4)]
    assert ({document.file_name for document in found}, {document.state for document in found}) == ({"all.pdf"}, {"read"})
    assert (found[0].id, len({document.id for document in found})) == (first, 3)
    assert standings(either_tool, teacher) == {"mooc-1": "met", "mooc-2": "met", "nql": "met"}
    codes = {finding.code for piece in findings_now(either_tool, intake.application_for(either_tool, teacher)).pieces for finding in piece.findings}
    assert codes.isdisjoint({"same-file-twice", "same-course-twice", "seen-bytes", "seen-number", "seen-copy"})


def test_where_a_file_was_put_holds_for_none_of_several(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    application = intake.application_for(either_tool, teacher)
    document = intake.receive(either_tool, teacher, application, "all.pdf", THREE)
    intake.place(either_tool, teacher, application, document, "mooc-3")
    work.read_document(either_tool, lambda: reader, document)
    assert set(standings(either_tool, teacher)) == {"mooc-1", "mooc-2", "nql"}


def test_reading_again_adds_nothing(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    """Also where two workers read the same file at once: the first to finish counts."""
    document = intake.receive(either_tool, teacher, intake.application_for(either_tool, teacher), "all.pdf", THREE)

    class Twice:
        def read_all(self, *arguments: Any) -> object:
            work.read_document(either_tool, lambda: reader, document)
            return reader.read_all(*arguments)

    assert work.read_document(either_tool, Twice, document) is None  # type: ignore[arg-type, type-abstract]
    assert work.read_document(either_tool, lambda: reader, document) is None
    assert [pages(entry) for entry in seen(either_tool, teacher)] == [(1, 1), (2, 2), (3, 4)]


@pytest.mark.parametrize("index", [0, 1, 2])
def test_removing_one_removes_only_it(either_tool: Installation, teacher: Visit, reader: Reader, index: int) -> None:
    handed_in(either_tool, teacher, reader, THREE)
    before = seen(either_tool, teacher)
    intake.remove(either_tool, teacher, intake.application_for(either_tool, teacher), before[index].id)
    assert seen(either_tool, teacher) == before[:index] + before[index + 1 :]


def test_a_file_that_lost_one_is_whole_again_when_sent_again(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    first = handed_in(either_tool, teacher, reader, THREE)
    assert handed_in(either_tool, teacher, reader, THREE) == first
    intake.remove(either_tool, teacher, intake.application_for(either_tool, teacher), seen(either_tool, teacher)[1].id)
    assert handed_in(either_tool, teacher, reader, THREE) != first
    assert [pages(document) for document in seen(either_tool, teacher)] == [(1, 1), (2, 2), (3, 4)]


def test_what_is_removed_while_it_is_read_leaves_no_parts(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    application = intake.application_for(either_tool, teacher)
    document = intake.receive(either_tool, teacher, application, "all.pdf", THREE)

    class Slow:
        def read_all(self, *arguments: Any) -> object:
            intake.remove(either_tool, teacher, application, document)
            return reader.read_all(*arguments)

    work.read_document(either_tool, Slow, document)  # type: ignore[arg-type, type-abstract]
    assert seen(either_tool, teacher) == []


def test_the_quota_counts_files(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    small = with_settings(either_tool, max_documents=2, person_daily_documents=2)
    handed_in(small, teacher, reader, THREE)
    handed_in(small, teacher, reader, course(3))
    with pytest.raises(Problem) as refused:
        handed_in(small, teacher, reader, course(1))
    assert refused.value.code == "too-many-documents"
    with small.database.read() as session:
        assert session.scalar(sa.select(sa.func.sum(DocumentRecord.size))) == len(THREE) + len(course(3))


def test_erasing_takes_every_part_and_the_file_last(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    handed_in(either_tool, teacher, reader, THREE)
    digest = seen(either_tool, teacher)[0].sha256
    with either_tool.database.write() as session:
        rows = session.scalars(sa.select(DocumentRecord).order_by(DocumentRecord.part)).all()
        retention.mark_document(session, rows[0], clock.now())
    assert retention.delete_marked(either_tool, lambda *_: False) == 1
    assert either_tool.files.has(digest)
    assert [pages(document) for document in seen(either_tool, teacher)] == [(2, 2), (3, 4)]
    with either_tool.database.write() as session:
        retention.mark(session, session.scalars(sa.select(ApplicationRecord)).one(), clock.now())
    assert retention.delete_marked(either_tool, lambda *_: False) == 2
    assert not either_tool.files.has(digest)
    with either_tool.database.read() as session:
        assert {row.state for row in session.scalars(sa.select(DocumentRecord))} == {"erased"}
        assert {row.reading for row in session.scalars(sa.select(DocumentRecord))} == {None}
        assert session.scalars(sa.select(DocumentNumber)).all() == session.scalars(sa.select(DocumentFingerprint)).all() == []


def test_the_file_of_parts_handed_in_by_another_is_found(either_tool: Installation, teacher: Visit, reader: Reader) -> None:
    handed_in(either_tool, teacher, reader, THREE)
    other = person(either_tool, tenant(either_tool), sub="teacher-2", given="Anna", family="Muster")
    handed_in(either_tool, other, reader, THREE)
    found = findings_now(either_tool, intake.application_for(either_tool, other))
    assert [finding.code for piece in found.pieces for finding in piece.findings if not finding.ok] == ["seen-bytes"] * 3
