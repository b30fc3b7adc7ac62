"""Connections to a database server that was started anew in between."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from lti_tool import database
from lti_tool.database import Database
from lti_tool.installation import Installation

pytestmark = pytest.mark.postgresql


@pytest.fixture
def served(postgresql_installation: Installation) -> Database:
    return postgresql_installation.database


def end_all_others(opened: Database) -> None:
    """End every connection to this database but the one that asks, as a restart of the server does."""
    with sa.create_engine(opened.engine.url, poolclass=sa.NullPool).connect() as connection:
        connection.execute(
            sa.text("select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        )


def use_each(opened: Database) -> None:
    with opened.read() as session:
        session.execute(sa.text("select 1"))
    with opened.look() as connection:
        connection.execute(sa.text("select 1"))
    with opened.note() as connection:
        connection.execute(sa.text("select 1"))


def test_a_rested_connection_is_asked_whether_it_lives(served: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    use_each(served)
    end_all_others(served)
    monkeypatch.setattr(database, "RESTED_SECONDS", -1.0)
    use_each(served)


def test_one_that_was_just_used_fails_once_and_takes_the_others_along(served: Database) -> None:
    use_each(served)
    end_all_others(served)
    with pytest.raises(sa.exc.OperationalError), served.read() as session:
        session.execute(sa.text("select 1"))
    with served.read() as session:
        assert session.execute(sa.text("select 1")).scalar_one() == 1


def test_what_is_noted_does_not_wait_for_the_disk_and_the_rest_does(served: Database) -> None:
    with served.note() as connection:
        assert connection.execute(sa.text("show synchronous_commit")).scalar_one() == "off"
    with served.write() as session:
        assert session.execute(sa.text("show synchronous_commit")).scalar_one() == "on"


def test_a_disposed_engine_leaves_no_connection_behind(served: Database) -> None:
    use_each(served)
    served.engine.dispose()
    with sa.create_engine(served.engine.url, poolclass=sa.NullPool).connect() as connection:
        others = sa.text("select count(*) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()")
        assert connection.execute(others).scalar_one() == 0
