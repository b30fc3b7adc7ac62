"""The daily run starts with the worker, once for all workers, and again the next day."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from record_parts import complete, person, tenant
from worker_process import WorkerProcess, wait_for

from lti_tool import clock
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.worker import Worker


def long_ago(tool: Installation) -> str:
    """An application that was last touched 400 days ago."""
    application_id = complete(tool, person(tool, tenant(tool), family="Zqkanarie"))
    at = clock.now() - timedelta(days=400)
    with tool.database.write() as session:
        session.execute(sa.update(ApplicationRecord).values(created_at=at))
        session.execute(sa.update(DocumentRecord).values(received_at=at))
    return application_id


def erased(tool: Installation) -> bool:
    with tool.database.read() as session:
        return session.scalars(sa.select(ApplicationRecord.erased_at)).one() is not None


def test_of_two_workers_one_runs_it_once(either_tool: Installation) -> None:
    long_ago(either_tool)
    with WorkerProcess(either_tool).ready() as one, WorkerProcess(either_tool).ready() as other:
        wait_for(lambda: "retention-run" in one.text() + other.text(), lambda: one.text() + other.text())
        assert erased(either_tool)
        assert one.stop() == other.stop() == 0
        said = one.text() + other.text()
    with WorkerProcess(either_tool).ready() as later:
        wait_for(lambda: "worker-ready" in later.text())
        assert later.stop() == 0
        said += later.text()
    assert said.count('"retention-run"') + said.count("event=retention-run") == 1, said
    assert "zqkanarie" not in said.lower()


def test_a_worker_that_was_killed_in_the_middle_has_an_heir(either_tool: Installation) -> None:
    long_ago(either_tool)
    with WorkerProcess(either_tool, "retention-marked:kill") as doomed:
        doomed.died()
    assert erased(either_tool)
    files = either_tool.settings.home / "files"
    assert any(path.is_file() for path in files.rglob("*"))
    with WorkerProcess(either_tool) as heir:
        wait_for(lambda: not any(path.is_file() for path in files.rglob("*")), heir.text)


def test_every_day_is_asked_for_once(tool: Installation) -> None:
    worker = Worker(tool)
    start = clock.now()
    for hours in (0, 1, 24, 25, 48):
        with clock.held(start + timedelta(hours=hours)):
            worker.ask_for_today()
            Worker(tool).ask_for_today()
    with tool.database.read() as session:
        asked = session.scalars(sa.text("select workflow_uuid from workflow_status where name = 'daily-retention' order by 1")).all()
    assert asked == [f"daily-retention:{(start + timedelta(days=day)).date().isoformat()}" for day in range(3)]
