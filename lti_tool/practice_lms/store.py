"""What the practice LMS remembers of launches, tokens, grades and switches."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple, dataclass
from typing import Final

from lti_tool.practice_lms.database import Database

# One statement, so that of two scores of the same second exactly one is taken.
_SET_GRADE: Final = """
insert into grade (item, person, given, maximum, comment, at, complete) values (?, ?, ?, ?, ?, ?, ?)
on conflict (item, person) do update set given = excluded.given, maximum = excluded.maximum, comment = excluded.comment,
    at = excluded.at, complete = excluded.complete
where excluded.at > grade.at
"""


@dataclass(frozen=True, slots=True)
class Launch:
    """A launch that was begun: who, in which course, to which tool, into an ``iframe`` or a ``window``.

    `message` is the LTI message type; `activity` is "" for deep linking, `for_person` the learner of a submission review, or "".
    """

    person: str
    course: str
    tool: str
    target: str
    activity: str = ""
    message: str = "LtiResourceLinkRequest"
    for_person: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """What stands in the gradebook for one person; `given` is None after an erasure; `at` in seconds since 1970."""

    item: str
    person: str
    given: float | None
    maximum: float | None
    comment: str
    at: int
    complete: bool


@dataclass(frozen=True, slots=True)
class Receipt:
    """One score message as it came in, accepted or not; `received_at` is ISO 8601 in UTC."""

    received_at: str
    item: str
    person: str
    body: str
    status: int
    reason: str


class Store(Database):
    """Each method is one transaction."""

    def begin(self, launch_id: str, launch: Launch) -> None:
        """Remember a launch until its one use."""
        with self.connected() as database:
            database.execute("insert into begun values (?, ?)", (launch_id, json.dumps(asdict(launch))))

    def take(self, launch_id: str) -> Launch | None:
        """Give back the launch and forget it; None when it was used or never begun."""
        with self.connected() as database:
            row = database.execute("delete from begun where id = ? returning content", (launch_id,)).fetchone()
        return Launch(**json.loads(row[0])) if row else None

    def keep_token(self, digest: str, tool: str, scopes: str, expires_at: int) -> None:
        """Remember an access token of a tool by its SHA-256."""
        with self.connected() as database:
            database.execute("insert into bearer values (?, ?, ?, ?)", (digest, tool, scopes, expires_at))

    def token(self, digest: str, at: int) -> tuple[str, frozenset[str]]:
        """Return whose token this is and what it allows at this second; nobody's and nothing for unknown and expired ones."""
        with self.connected() as database:
            row = database.execute("select tool, scopes from bearer where digest = ? and expires_at > ?", (digest, at)).fetchone()
        return (row[0], frozenset(row[1].split())) if row else ("", frozenset())

    def first_use(self, assertion_id: str) -> bool:
        """Tell whether this client assertion was not seen before, and remember it."""
        with self.connected() as database:
            return database.execute("insert or ignore into assertion values (?)", (assertion_id,)).rowcount == 1

    def grade(self, item: str, person: str) -> Grade | None:
        """Return what stands in the gradebook, or None."""
        return next((grade for grade in self.grades(item) if grade.person == person), None)

    def grades(self, item: str) -> tuple[Grade, ...]:
        """Return every grade of one column."""
        with self.connected() as database:
            rows = database.execute("select item, person, given, maximum, comment, at, complete from grade where item = ?", (item,)).fetchall()
        return tuple(_grade(*row) for row in rows)

    def set_grade(self, grade: Grade) -> bool:
        """Write a grade unless one of the same or a later second stands there; tell whether it was written."""
        with self.connected() as database:
            return database.execute(_SET_GRADE, astuple(grade)).rowcount == 1

    def submit(self, item: str, person: str) -> None:
        """Note a new submission, as a score makes one in Canvas unless it says otherwise."""
        with self.connected() as database:
            database.execute("insert into submission (item, person) values (?, ?)", (item, person))

    def submissions(self, item: str, person: str) -> int:
        """Count the submissions that scores made."""
        with self.connected() as database:
            return int(database.execute("select count(*) from submission where item = ? and person = ?", (item, person)).fetchone()[0])

    def receive(self, receipt: Receipt) -> None:
        """Note a score message and how it was answered."""
        with self.connected() as database:
            database.execute("insert into receipt (received_at, item, person, body, status, reason) values (?, ?, ?, ?, ?, ?)", astuple(receipt))

    def receipts(self) -> tuple[Receipt, ...]:
        """Return every score message, oldest first."""
        with self.connected() as database:
            rows = database.execute("select received_at, item, person, body, status, reason from receipt order by id").fetchall()
        return tuple(Receipt(*row) for row in rows)

    def switch(self, name: str, default: str) -> str:
        """Return how a switch stands."""
        with self.connected() as database:
            row = database.execute("select value from switch where name = ?", (name,)).fetchone()
        return str(row[0]) if row else default

    def set_switch(self, name: str, value: str) -> None:
        """Set a switch; it stays over restarts."""
        with self.connected() as database:
            database.execute("insert or replace into switch values (?, ?)", (name, value))

    def count(self, name: str) -> None:
        """Add one to a counter, which is read as a switch."""
        with self.connected() as database:
            database.execute("insert into switch values (?, '1') on conflict (name) do update set value = cast(value as integer) + 1", (name,))


def _grade(item: str, person: str, given: float | None, maximum: float | None, comment: str, at: int, complete: int) -> Grade:  # noqa: PLR0913, PLR0917 - a row's columns
    return Grade(item, person, given, maximum, comment, at, bool(complete))
