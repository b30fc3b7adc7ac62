"""Work is asked for with its reason or not at all, on both databases, while others write."""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from lti_tool.history import Event, append, first_break
from lti_tool.installation import Installation
from lti_tool.work import ISSUING, Task


def asked(installation: Installation) -> list[tuple[str, str]]:
    schema = "" if installation.database.engine.dialect.name == "sqlite" else "dbos."
    with installation.database.read() as session:
        return [(row[0], row[1]) for row in session.execute(sa.text(f"select workflow_uuid, status from {schema}workflow_status order by 1"))]  # noqa: S608 - a constant


def test_it_commits_with_its_reason(installation: Installation) -> None:
    with installation.database.write() as session:
        append(session, "decision", "a", "program", {})
        installation.work.ask(session, "issue", ISSUING, "a")
    assert asked(installation) == [("issue:a", "ENQUEUED")]


def test_it_is_rolled_back_with_its_reason(installation: Installation) -> None:
    def interrupted() -> None:
        with installation.database.write() as session:
            append(session, "decision", "a", "program", {})
            installation.work.ask(session, "issue", ISSUING, "a")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        interrupted()
    assert asked(installation) == []
    with installation.database.read() as session:
        assert session.scalars(sa.select(Event)).all() == []


def test_asking_twice_is_asking_once_and_attempts_are_told_apart(installation: Installation) -> None:
    for _ in range(2):
        with installation.database.write() as session:
            installation.work.ask(session, "issue", ISSUING, "a")
            installation.work.ask_for(session, Task("issue", ISSUING, "a", attempt=1, delay=60))
    assert asked(installation) == [("issue:a", "ENQUEUED"), ("issue:a:1", "DELAYED")]


def test_nothing_of_it_is_pickled(installation: Installation) -> None:
    with installation.database.write() as session:
        installation.work.ask(session, "issue", ISSUING, "a", partition="7")
    schema = "" if installation.database.engine.dialect.name == "sqlite" else "dbos."
    with installation.database.read() as session:
        stored = session.execute(sa.text(f"select inputs from {schema}workflow_input")).scalar_one()  # noqa: S608 - a constant
        kind = session.execute(sa.text(f"select serialization from {schema}workflow_status")).scalar_one()  # noqa: S608 - a constant
    assert json.loads(stored) == {"positionalArgs": ["a", 0, "7"], "namedArgs": {}}
    assert kind == "portable_json"


def test_twenty_writers_wait_for_each_other(installation: Installation) -> None:
    """Read first, write later, in parallel: the pattern that fails with "database is locked" unless the lock is taken first."""

    def write(number: int) -> None:
        with installation.database.write() as session:
            session.scalars(sa.select(Event)).all()
            time.sleep(0.005)
            append(session, "decision", str(number), "program", {})
            installation.work.ask(session, "issue", ISSUING, str(number))

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(write, range(60)))
    assert len(asked(installation)) == 60
    with installation.database.read() as session:
        assert first_break(session) is None
        assert session.scalar(sa.select(sa.func.count()).select_from(Event)) == 60
