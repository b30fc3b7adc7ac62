"""Fixtures for every test: an installation on each database, and what decides between skipping and failing."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
import structlog
from compiled_once import keep
from postgresql_room import PostgreSQLRoom

from lti_tool.evidence import ocr
from lti_tool.installation import Installation
from lti_tool.migrations.upgrade import upgrade
from lti_tool.settings import Settings

POSTGRESQL = os.environ.get("SEALWRIGHT_TEST_POSTGRESQL", "postgresql://root@/postgres?host=/var/run/postgresql")
NO_SKIPS = os.environ.get("SEALWRIGHT_NO_SKIPS") == "1"
WHOLE_PROGRAMS = frozenset({"worker", "bench", "browser", "platforms", "issuing", "practice_lms", "fuzz"})

keep()


def skip_or_fail(reason: str) -> None:
    """Skip where a part is not to be had; fail where the run promises that nothing is skipped (SEALWRIGHT_NO_SKIPS=1)."""
    if NO_SKIPS:
        pytest.fail(f"SEALWRIGHT_NO_SKIPS=1, but {reason}")
    pytest.skip(reason)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what runs whole programs and takes long, so that no process is left alone with it at the end."""
    items.sort(key=lambda item: item.path.parent.name not in WHOLE_PROGRAMS)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Name what fails at once: a run that is ended from outside prints no summary."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        print(f"\n{report.when} of {report.nodeid} failed after {report.duration:.0f} s\n{report.longreprtext[-3000:]}", flush=True)


@pytest.fixture
def needs_ocr() -> None:
    """For tests of what is read from pictures."""
    if not ocr.available():
        skip_or_fail("tesserocr or tesseract's data are not installed")


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """What one test says about log lines holds for none after it."""
    before = structlog.get_config()
    yield
    structlog.configure(**before)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty SQLite database to copy."""
    file = tmp_path_factory.mktemp("template") / "template.sqlite3"
    upgrade(f"sqlite:///{file}")
    with sa.create_engine(f"sqlite:///{file}").connect() as connection:
        connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    return file


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[str]:
    """The name of an upgraded, empty PostgreSQL database to copy."""
    name = f"sealwright_template_{uuid.uuid4().hex[:12]}"
    try:
        admin = psycopg.connect(POSTGRESQL, autocommit=True)
    except psycopg.OperationalError as error:
        skip_or_fail(f"no PostgreSQL answers at SEALWRIGHT_TEST_POSTGRESQL: {error}")
    admin.execute(f'create database "{name}"')
    upgrade(_postgresql_url(name))
    yield name
    admin.execute(f'drop database "{name}" with (force)')
    admin.close()


def _postgresql_url(database: str) -> str:
    return sa.make_url(POSTGRESQL).set(database=database).render_as_string(hide_password=False)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The empty home of an installation."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def sqlite_installation(home: Path, sqlite_template: Path) -> Iterator[Installation]:
    """An installation on SQLite, tables made, no keys yet."""
    shutil.copy(sqlite_template, home / "sealwright.sqlite3")
    opened = Installation(Settings(home=home, base_url="http://localhost:8400", allow_private_hosts=True, reading_niceness=0))
    yield opened
    _close(opened)


@pytest.fixture(scope="session")
def postgresql_room(postgresql_template: str) -> Iterator[PostgreSQLRoom]:
    """The database of this process's tests, one after the other."""
    with psycopg.connect(POSTGRESQL, autocommit=True) as admin:
        room = PostgreSQLRoom(admin, postgresql_template, _postgresql_url)
        yield room
        room.give_up()


@pytest.fixture
def postgresql_installation(home: Path, postgresql_room: PostgreSQLRoom) -> Iterator[Installation]:
    """An installation on a real PostgreSQL, tables made and empty, no keys yet."""
    url = postgresql_room.emptied()
    opened = Installation(Settings(home=home, base_url="http://localhost:8400", allow_private_hosts=True, reading_niceness=0, database_url=url))
    yield opened
    _close(opened)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def installation(request: pytest.FixtureRequest) -> Installation:
    """The same test on both databases."""
    opened = request.getfixturevalue(f"{request.param}_installation")
    assert isinstance(opened, Installation)
    return opened


def _close(opened: Installation) -> None:
    if "work" in opened.__dict__:
        opened.work.close()
    if "database" in opened.__dict__:
        opened.database.engine.dispose()
