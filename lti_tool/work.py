"""Background work, made durable by DBOS in the same database: what is asked for commits with the reason for it."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig
from sqlalchemy.orm import Session

# Queues. Reading is CPU-bound and must not hold up the others; scores go one at a time to each LMS (partition = registration).
READING: Final = "reading"
ISSUING: Final = "issuing"
DELIVERY: Final = "delivery"

# Workflows keep this version across releases, so that a worker of the next release finishes what this one began.
WORK_VERSION: Final = "1"
APPLICATION: Final = "sealwright"


class Work:
    """Asks for background work; the worker process runs it."""

    def __init__(self, engine: sa.Engine) -> None:
        self._client = DBOSClient(system_database_engine=engine, application_name=APPLICATION, lazy=True)

    def ask(self, session: Session, workflow: str, queue: str, subject: str, *, partition: str | None = None) -> None:
        """Ask for `workflow(subject)` in the caller's transaction; asking twice for the same runs it once.

        The workflow's id is ``workflow:subject``, so that the request is idempotent over processes and restarts.
        """
        options: dict[str, str] = {
            "queue_name": queue,
            "workflow_name": workflow,
            "workflow_id": f"{workflow}:{subject}",
            "app_version": WORK_VERSION,
        }
        if partition is not None:
            options["queue_partition_key"] = partition
        self._client.enqueue_in_transaction(session, options, subject)  # type: ignore[arg-type]

    def close(self) -> None:
        """Let go of the client's threads."""
        self._client.destroy()


def configuration(url: str) -> DBOSConfig:
    """Return the configuration of the worker's DBOS runtime, which keeps an engine of its own on the same database."""
    return DBOSConfig(name=APPLICATION, system_database_url=url, application_version=WORK_VERSION, log_level="WARNING")


def prepare_tables(url: str) -> None:
    """Create or upgrade the tables that durable work is kept in; safe to call again."""
    DBOS.migrate(url)
