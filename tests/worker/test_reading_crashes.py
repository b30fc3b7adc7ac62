"""kill -9 while a file of several certificates is read: each of them is there once afterwards (threats R01, R13)."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pikepdf
import pytest
import sqlalchemy as sa
from record_parts import person, tenant
from worker_process import WorkerProcess, wait_for

from lti_tool.evidence import intake
from lti_tool.evidence.records import DocumentNumber, DocumentRecord
from lti_tool.installation import Installation

sys.path.insert(0, str(Path(__file__).parents[1] / "evidence"))

from paper_parts import COURSE, LABEL, lines, pdf


def file_of_three() -> bytes:
    out = pikepdf.new()
    for number, texts in enumerate((COURSE, LABEL, [line.replace("Anna Muster", "Bruno Beispiel") for line in COURSE])):
        with pikepdf.open(io.BytesIO(pdf(lines([*texts, f"Certificate no. ZX-100{number}"])))) as one:
            out.pages.extend(one.pages)
    stream = io.BytesIO()
    out.save(stream)
    return stream.getvalue()


def rows(tool: Installation) -> list[tuple[int, str]]:
    with tool.database.read() as session:
        return [(row.part, row.state) for row in session.scalars(sa.select(DocumentRecord).order_by(DocumentRecord.part))]


@pytest.mark.parametrize("place", ["reading-done", "reading-stored"])
def test_killed_around_the_commit_every_part_is_there_once(either_tool: Installation, place: str) -> None:
    visit = person(either_tool, tenant(either_tool))
    intake.receive(either_tool, visit, intake.application_for(either_tool, visit), "all.pdf", file_of_three())
    with WorkerProcess(either_tool, f"{place}:kill") as worker:
        worker.died()
    # Nothing is half there: all parts were stored, or none.
    assert rows(either_tool) == ([(1, "reading")] if place == "reading-done" else [(1, "read"), (2, "read"), (3, "read")])
    with WorkerProcess(either_tool).ready() as worker:
        wait_for(lambda: [state for _, state in rows(either_tool)] == ["read"] * 3, worker.text)
        assert worker.stop() == 0
    assert rows(either_tool) == [(1, "read"), (2, "read"), (3, "read")]
    with either_tool.database.read() as session:
        assert sorted(session.scalars(sa.select(DocumentNumber.number))) == ["ZX-1000", "ZX-1001", "ZX-1002"]
