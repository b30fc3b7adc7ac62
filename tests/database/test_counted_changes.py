"""A process counts what it changes of a kind of record, once for each committed transaction, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lti_tool.changes import Changes
from lti_tool.database import Database, make_engine


class Base(DeclarativeBase):
    """Tables that no release has."""


class Noted(Base):
    """A record of which changes are counted."""

    __tablename__ = "test_noted"
    id: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[str] = mapped_column(default="")


class Other(Base):
    """Another kind."""

    __tablename__ = "test_other"
    id: Mapped[int] = mapped_column(primary_key=True)


changes = Changes(Noted)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    engine = make_engine(f"sqlite:///{tmp_path}/changes.sqlite3")
    Base.metadata.create_all(engine)
    yield Database(engine)
    engine.dispose()


def test_added_changed_and_deleted(database: Database) -> None:
    before = changes.count
    with database.write() as session:
        session.add(Noted(id=1))
        assert changes.count == before, "nothing is changed before it is committed"
    with database.write() as session:
        session.get_one(Noted, 1).said = "more"
    with database.write() as session:
        session.delete(session.get_one(Noted, 1))
    assert changes.count == before + 3


def test_several_in_one_transaction_are_one(database: Database) -> None:
    before = changes.count
    with database.write() as session:
        session.add_all([Noted(id=1), Noted(id=2)])
        session.flush()
        session.get_one(Noted, 1).said = "more"
    assert changes.count == before + 1


def test_reading_rolling_back_and_other_kinds_are_none(database: Database) -> None:
    before = changes.count
    with suppress(ZeroDivisionError), database.write() as session:
        session.add(Noted(id=1))
        session.flush()
        raise ZeroDivisionError
    with database.write() as session:
        session.add(Other(id=1))
    with database.read() as session:
        assert session.scalars(sa.select(Noted)).all() == []
    assert changes.count == before
