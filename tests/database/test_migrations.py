"""The migrated database is the one that the records describe, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from lti_tool.database import make_engine
from lti_tool.installation import Installation
from lti_tool.migrations.records import METADATA
from lti_tool.migrations.upgrade import is_current, upgrade
from lti_tool.work import sqlite_fits


def test_migrations_and_records_agree(installation: Installation) -> None:
    with installation.database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables}
        )
        assert compare_metadata(context, METADATA) == []


def test_upgrading_again_changes_nothing(installation: Installation) -> None:
    assert is_current(installation.database.engine)
    upgrade(installation.settings.database)
    assert is_current(installation.database.engine)


@pytest.mark.parametrize(
    ("python", "sqlite", "fits"),
    [((3, 11), (3, 40, 1), True), ((3, 12), (3, 41, 2), False), ((3, 13), (3, 40, 1), False), ((3, 13), (3, 42, 0), True)],
)
def test_background_work_needs_a_clock_that_sqlite_has(python: tuple[int, ...], sqlite: tuple[int, ...], fits: bool) -> None:
    assert sqlite_fits(python, sqlite) is fits


def test_documents_of_the_release_before_are_kept(installation: Installation, tmp_path: Path) -> None:
    """Rows that others refer to, at the revision before the last, come through the upgrade (on SQLite no table is made anew)."""
    url = _emptied(installation, tmp_path)
    upgrade(url, "0002")
    engine = make_engine(url)
    tables = sa.MetaData()
    with engine.begin() as connection:
        tables.reflect(connection)
        for name in ("registration", "deployment", "person"):
            _insert(connection, tables.tables[name], {})
        _insert(connection, tables.tables["application"], {"id": "a"})
        _insert(connection, tables.tables["document"], {"id": "d", "application_id": "a"})
        _insert(connection, tables.tables["document_number"], {"document_id": "d"})
    engine.dispose()
    upgrade(url)
    engine = make_engine(url)
    with engine.connect() as connection:
        assert connection.execute(sa.text("select id, part from document")).all() == [("d", 1)]
        assert connection.execute(sa.text("select document_id from document_number")).all() == [("d",)]
    engine.dispose()


def _emptied(installation: Installation, folder: Path) -> str:
    """An empty database of the installation's kind: a new file, or the same server's without its tables."""
    if installation.database.engine.dialect.name == "sqlite":
        return f"sqlite:///{folder / 'before.sqlite3'}"
    with installation.database.engine.begin() as connection:
        connection.execute(sa.text("drop schema public cascade"))
        connection.execute(sa.text("create schema public"))
    installation.database.engine.dispose()
    return installation.settings.database


def _insert(connection: sa.Connection, table: sa.Table, values: dict[str, object]) -> None:
    """Insert a row with something in every column that must hold something."""
    row = dict(values)
    for column in table.columns:
        needed = not column.nullable and column.server_default is None and column.name not in row
        if needed and not (column.primary_key and isinstance(column.type, sa.Integer)):
            row[column.name] = _anything(column.type)
    connection.execute(table.insert().values(row))


def _anything(kind: sa.types.TypeEngine[object]) -> object:
    some: list[tuple[type, object]] = [
        (sa.Boolean, True),
        (sa.Integer, 1),
        (sa.DateTime, datetime(2026, 1, 1, tzinfo=UTC)),
        (sa.Date, date(2026, 1, 1)),
        (sa.JSON, []),
    ]
    return next((value for of, value in some if isinstance(kind, of)), "x")
