"""The chain of events shows every tampering."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.history import Event, append, first_break
from lti_tool.installation import Installation


def _chain(installation: Installation) -> None:
    for number in range(1, 6):
        with installation.database.write() as session:
            append(session, "decision.award", f"subject-{number}", "program", {"number": number})


def test_an_untouched_chain_is_whole(installation: Installation) -> None:
    _chain(installation)
    with installation.database.read() as session:
        assert first_break(session) is None


def _change(session: Session) -> None:
    session.get_one(Event, 3).content = {"number": 33}


def _reattribute(session: Session) -> None:
    session.get_one(Event, 3).actor = "somebody"


def _remove(session: Session) -> None:
    session.delete(session.get_one(Event, 3))


def _change_and_rehash(session: Session) -> None:
    event = session.get_one(Event, 3)
    event.content = {"number": 33}
    event.digest = event.computed()


TAMPERINGS: list[tuple[Callable[[Session], None], int]] = [(_change, 3), (_reattribute, 3), (_remove, 3), (_change_and_rehash, 4)]


@pytest.mark.parametrize(("tamper", "at"), TAMPERINGS)
def test_a_tampering_is_found_where_it_is(installation: Installation, tamper: Callable[[Session], None], at: int) -> None:
    _chain(installation)
    with installation.database.write() as session:
        tamper(session)
    with installation.database.read() as session:
        assert first_break(session) == at
        assert session.scalar(sa.select(sa.func.count()).select_from(Event))
