"""The one database: engine, session, column types. SQLite in WAL mode by default, PostgreSQL by URL."""

from __future__ import annotations

import secrets
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
        server = sa.create_engine(parsed, hide_parameters=True, pool_pre_ping=True, pool_size=10, max_overflow=10)
        sa.event.listen(server, "begin", _begin_postgresql)
        return server
    engine = sa.create_engine(parsed, hide_parameters=True, connect_args={"timeout": 30})
    sa.event.listen(engine, "connect", _prepare_sqlite)
    sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


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
        connection.exec_driver_sql("BEGIN")
        return
    # In WAL mode "normal" leaves the disk's confirmation to the next one who asks for it.
    wanted = "normal" if options.get("passing") else "full"
    if connection.info.get("synchronous", "full") != wanted:
        connection.exec_driver_sql(f"pragma synchronous={wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: sa.Connection) -> None:
    if connection.get_execution_options().get("passing"):
        connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")


class Database:
    """Sessions on one engine: `write` for a transaction that commits at its end, `read` for one that never writes."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine
        self._writing = sessionmaker(engine, expire_on_commit=False)
        self._passing = sessionmaker(engine.execution_options(passing=True), expire_on_commit=False)
        self._looking = engine.execution_options(reads_only=True)
        self._reading = sessionmaker(self._looking, expire_on_commit=False)

    @contextmanager
    def write(self, *, durable: bool = True) -> Iterator[Session]:
        """One transaction: committed when the block ends, rolled back when it raises.

        What is not `durable` may be lost when the machine loses its power within a moment, and never otherwise: for sessions,
        which cost their owner a click.
        """
        with (self._writing if durable else self._passing)() as session, session.begin():
            yield session

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
