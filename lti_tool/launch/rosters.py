"""Rosters that a process remembers for ten minutes. They are personal data: memory only, never a disk."""

from __future__ import annotations

import threading
from collections import OrderedDict
from concurrent.futures import Future
from contextvars import copy_context
from datetime import timedelta
from typing import Final
from weakref import WeakKeyDictionary

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch.roster import Roster, read_roster
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

FRESH: Final = timedelta(minutes=10)
# A platform that just refused, or did not answer, is left alone for so long.
AFTER_TROUBLE: Final = timedelta(seconds=30)
MOST_ROSTERS: Final = 50
MOST_PEOPLE: Final = 100_000
MOST_READING: Final = 8
# Seconds that a page waits for a roster to be read.
PATIENCE: Final = 40.0

Key = tuple[int, str]


def roster(installation: Installation, visit: Visit, *, refresh: bool = False, patience: float = PATIENCE) -> Roster:
    """Return the roster of the visit's course, at most ten minutes old; `refresh` asks the platform again.

    Whoever asks while it is being read waits for that reading, at most `patience` seconds; it goes on without them. Raises
    Problem: roster-not-offered, service-unreachable, service-refused or roster-wrong.
    """
    if visit.members_url is None:
        raise Problem("roster-not-offered")
    return _shelf(installation).get(installation, (visit.visitor.registration_id, visit.members_url), refresh=refresh, patience=patience)


def remembered(installation: Installation, visit: Visit) -> Roster | None:
    """Return the roster if it is remembered and fresh; asks nobody."""
    if visit.members_url is None:
        return None
    return _shelf(installation).kept((visit.visitor.registration_id, visit.members_url))


class Shelf:
    """The rosters of one installation in this process; each is read by one thread at a time (single flight)."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rosters: OrderedDict[Key, Roster] = OrderedDict()
        self._troubles: OrderedDict[Key, tuple[Problem, float]] = OrderedDict()
        self._readings: dict[Key, Future[Roster]] = {}

    def kept(self, key: Key) -> Roster | None:
        """Return the roster if it is fresh."""
        with self._lock:
            found = self._rosters.get(key)
            return found if found is not None and clock.now() - found.read_at < FRESH else None

    def get(self, installation: Installation, key: Key, *, refresh: bool, patience: float) -> Roster:
        """Return the roster, reading it if need be. Raises Problem."""
        if not refresh and (found := self.kept(key)) is not None:
            return found
        reading = self._reading(installation, key, refresh=refresh)
        try:
            return reading.result(patience)
        except TimeoutError:
            raise Problem("service-unreachable", note="roster") from None
        except Problem as problem:
            # Many may wait for one reading: each gets a refusal of its own.
            own = Problem(problem.code, note=problem.note)
            own.details = problem.details
            raise own from None

    def _reading(self, installation: Installation, key: Key, *, refresh: bool) -> Future[Roster]:
        with self._lock:
            if (under_way := self._readings.get(key)) is not None:
                return under_way
            trouble, since = self._troubles.get(key, (None, 0.0))
            recent = clock.now().timestamp() - since < AFTER_TROUBLE.total_seconds()
            if len(self._readings) >= MOST_READING:
                raise Problem("service-unreachable", note="too many rosters at once")
            reading: Future[Roster] = Future()
            if trouble is not None and recent and not refresh:
                reading.set_exception(trouble)
                return reading
            self._readings[key] = reading
        # With the clock of the request, so that the roster is as old as the request that asked for it.
        threading.Thread(target=copy_context().run, args=(self._read, installation, key, reading), name="roster", daemon=True).start()
        return reading

    def _read(self, installation: Installation, key: Key, reading: Future[Roster]) -> None:
        try:
            found = read_roster(installation, *key)
        except Exception as error:
            trouble = error if isinstance(error, Problem) else Problem("service-unreachable", note=type(error).__name__)
            self._settle(key, None, trouble)
            reading.set_exception(trouble)
        else:
            self._settle(key, found, None)
            reading.set_result(found)

    def _settle(self, key: Key, found: Roster | None, problem: Problem | None) -> None:
        with self._lock:
            self._readings.pop(key, None)
            self._troubles.pop(key, None)
            if problem is not None:
                self._troubles[key] = (problem, clock.now().timestamp())
                while len(self._troubles) > MOST_ROSTERS:
                    self._troubles.popitem(last=False)
            if found is not None:
                self._keep(key, found)

    def _keep(self, key: Key, found: Roster) -> None:
        self._rosters.pop(key, None)
        self._rosters[key] = found
        for old in [old for old, roster in self._rosters.items() if clock.now() - roster.read_at >= FRESH]:
            del self._rosters[old]
        # The newest stays even if it alone is more than the limit: it was asked for just now.
        while len(self._rosters) > 1 and (len(self._rosters) > MOST_ROSTERS or sum(len(one.members) for one in self._rosters.values()) > MOST_PEOPLE):
            self._rosters.popitem(last=False)


_lock: Final = threading.Lock()
_shelves: Final[WeakKeyDictionary[Installation, Shelf]] = WeakKeyDictionary()


def _shelf(installation: Installation) -> Shelf:
    with _lock:
        return _shelves.setdefault(installation, Shelf())
