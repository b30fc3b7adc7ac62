"""Several workers on one database share the work, and one takes over what another left."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest
from record_parts import counting_lms, tenant
from test_crashes import all_sent, award, check_invariants, rows
from worker_process import WorkerProcess, wait_for

from lti_tool import presence
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
