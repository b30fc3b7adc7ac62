"""Several workers on one database share the work, and one takes over what another left."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
import sqlalchemy as sa
from record_parts import Tenant, counting_lms, person, tenant, upload
from test_crashes import all_sent, award, check_invariants, rows
from worker_process import WorkerProcess, wait_for

from lti_tool import presence
from lti_tool.evidence import intake
from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation


def test_two_workers_do_each_piece_once(either_tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(either_tool, lms.url)
        with WorkerProcess(either_tool).ready() as one, WorkerProcess(either_tool).ready() as other:
            for number in range(30):
                award(either_tool, where, lms.line_item, f"teacher-{number}")
            wait_for(lambda: all_sent(either_tool, 30), lambda: one.text() + other.text())
        both = [worker.text().count('"certificate-issued"') for worker in (one, other)]
        check_invariants(either_tool, lms, 30)
    assert sum(both) == 30
    assert "taken-over" not in one.text() + other.text()


def test_a_living_worker_takes_over_from_a_dead_one(either_tool: Installation) -> None:
    with counting_lms() as lms:
        award(either_tool, tenant(either_tool, lms.url), lms.line_item, "teacher-1")
        with WorkerProcess(either_tool, "issue-stored:kill") as doomed:
            doomed.died()
        with WorkerProcess(either_tool).ready() as heir:
            wait_for(lambda: all_sent(either_tool, 1), heir.text)
            assert "work-taken-over" in heir.text()
        check_invariants(either_tool, lms, 1)


def test_what_a_living_worker_does_is_not_taken_from_it(either_tool: Installation) -> None:
    """One worker sits two seconds in the middle of an issue while the other looks for the dead."""
    with counting_lms() as lms:
        award(either_tool, tenant(either_tool, lms.url), lms.line_item, "teacher-1")
        with WorkerProcess(either_tool, "issue-stored:delay") as slow:
            wait_for(lambda: [record.state for record in rows(either_tool)[0]] == ["prepared"], slow.text)
            with WorkerProcess(either_tool).ready() as other:
                wait_for(lambda: all_sent(either_tool, 1), lambda: slow.text() + other.text())
                assert "taken-over" not in other.text()
        check_invariants(either_tool, lms, 1)


def _die_holding(folder: Path, said: multiprocessing.Queue[str]) -> None:
    said.put(presence.InHome(folder).executor_id)
    said.close()
    said.join_thread()


def test_a_sign_of_life_in_the_home_ends_with_its_process(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    said: multiprocessing.Queue[str] = context.Queue()
    mine = presence.InHome(tmp_path / "workers")
    process = context.Process(target=_die_holding, args=(tmp_path / "workers", said))
    process.start()
    other = said.get(timeout=60)
    process.join()
    assert mine.is_dead(other)
    assert mine.is_dead("never-there")
    assert not mine.is_dead(mine.executor_id)
    mine.leave()


@pytest.mark.postgresql
def test_a_sign_of_life_in_postgresql_ends_with_its_connection(postgresql_installation: Installation) -> None:
    mine, other = (presence.InDatabase(postgresql_installation.database.engine) for _ in range(2))
    assert not mine.is_dead(other.executor_id)
    assert not other.is_dead(mine.executor_id)
    mine.renew()
    other.leave()
    assert mine.is_dead(other.executor_id)
    assert not mine.is_dead(mine.executor_id)
    mine.leave()


def test_a_worker_reads_by_turns_whoever_came_first(either_tool: Installation) -> None:
    """A tenant hands in much before another hands in a little (threat R14)."""
    large, small = tenant(either_tool), tenant(either_tool)
    many = [_handed_in(either_tool, large, f"large-{number}", 4) for number in range(5)]
    few = _handed_in(either_tool, small, "small", 2)
    with WorkerProcess(either_tool) as worker:
        wait_for(lambda: len(_read(either_tool)) == 22, worker.text)
    read = _read(either_tool)
    # Two are read at a time, so that neighbours may change places.
    assert max(place for place, application in enumerate(read) if application == few) < 8
    assert read[-1] in many


def _handed_in(tool: Installation, where: Tenant, who: str, count: int) -> str:
    visit = person(tool, where, sub=who)
    application = intake.application_for(tool, visit)
    for number in range(count):
        upload(tool, visit, application, f"paper-{number}")
    return application


def _read(tool: Installation) -> list[str]:
    """Whose documents were read, one after the other."""
    query = sa.select(DocumentRecord.application_id).where(DocumentRecord.read_at.is_not(None)).order_by(DocumentRecord.read_at)
    with tool.database.read() as session:
        return list(session.scalars(query))
