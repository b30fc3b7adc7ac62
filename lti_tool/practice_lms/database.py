"""The one small SQLite file of the practice LMS."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

_TABLES: Final = """
create table if not exists begun (id text primary key, content text not null);
create table if not exists bearer (digest text primary key, tool text not null, scopes text not null, expires_at integer not null);
create table if not exists assertion (id text primary key);
create table if not exists grade (item text not null, person text not null, given real, maximum real, comment text not null,
    at integer not null, complete integer not null, primary key (item, person));
create table if not exists receipt (id integer primary key, received_at text not null, item text not null, person text not null,
    body text not null, status integer not null, reason text not null);
create table if not exists switch (name text primary key, value text not null);
create table if not exists tool (id integer primary key, client_id text not null unique, content text not null);
create table if not exists course (id integer primary key, content text not null);
create table if not exists activity (id integer primary key, course integer not null, item integer unique, content text not null);
create table if not exists placement (course text not null, tool text not null, deployment text not null, primary key (course, tool));
create table if not exists draft (id text primary key, person text not null, content text not null);
create table if not exists submission (id integer primary key, item text not null, person text not null);
"""


class Database:
    """One connection for each operation, so that threads never share one."""

    def __init__(self, file: Path) -> None:
        self._file = file
        with self.connected() as database:
            database.execute("pragma journal_mode=wal")
            database.executescript(_TABLES)

    @contextmanager
    def connected(self) -> Iterator[sqlite3.Connection]:
        """Open a connection for one transaction, and close it."""
        with closing(sqlite3.connect(self._file, timeout=30)) as database, database:
            yield database
