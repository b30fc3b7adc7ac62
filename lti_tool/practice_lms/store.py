"""What the practice LMS remembers, in one small SQLite file of its own."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Final

_TABLES: Final = """
create table if not exists launch (id text primary key, person text not null, activity text not null, target text not null);
create table if not exists token (digest text primary key, scopes text not null, expires_at integer not null);
create table if not exists assertion (id text primary key);
create table if not exists grade (item text not null, person text not null, given real, maximum real, comment text not null,
    at integer not null, complete integer not null, primary key (item, person));
create table if not exists receipt (id integer primary key, received_at text not null, item text not null, person text not null,
    body text not null, status integer not null, reason text not null);
create table if not exists switch (name text primary key, value text not null);
"""
# One statement, so that of two scores of the same second exactly one is taken.
_SET_GRADE: Final = """
insert into grade (item, person, given, maximum, comment, at, complete) values (?, ?, ?, ?, ?, ?, ?)
on conflict (item, person) do update set given = excluded.given, maximum = excluded.maximum, comment = excluded.comment,
    at = excluded.at, complete = excluded.complete
where excluded.at > grade.at
"""


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that was begun: who, which activity, and whether into an ``iframe`` or a ``window``."""

    person: str
    activity: str
    target: str


@dataclass(frozen=True, slots=True)
class Grade:
    """What stands in the gradebook for one person; `given` is None after an erasure; `at` in seconds since 1970."""

    item: str
    person: str
    given: float | None
    maximum: float | None
    comment: str
    at: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One score message as it came in, accepted or not; `received_at` is ISO 8601 in UTC."""

    received_at: str
    item: str
    person: str
    body: str
    status: int
    reason: str


class Store:
    """One connection for each operation, so that threads never share one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self._connected() as database:
            database.execute("pragma journal_mode=wal")
            database.executescript(_TABLES)

    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._file, timeout=30)) as database, database:
            yield database

    def begin(self, launch_id: str, launch: Launch) -> None:
        """Remember a launch until its one use."""
        with self._connected() as database:
            database.execute("insert into launch values (?, ?, ?, ?)", (launch_id, launch.person, launch.activity, launch.target))

    def take(self, launch_id: str) -> Launch | None:
        """Give back the launch and forget it; None when it was used or never begun."""
        with self._connected() as database:
            row = database.execute("delete from launch where id = ? returning person, activity, target", (launch_id,)).fetchone()
        return Launch(*row) if row else None

    def keep_token(self, digest: str, scopes: str, expires_at: int) -> None:
        """Remember an access token by its SHA-256."""
        with self._connected() as database:
            database.execute("insert into token values (?, ?, ?)", (digest, scopes, expires_at))

    def token_scopes(self, digest: str, at: int) -> frozenset[str]:
        """Return what the token allows at this second; nothing for unknown and expired ones."""
        with self._connected() as database:
            row = database.execute("select scopes from token where digest = ? and expires_at > ?", (digest, at)).fetchone()
        return frozenset(row[0].split()) if row else frozenset()

    def first_use(self, assertion_id: str) -> bool:
        """Tell whether this client assertion was not seen before, and remember it."""
        with self._connected() as database:
            return database.execute("insert or ignore into assertion values (?)", (assertion_id,)).rowcount == 1

    def grade(self, item: str, person: str) -> Grade | None:
        """Return what stands in the gradebook, or None."""
        return next((grade for grade in self.grades(item) if grade.person == person), None)

    def grades(self, item: str) -> tuple[Grade, ...]:
        """Return every grade of one column."""
        with self._connected() as database:
            rows = database.execute("select item, person, given, maximum, comment, at, complete from grade where item = ?", (item,)).fetchall()
        return tuple(_grade(*row) for row in rows)

    def set_grade(self, grade: Grade) -> bool:
        """Write a grade unless one of the same or a later second stands there; tell whether it was written."""
        with self._connected() as database:
            return database.execute(_SET_GRADE, astuple(grade)).rowcount == 1

    def receive(self, receipt: Receipt) -> None:
        """Note a score message and how it was answered."""
        with self._connected() as database:
            database.execute("insert into receipt (received_at, item, person, body, status, reason) values (?, ?, ?, ?, ?, ?)", astuple(receipt))

    def receipts(self) -> tuple[Receipt, ...]:
        """Return every score message, oldest first."""
        with self._connected() as database:
            rows = database.execute("select received_at, item, person, body, status, reason from receipt order by id").fetchall()
        return tuple(Receipt(*row) for row in rows)

    def switch(self, name: str, default: str) -> str:
        """Return how a switch stands."""
        with self._connected() as database:
            row = database.execute("select value from switch where name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def set_switch(self, name: str, value: str) -> None:
        """Set a switch; it stays over restarts."""
        with self._connected() as database:
            database.execute("insert or replace into switch values (?, ?)", (name, value))

    def count(self, name: str) -> None:
        """Add one to a counter, which is read as a switch."""
        with self._connected() as database:
            database.execute("insert into switch values (?, '1') on conflict (name) do update set value = cast(value as integer) + 1", (name,))


def _grade(item: str, person: str, given: float | None, maximum: float | None, comment: str, at: int, complete: int) -> Grade:  # noqa: PLR0913, PLR0917 - a row's columns
    return Grade(item, person, given, maximum, comment, at, bool(complete))
