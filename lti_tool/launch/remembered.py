"""Platforms, their places and the links placed there, which this process remembers for a moment, so that a launch asks the database once.

A remembered row begins logins and tells where the keys are that a message is checked with. The statement that writes the visit looks
whether the rows are still the same (`places.holding`), and a message that was checked with others is checked anew; so at a launch
every change bites at once.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from lti_tool.changes import Changes
from lti_tool.database import Database
from lti_tool.launch import placed_links, places, registrations
from lti_tool.launch.records import Deployment, PlacedLink, Registration
from lti_tool.launch.registrations import ACTIVE

# How long another process's change may go unnoticed when a login begins.
SECONDS: Final = 5.0
# More platforms, places or links than these are forgotten all together, so that nobody fills the memory.
MOST: Final = 1_000

Record = TypeVar("Record")
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, slots=True)
class _Entry(Generic[Record]):
    record: Record
    until: float
    changes: int


class Remembered:
    """Active platforms by (issuer, client id) and by their row's id, and active places by their platform's and their own.

    Safe to share between threads, which only read the records.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._by_client: dict[tuple[str, str], _Entry[Registration]] = {}
        self._by_id: dict[int, _Entry[Registration]] = {}
        self._places: dict[tuple[int, str], _Entry[Deployment]] = {}
        self._links: dict[str, _Entry[PlacedLink]] = {}

    def of_client(self, database: Database, issuer: str, client_id: str) -> Registration:
        """Return an active platform. Raises Problem as `registrations.find` does; a refusal is never remembered."""
        entry = self._by_client.get((issuer, client_id))
        if entry is not None and _holds(entry):
            return entry.record
        # Counted before the row is read: what changes meanwhile makes the entry void.
        changes = _changes.count
        with database.look() as connection:
            found = registrations.find(connection, issuer, client_id)
        self._keep(found, changes, named=bool(client_id))
        return found

    def of_id(self, database: Database, registration_id: int, *, anew: bool = False) -> Registration | None:
        """Return a platform by its row's id, whatever its status; `anew` past the memory."""
        entry = self._by_id.get(registration_id)
        if not anew and entry is not None and _holds(entry):
            return entry.record
        changes = _changes.count
        with database.look() as connection:
            found = registrations.by_id(connection, registration_id)
        if found is not None and found.status == ACTIVE:
            self._keep(found, changes, named=True)
        return found

    def place(self, database: Database, registration: Registration, deployment_id: str, *, anew: bool = False) -> Deployment | None:
        """Return a place of a platform, whatever its status, or None for one never seen; `anew` past the memory.

        Raises Changed if it was read, and the platform's row is not what `registration` says.
        """
        key = registration.id, deployment_id
        entry = self._places.get(key)
        if not anew and entry is not None and _holds(entry):
            return entry.record
        changes = _changes.count
        with database.look() as connection:
            found = places.find(connection, registration, deployment_id)
        if found is not None and found.status == ACTIVE:
            self._put(self._places, key, found, changes)
        return found

    def link(self, database: Database, registration_id: int, custom: Mapping[str, Any]) -> PlacedLink | None:
        """Return the link of ours that the custom parameters of a launch name, if it was given to this platform."""
        link_id = placed_links.named(custom)
        if link_id is None:
            return None
        entry = self._links.get(link_id)
        found = entry.record if entry is not None and _holds(entry) else self._link_anew(database, link_id)
        return found if placed_links.opens(found, registration_id) else None

    def _link_anew(self, database: Database, link_id: str) -> PlacedLink | None:
        changes = _changes.count
        with database.look() as connection:
            found = placed_links.find(connection, link_id)
        if found is not None:
            self._put(self._links, link_id, found, changes)
        return found

    def _keep(self, record: Registration, changes: int, *, named: bool) -> None:
        self._put(self._by_id, record.id, record, changes)
        if named:
            self._put(self._by_client, (record.issuer, record.client_id), record, changes)

    def _put(self, memory: dict[Key, _Entry[Record]], key: Key, record: Record, changes: int) -> None:
        with self._lock:
            if len(memory) >= MOST:
                memory.clear()
            memory[key] = _Entry(record, time.monotonic() + SECONDS, changes)


_changes: Final = Changes(Registration, Deployment)


def _holds(entry: _Entry[Any]) -> bool:
    return entry.changes == _changes.count and time.monotonic() < entry.until
