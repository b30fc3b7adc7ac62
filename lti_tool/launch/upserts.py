"""Inserts that meet an existing row: one statement on both databases, so that two first launches at once are no error."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum, auto
from functools import cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_tool.database import Base


def upsert(session: Session, record: type[Base], key: Mapping[str, Any], values: Mapping[str, Any], *, replace: bool = True) -> None:
    """Insert a row with `key` and `values`; if a row with this key is there, give it `values`, or leave it when not `replace`.

    On PostgreSQL a replaced row stays locked until the transaction ends, on SQLite the whole database is.
    """
    _execute(
        session,
        _statement(_dialect(session), record, tuple(key), tuple(values), _Then.REPLACE if replace else _Then.LEAVE),
        record,
        {**key, **values},
    )


def upsert_one(session: Session, record: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> int:
    """Do the same and return the row's id."""
    statement = _statement(_dialect(session), record, tuple(key), tuple(values), _Then.REPLACE_AND_RETURN_ID)
    return int(_execute(session, statement, record, {**key, **values}).scalar_one())


def insert_once(session: Session, record: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with this key is there; tell whether it was inserted. Of several at once, the database lets one through."""
    statement = _statement(_dialect(session), record, tuple(key), tuple(values), _Then.LEAVE)
    return bool(_execute(session, statement, record, {**key, **values}).rowcount == 1)


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


class _Then(Enum):
    """What happens to a row that is there already, and what is returned."""

    LEAVE = auto()
    REPLACE = auto()
    REPLACE_AND_RETURN_ID = auto()


@cache
def _statement(dialect: str, record: type[Base], key: tuple[str, ...], values: tuple[str, ...], then: _Then) -> sa.Executable:
    """Build the statement once for all its values."""
    table = cast("sa.Table", record.__table__)
    inserting = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    if then is _Then.LEAVE:
        # SQLAlchemy forgets how many rows an INSERT made, unless it is told.
        leaving: sa.Executable = inserting.on_conflict_do_nothing(index_elements=list(key)).execution_options(preserve_rowcount=True)
        return leaving
    replacing: sqlite.Insert | postgresql.Insert = inserting.on_conflict_do_update(
        index_elements=list(key), set_={name: inserting.excluded[name] for name in values}
    )
    return replacing.returning(table.c.id) if then is _Then.REPLACE_AND_RETURN_ID else replacing


def _execute(session: Session, statement: sa.Executable, record: type[Base], values: Mapping[str, Any]) -> sa.CursorResult[Any]:
    # What the session holds of its own comes first; columns that nobody names get their defaults.
    session.flush()
    return session.connection().execute(statement, dict(values))
