"""The one database: engine, session, column types. SQLite in WAL mode by default, PostgreSQL by URL."""

from __future__ import annotations

import math
import secrets
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import TypeDecorator

# Names for every constraint, so that Alembic can change them on both databases.
NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# A connection that was used this lately is taken without asking whether it still lives.
RESTED_SECONDS = 2.0


class Base(DeclarativeBase):
    """The base of every record."""

    metadata = sa.MetaData(naming_convention=NAMING)


class Instant(TypeDecorator[datetime]):
    """An instant, stored in UTC and always aware in Python."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """Refuse naive times: they would mean different instants on different machines."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        """SQLite forgets the zone; give it back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


JSON = sa.JSON().with_variant(JSONB(), "postgresql")


def new_id() -> str:
    """Return a public identifier of 128 random bits, 32 hexadecimal digits."""
    return secrets.token_hex(16)


def make_engine(url: str) -> sa.Engine:
    """Return an engine; on SQLite with WAL, foreign keys, and write locks taken at the start of a transaction."""
    parsed = sa.make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        return _server(parsed, size=10)
    engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _server(url: sa.URL, *, size: int, options: str = "", **more: Any) -> sa.Engine:
    arguments = {"options": options} if options else {}
    server = sa.create_engine(url, hide_parameters=True, pool_size=size, max_overflow=10, connect_args=arguments, **more)
    _ping_after_a_pause(server)
    return server


def _passing(engine: sa.Engine) -> sa.Engine:
    """Return an engine whose commits don't wait for the disk; it is disposed together with `engine`."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(passing=True)
    # Connections of their own: to tell it in every transaction would be one more question and answer.
    server = _server(engine.url, size=5, options="-c synchronous_commit=off")
    sa.event.listen(engine, "engine_disposed", lambda _engine: server.dispose())
    return server


def _alone(engine: sa.Engine) -> sa.Engine:
    """Return an engine of which every statement is a transaction that doesn't wait for the disk; it is disposed together with `engine`."""
    server = _server(engine.url, size=5, options="-c synchronous_commit=off", isolation_level="AUTOCOMMIT")
    sa.event.listen(engine, "engine_disposed", lambda _engine: server.dispose())
    return server


def _prepare_sqlite(connection: Any, _record: object) -> None:
    # The driver's own BEGIN is switched off, so that _begin_sqlite decides when the write lock is taken.
    connection.isolation_level = None
    # What is deleted is overwritten, so that erased evidence is not found in the file's free pages (threat W07).
    for pragma in ("journal_mode=wal", "busy_timeout=30000", "foreign_keys=on", "synchronous=full", "secure_delete=on"):
        connection.execute(f"pragma {pragma}").close()


def _begin_sqlite(connection: sa.Connection) -> None:
    # A transaction that reads first and writes later would fail with "database is locked" instead of waiting.
    options = connection.get_execution_options()
    if options.get("reads_only"):
        _say(connection, "BEGIN")
        return
    # In WAL mode "normal" leaves the disk's confirmation to the next one who asks for it.
    wanted = "normal" if options.get("passing") else "full"
    if connection.info.get("synchronous", "full") != wanted:
        _say(connection, f"pragma synchronous={wanted}")
        connection.info["synchronous"] = wanted
    _say(connection, "BEGIN IMMEDIATE")


def _say(connection: sa.Connection, statement: str) -> None:
    """Run a statement that stands before every transaction, without all that SQLAlchemy does around one. Raises OperationalError."""
    try:
        connection.connection.cursor().execute(statement)
    except sqlite3.Error as error:
        raise sa.exc.OperationalError(statement, None, error) from error


def _ping_after_a_pause(server: sa.Engine) -> None:
    """Ask a connection whether it still lives before it is used, if it has lain idle: the server may have been started anew."""

    def rested(_connection: Any, record: Any) -> None:
        record.info["since"] = time.monotonic()

    def taken(connection: Any, record: Any, _proxy: object) -> None:
        if time.monotonic() - record.info.get("since", -math.inf) > RESTED_SECONDS and not _lives(server, connection):
            # The pool throws it away, and takes another one.
            raise sa.exc.DisconnectionError

    sa.event.listen(server, "checkin", rested)
    sa.event.listen(server, "checkout", taken)


def _lives(server: sa.Engine, connection: Any) -> bool:
    try:
        return bool(server.dialect.do_ping(connection))
    except server.dialect.loaded_dbapi.Error:
        return False


class Database:
    """Sessions on one engine: `write` for a transaction that commits at its end, `read` for one that never writes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._passing = _passing(engine)
        self._alone = None if engine.dialect.name == "sqlite" else _alone(engine)
        self._looking = engine.execution_options(reads_only=True)
        self._reading = sessionmaker(self._looking, expire_on_commit=False)

    @contextmanager
    def write(self) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises."""
        with self._writing() as session, session.begin():
            yield session

    @contextmanager
    def note(self) -> Iterator[sa.Connection]:
        """One transaction on a bare connection, for what passes.

        What it wrote may be lost when the machine loses its power within a moment, and never otherwise: for sessions, which cost
        their owner a click.
        """
        with self._passing.begin() as connection:
            yield connection

    @contextmanager
    def note_at_once(self) -> Iterator[sa.Connection]:
        """Give a bare connection for what passes and is written by a single statement, the last one.

        On PostgreSQL every statement stands alone, so that a launch asks and is answered once, where a transaction around its
        statement would be two more questions; on SQLite, where nobody waits for an answer, all are one transaction.
        """
        if self._alone is None:
            with self.note() as connection:
                yield connection
            return
        with self._alone.connect() as connection:
            yield connection

    @contextmanager
    def look(self) -> Iterator[sa.Connection]:
        """Give a bare connection for reading rows: a third of a session's cost, for what every request asks."""
        with self._looking.connect() as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session for reading; whatever is changed in it is thrown away."""
        with self._reading() as session:
            yield session
            session.rollback()
