"""The migrated database is the one that the records describe, on both databases."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

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
