"""Background work, made durable by DBOS in the same database: what is asked for commits with the reason for it.

Every piece of work is one idempotent function of one subject (an id): it reads from our own tables how far the subject is
and goes on from there. It answers None when it is done, or the seconds after which it wants to be called again; an
unexpected error is logged and tried again later. See docs/decisions/0002-durable-work.md.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
import structlog
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer
from sqlalchemy.orm import Session

from lti_tool.database import Database

# Queues. Reading is CPU-bound and must not hold up the others; scores go one at a time to each LMS (partition = registration).
READING: Final = "reading"
ISSUING: Final = "issuing"
DELIVERY: Final = "delivery"

# Workflows keep this version across releases, so that a worker of the next release finishes what this one began.
WORK_VERSION: Final = "1"
APPLICATION: Final = "sealwright"

# Seconds to wait after the first, second, … unexpected error; the last one goes on for ever, since decided work is owed.
AFTER_ERRORS: Final = (1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)

_log = structlog.get_logger(__name__)


class Work:
    """Asks for background work; the worker process runs it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._client = DBOSClient(
            system_database_engine=engine, application_name=APPLICATION, serializer=DBOSPortableJSONSerializer(), lazy=True
        )

    def ask(
        self,
        session: Session,
        workflow: str,
        queue: str,
        subject: str,
        *,
        partition: str | None = None,
        attempt: int = 0,
        delay: float | None = None,
    ) -> None:
        """Ask for `workflow(subject)` in the caller's transaction; asking twice for the same runs it once.

        The workflow's id is ``workflow:subject`` (with ``:attempt`` from the second attempt on), so that the request is
        idempotent over processes and restarts. `delay` is in seconds.
        """
        options: dict[str, str | float] = {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": f"{workflow}:{subject}:{attempt}" if attempt else f"{workflow}:{subject}",
            "app_version": WORK_VERSION,
        }
        if partition is not None:
            options["queue_partition_key"] = partition
        if delay is not None:
            options["delay_seconds"] = delay
        # The first flush belongs to the caller's own rows: what asks must exist before what is asked for.
        session.flush()
        self._client.enqueue_in_transaction(session, options, subject, attempt, partition)  # type: ignore[arg-type]

    def close(self) -> None:
        """Let go of the client's threads."""
        self._client.destroy()


def offer(work: Work, database: Database, name: str, queue: str, run: Callable[[str], float | None], stopping: threading.Event) -> None:
    """Register `run` as the workflow `name`, in the worker process, before DBOS is launched.

    `run(subject)` answers None when done, or the seconds until it wants to be called again; it must be idempotent, since a
    killed worker's successor calls it anew.
    """

    @DBOS.workflow(name=name, max_recovery_attempts=None)
    def workflow(subject: str, attempt: int, partition: str | None) -> None:
        log = _log.bind(workflow=name, subject=subject, attempt=attempt)
        try:
            delay = run(subject)
        except Exception:
            delay = AFTER_ERRORS[min(attempt, len(AFTER_ERRORS) - 1)]
            log.exception("work-failed", again_in=delay)
        while delay is not None:
            try:
                with database.write() as session:
                    work.ask(session, name, queue, subject, partition=partition, attempt=attempt + 1, delay=delay)
                return
            except sa.exc.OperationalError:
                # Ending here would end the work: wait until the database is back, or until the worker is stopped and
                # this workflow, unfinished, is found by the next one.
                log.warning("database-away")
                stopping.wait(2)


def configuration(url: str, executor_id: str = "local") -> DBOSConfig:
    """Return the configuration of the worker's DBOS runtime, which keeps an engine of its own on the same database.

    What is stored of work is JSON: nothing that a database row holds is ever unpickled.
    """
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
    """Create or upgrade the tables that durable work is kept in; safe to call again."""
    DBOS.migrate(url)
