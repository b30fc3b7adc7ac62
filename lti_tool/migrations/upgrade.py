"""Bring a database to the tables of this release."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from lti_tool.database import make_engine
from lti_tool.work import prepare_tables


def configuration(connection: sa.Connection | None = None) -> Config:
    """Return Alembic's configuration for the migrations that ship in this package."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Upgrade the tool's own tables and those of the background work; safe to call again."""
    prepare_tables(url)
    engine = make_engine(url)
    with engine.begin() as connection:
        command.upgrade(configuration(connection), revision)
    engine.dispose()


def is_current(engine: sa.Engine) -> bool:
    """Tell whether the database stands at this release's revision."""
    with engine.connect() as connection:
        held = MigrationContext.configure(connection).get_current_revision()
    return held == ScriptDirectory.from_config(configuration()).get_current_head()
