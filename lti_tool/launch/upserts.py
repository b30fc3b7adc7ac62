"""Inserts that meet an existing row: one statement on both databases, so that two first launches at once are no error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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
    _execute(session, record, key, values, replace=replace)


def insert_once(session: Session, record: type[Base], key: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with this key is there; tell whether it was inserted. Of several at once, the database lets one through."""
    return bool(_execute(session, record, key, values, replace=False).rowcount == 1)


def _execute(session: Session, record: type[Base], key: Mapping[str, Any], values: Mapping[str, Any], *, replace: bool) -> sa.CursorResult[Any]:
    # What the session holds of its own comes first; columns that nobody names get their defaults.
    session.flush()
    statement = _statement(session.get_bind().dialect.name, record, tuple(key), tuple(values), replace)
    return session.connection().execute(statement, {**key, **values})


def inserts(dialect: str) -> Callable[[Any], Any]:
    """Return the database's own `insert`, which knows what to do with a row that is there."""
    return postgresql.insert if dialect == "postgresql" else sqlite.insert


@cache
def _statement(dialect: str, record: type[Base], key: tuple[str, ...], values: tuple[str, ...], replace: bool) -> sa.Executable:
    """Build the statement once for all its values."""
    inserting = inserts(dialect)(cast("sa.Table", record.__table__))
    if not replace:
        # SQLAlchemy forgets how many rows an INSERT made, unless it is told.
        return cast("sa.Executable", inserting.on_conflict_do_nothing(index_elements=list(key)).execution_options(preserve_rowcount=True))
    came = {name: inserting.excluded[name] for name in values}
    return cast("sa.Executable", inserting.on_conflict_do_update(index_elements=list(key), set_=came))
