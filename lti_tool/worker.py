"""The worker: runs what was asked for in the background, and takes over what dead workers left unfinished."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cached_property, partial
from typing import Final

import structlog
from dbos import DBOS

from lti_tool import clock, presence
from lti_tool.administration import retention
from lti_tool.decision import participation
from lti_tool.delivery import scores
from lti_tool.evidence import work as reading
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.trust import NOBODY, TrustList
from lti_tool.evidence.trust_file import TrustFile
from lti_tool.installation import Installation
from lti_tool.issuing import issue, keys, sealing
from lti_tool.migrations.upgrade import is_current
from lti_tool.problem import Problem
from lti_tool.verification import own
from lti_tool.work import DELIVERY, HOUSEKEEPING, ISSUING, READING, Offers, configuration

# Seconds between two looks into a queue (an idle worker at 0.1 takes a tenth of a core), and for work that a dead one left.
POLLING: Final = 0.2
TAKE_OVER: Final = 2.0
# Nobody waits for the daily run: seconds between two looks for it.
UNHURRIED: Final = 5.0
# LMSs served at the same time by one worker, and seconds given to what still runs when the worker is asked to stop.
PARALLEL_LMS: Final = 16
GRACE: Final = 20

_log = structlog.get_logger(__name__)


class Worker(AbstractContextManager["Worker"]):
    """One process's worker; DBOS allows one at a time. Use as a context manager."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.stopping = threading.Event()
        self._presence: presence.Presence | None = None
        self._asked = ""
        self._trust: Callable[[], TrustList] = lambda: NOBODY
        self._watch = threading.Thread(target=self._take_over_for_ever, name="take-over", daemon=True)

    def __enter__(self) -> Worker:
        """Register the work, raise the sign of life, launch.

        Raises Problem("database-not-current", "keys-missing", "timestamps-not-set-up", "trust-list-wrong").
        """
        if not is_current(self.installation.database.engine):
            raise Problem("database-not-current", home=str(self.installation.settings.home))
        keys.ring(self.installation)
        self._say_if_nothing_is_signed()
        sealing.policy(self.installation)
        self._trust = TrustFile(self.installation.settings.home)
        self._presence = presence.present(self.installation)
        self._offer()
        DBOS(config=configuration(self.installation.settings.database, self._presence.executor_id))
        DBOS.launch()
        cores = os.cpu_count() or 1
        # Reading is CPU-bound and happens in children; issuing is CPU-bound but for its two files.
        DBOS.register_queue(READING, worker_concurrency=cores, polling_interval_sec=POLLING)
        DBOS.register_queue(ISSUING, worker_concurrency=cores, polling_interval_sec=POLLING)
        DBOS.register_queue(DELIVERY, worker_concurrency=PARALLEL_LMS, partition_concurrency=1, polling_interval_sec=POLLING)
        DBOS.register_queue(HOUSEKEEPING, worker_concurrency=1, polling_interval_sec=UNHURRIED)
        self._watch.start()
        _log.info("worker-ready", executor=self._presence.executor_id)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop taking work, give what runs some time, and leave the rest to the next worker."""
        self.stopping.set()
        self._watch.join(timeout=5)
        DBOS.destroy(workflow_completion_timeout_sec=GRACE)
        if self._presence is not None:
            self._presence.leave()
        if "_reader" in self.__dict__:
            self._reader.__exit__(None, None, None)
        _log.info("worker-stopped")

    def _say_if_nothing_is_signed(self) -> None:
        # Documents are read and scores sent all the same; what is to be issued waits until the keys are there.
        try:
            keys.issuing_ring(self.installation)
        except Problem as problem:
            _log.error("nothing-is-signed", code=problem.code, reason=problem.details.get("reason"))

    def take_over(self) -> None:
        """Give the unfinished work of every dead worker back to its queue, from which one living worker takes it."""
        pending = DBOS.list_workflows(status="PENDING", load_input=False, load_output=False)
        for executor_id in {entry.executor_id for entry in pending if entry.executor_id}:
            if self._presence is not None and self._presence.is_dead(executor_id):
                # Idempotent: only what still bears the dead worker's id goes back. DBOS has no public call for it; tests/worker would see it vanish.
                DBOS._recover_pending_workflows([executor_id])
                _log.warning("work-taken-over", executor=executor_id)

    def ask_for_today(self) -> None:
        """Ask for this day's housekeeping. The day (in UTC) is the subject, so that of all workers one does it, once."""
        today = clock.today("UTC").isoformat()
        if today != self._asked:
            with self.installation.database.write() as session:
                self.installation.work.ask(session, "daily-retention", HOUSEKEEPING, today)
            self._asked = today

    def _take_over_for_ever(self) -> None:
        while True:
            try:
                if self._presence is not None:
                    self._presence.renew()
                self.take_over()
                self.ask_for_today()
            except Exception as error:
                _log.warning("take-over-failed", error=type(error).__name__)
            if self.stopping.wait(TAKE_OVER):
                return

    def _offer(self) -> None:
        installation = self.installation
        owe = partial(scores.owe, installation)
        offers = Offers(installation.work, installation.database, self.stopping)
        offers.add(
            "read-document",
            READING,
            lambda subject: reading.read_document(installation, lambda: self._reader, subject, partial(own.recognise, installation)),
        )
        offers.add("issue-certificate", ISSUING, lambda subject: issue.work(installation, keys.issuing_ring(installation), subject, owe))
        offers.add("award-participants", ISSUING, lambda subject: participation.award_batch(installation, subject))
        offers.add("send-score", DELIVERY, lambda subject: scores.deliver(installation, subject))
        offers.add("daily-retention", HOUSEKEEPING, lambda _day: retention.work(installation))

    @cached_property
    def _reader(self) -> Reader:
        # One for the process: it keeps the children that read.
        # Nobody waits at a screen for the last tenth of a second of a reading, as they do for a page and its picture.
        settings = self.installation.settings
        return Reader(max_pages=settings.max_pages, processes=os.cpu_count() or 1, trust=self._trust, niceness=settings.reading_niceness).__enter__()
