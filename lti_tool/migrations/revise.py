"""Write a new migration from the difference between the records and the last migration (for developers)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from lti_tool.database import make_engine
from lti_tool.migrations.upgrade import configuration


def revise(message: str) -> None:
    """Upgrade an empty SQLite database to the last migration and write the next one."""
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'empty.sqlite3'}")
        with engine.begin() as connection:
            config = configuration(connection)
            command.upgrade(config, "head")
            number = len(list(ScriptDirectory.from_config(config).walk_revisions())) + 1
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


if __name__ == "__main__":
    revise(sys.argv[1])
