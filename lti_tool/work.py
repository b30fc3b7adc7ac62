"""Background work, made durable by DBOS in the same database: what is asked for commits with the reason for it.

Every piece of work is one idempotent function of one subject (an id): it reads from our own tables how far the subject is
and goes on from there. It answers None when it is done, or the seconds after which it wants to be called again; an
unexpected error is logged and tried again later. See docs/decisions/0002-durable-work.md.
"""

from __future__ import annotations

import sqlite3
import sys
import threading
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool.database import Database
from lti_tool.problem import Problem

if TYPE_CHECKING:
    # Slow to load, and most commands ask for no work: what needs it imports it.
    from dbos import DBOSConfig

# Queues. Reading is CPU-bound and must not hold up the others; scores go one at a time to each LMS (partition = registration).
READING: Final = "reading"
ISSUING: Final = "issuing"
DELIVERY: Final = "delivery"
HOUSEKEEPING: Final = "housekeeping"

# Workflows keep this version across releases, so that a worker of the next release finishes what this one began.
WORK_VERSION: Final = "1"
APPLICATION: Final = "sealwright"

# Seconds to wait after the first, second, … unexpected error; the last one goes on for ever, since decided work is owed.
AFTER_ERRORS: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """One piece of work: its workflow and queue, the subject's id, the partition (one at a time in each), the attempt from 0.

    `delay` is in seconds; of what waits in a queue the lowest `priority` goes first. The id is ``workflow:subject``, with
    ``:attempt`` from the second attempt on.
    """

    workflow: str
    queue: str
    subject: str
    partition: str | None = None
    attempt: int = 0
    delay: float | None = None
    priority: int = 0

    @property
    def id(self) -> str:
        """The id that makes asking for the same attempt twice run it once, over processes and restarts."""
        return f"{self.workflow}:{self.subject}:{self.attempt}" if self.attempt else f"{self.workflow}:{self.subject}"


class Work:
    """Asks for background work; the worker process runs it."""

    def __init__(self, engine: sa.Engine) -> None:
        from dbos import DBOSClient, DBOSPortableJSONSerializer  # noqa: PLC0415 - as above

        self._client = DBOSClient(system_database_engine=engine, application_name=APPLICATION, serializer=DBOSPortableJSONSerializer(), lazy=True)

    def ask(self, session: Session, workflow: str, queue: str, subject: str, *, partition: str | None = None) -> None:
        """Ask for `workflow(subject)` in the caller's transaction; asking twice for the same runs it once."""
        self.ask_for(session, Task(workflow, queue, subject, partition))

    def ask_for(self, session: Session, task: Task) -> None:
        """Ask for a task in the caller's transaction; asking twice for the same attempt runs it once."""
        options: dict[str, str | int | float] = {
            "queue_name": task.queue,
            "workflow_name": task.workflow,
            "workflow_id": task.id,
            "app_version": WORK_VERSION,
        }
        if task.partition is not None:
            options["queue_partition_key"] = task.partition
        if task.priority:
            options["priority"] = task.priority
        if task.delay is not None:
            options["delay_seconds"] = task.delay
        # The caller's own rows go first: what asks must exist before what is asked for.
        session.flush()
        self._client.enqueue_in_transaction(session, options, task.subject, task.attempt, task.partition)  # type: ignore[arg-type]

    def close(self) -> None:
        """Let go of the client's threads."""
        self._client.destroy()


@dataclass(frozen=True, slots=True)
class Offers:
    """The work that a worker process offers to do; complete before DBOS is launched. `stopping` is set when it must end."""

    work: Work
    database: Database
    stopping: threading.Event

    def add(self, name: str, queue: str, run: Callable[[str], float | None]) -> None:
        """Register `run` as the workflow `name`.

        `run(subject)` answers None when done, or the seconds until it wants to be called again; it must be idempotent, since a
        killed worker's successor calls it anew.
        """
        from dbos import DBOS  # noqa: PLC0415 - as above

        @DBOS.workflow(name=name, max_recovery_attempts=None)
        def workflow(subject: str, attempt: int, partition: str | None) -> None:
            delay = _tried(name, subject, attempt, run)
            if delay is not None:
                self._again(Task(name, queue, subject, partition, attempt + 1, delay))

    def _again(self, task: Task) -> None:
        while True:
            try:
                with self.database.write() as session:
                    self.work.ask_for(session, task)
            except sa.exc.OperationalError:
                # Giving up here would end the work: wait for the database, or for the next worker, which finds this unfinished.
                _log.warning("database-away", workflow=task.workflow, subject=task.subject)
                self.stopping.wait(2)
            else:
                return


def _tried(name: str, subject: str, attempt: int, run: Callable[[str], float | None]) -> float | None:
    try:
        return run(subject)
    except Exception as error:
        delay = AFTER_ERRORS[min(attempt, len(AFTER_ERRORS) - 1)]
        # The message is left out, since it may quote what somebody sent.
        _log.error("work-failed", workflow=name, subject=subject, attempt=attempt, error=type(error).__name__, at=_frames(error), again_in=delay)
        return delay


def _frames(error: BaseException) -> list[str]:
    return [f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]


def configuration(url: str, executor_id: str = "local") -> DBOSConfig:
    """Return the configuration of the worker's DBOS runtime, which keeps an engine of its own on the same database.

    What is stored of work is JSON: nothing that a database row holds is ever unpickled.
    """
    from dbos import DBOSConfig, DBOSPortableJSONSerializer  # noqa: PLC0415 - as above

    return DBOSConfig(
        name=APPLICATION,
        system_database_url=url,
        application_version=WORK_VERSION,
        executor_id=executor_id,
        serializer=DBOSPortableJSONSerializer(),
        sys_db_pool_size=10,
        run_migrations=False,
        log_level="WARNING",
    )


def prepare_tables(url: str) -> None:
    """Create or upgrade the tables that durable work is kept in; safe to call again. Raises Problem("sqlite-too-old")."""
    if url.startswith("sqlite") and not sqlite_fits(sys.version_info[:2], sqlite3.sqlite_version_info):
        raise Problem("sqlite-too-old", version=sqlite3.sqlite_version)
    from dbos import DBOS  # noqa: PLC0415 - as above

    DBOS.migrate(url)


def sqlite_fits(python: tuple[int, ...], sqlite: tuple[int, ...]) -> bool:
    """Tell whether DBOS can keep time in this SQLite: on Python 3.12 and newer it uses unixepoch('subsec') of SQLite 3.42."""
    return python < (3, 12) or sqlite >= (3, 42)
