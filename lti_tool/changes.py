"""What this process has changed: a count for whoever remembers rows for a moment, so that its own changes bite at once."""

from __future__ import annotations

import itertools
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapper, Session, object_session


class Changes:
    """How many committed transactions of this process have changed a record of these kinds.

    Whoever remembers such a row takes the `count` *before* reading it: what changes meanwhile makes the memory void. Counted are
    records that were loaded or added; statements that change rows past them are not.
    """

    def __init__(self, *records: type[DeclarativeBase]) -> None:
        self.count = 0
        self._numbers = itertools.count(1)
        self._mark = f"changed: {', '.join(record.__tablename__ for record in records)}"
        for record, what in itertools.product(records, ("after_insert", "after_update", "after_delete")):
            sa.event.listen(record, what, self._changed)
        sa.event.listen(Session, "after_commit", self._committed)

    def _changed(self, _mapper: Mapper[Any], _connection: sa.Connection, record: DeclarativeBase) -> None:
        if (session := object_session(record)) is not None:
            session.info[self._mark] = True

    def _committed(self, session: Session) -> None:
        if session.info.pop(self._mark, False):
            # Threads may commit at once; each gets a number of its own.
            self.count = next(self._numbers)
