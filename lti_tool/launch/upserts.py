"""Inserts that meet an existing row: one statement on both databases, so that two first launches at once are no error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lti_tool.database import Base


def upsert(session: Session, record: type[Base], key: Mapping[str, Any], values: Mapping[str, Any], *, replace: bool = True) -> None:
    """Insert a row with `key` and `values`; if a row with this key is there, give it `values`, or leave it when not `replace`.

    On PostgreSQL a replaced row stays locked until the transaction ends, on SQLite the whole database is.
    """
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    statement = dialect.insert(record).values(**key, **values)
    if replace:
        statement = statement.on_conflict_do_update(index_elements=list(key), set_=dict(values))
    else:
        statement = statement.on_conflict_do_nothing(index_elements=list(key))
    session.execute(statement)
