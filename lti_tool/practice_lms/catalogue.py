"""What stands where: tools and their state, courses, the links in them, and where tools are switched on."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from lti_tool.practice_lms.database import Database

ACTIVE: Final = "active"
PENDING: Final = "pending"
MAXIMUM: Final = 100.0
NAME_CLAIMS: Final = ("name", "given_name", "family_name")


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool's registration: `state` is pending or active; `claims` what its launches may carry; `deep_linking` "" where it has none."""

    id: str
    client_id: str
    name: str
    login: str
    redirects: tuple[str, ...]
    jwks: str
    target: str
    domain: str
    state: str = ACTIVE
    claims: tuple[str, ...] = (*NAME_CLAIMS, "email")
    scopes: tuple[str, ...] = ()
    custom: dict[str, str] = field(default_factory=dict)
    deep_linking: str = ""
    description: str = ""
    logo: str = ""


@dataclass(frozen=True, slots=True)
class Course:
    """A course; `learners` are people who learn here whatever they are elsewhere."""

    id: str
    label: str
    title: str
    learners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Activity:
    """A link to a tool: `item` is its line item's id, or None where it is not graded; `url` "" means the tool's own target."""

    id: str
    course: str
    tool: str
    title: str
    about: str = ""
    custom: dict[str, str] = field(default_factory=dict)
    url: str = ""
    item: str | None = None
    maximum: float = MAXIMUM
    resource_id: str = ""
    tag: str = ""
    review_url: str = ""
    staff_only: bool = False


class Catalogue(Database):
    """Each method is one transaction."""

    def tools(self) -> tuple[Tool, ...]:
        """Return every registration, oldest first."""
        with self.connected() as database:
            return tuple(_tool(row[0]) for row in database.execute("select content from tool order by id"))

    def tool(self, tool_id: str) -> Tool | None:
        """Return the registration with this id, or None."""
        return next((tool for tool in self.tools() if tool.id == tool_id), None)

    def client(self, client_id: str | None) -> Tool | None:
        """Return the registration with this client id, or None."""
        return next((tool for tool in self.tools() if tool.client_id == client_id), None)

    def keep_tool(self, tool: Tool) -> Tool:
        """Write a registration; one without an id gets the next. Raises sqlite3.IntegrityError for a client id that is taken."""
        with self.connected() as database:
            kept = tool if tool.id else replace(tool, id=_next(database, "tool", "id"))
            _write(database, "tool", kept.id, {"client_id": kept.client_id, "content": json.dumps(asdict(kept))})
        return kept

    def drop_tool(self, tool_id: str) -> None:
        """Forget a registration and where it was switched on."""
        with self.connected() as database:
            database.execute("delete from tool where id = ?", (tool_id,))
            database.execute("delete from placement where tool = ?", (tool_id,))

    def courses(self) -> tuple[Course, ...]:
        """Return every course."""
        with self.connected() as database:
            return tuple(_course(row[0]) for row in database.execute("select content from course order by id"))

    def course(self, course_id: str | None) -> Course | None:
        """Return the course with this id, or None."""
        return next((course for course in self.courses() if course.id == course_id), None)

    def keep_course(self, course: Course) -> Course:
        """Write a course; one without an id gets the next."""
        with self.connected() as database:
            kept = course if course.id else replace(course, id=_next(database, "course", "id"))
            _write(database, "course", kept.id, {"content": json.dumps(asdict(kept))})
        return kept

    def activities(self, course_id: str) -> tuple[Activity, ...]:
        """Return the links of a course, in the order they were made."""
        with self.connected() as database:
            rows = database.execute("select content from activity where course = ? order by id", (course_id,)).fetchall()
        return tuple(Activity(**json.loads(row[0])) for row in rows)

    def activity(self, activity_id: str | None) -> Activity | None:
        """Return the link with this id, or None."""
        with self.connected() as database:
            row = database.execute("select content from activity where id = ?", (activity_id,)).fetchone()
        return Activity(**json.loads(row[0])) if row else None

    def graded(self, course_id: str, item: str) -> Activity | None:
        """Return the link of this course whose line item has this id, or None."""
        return next((activity for activity in self.activities(course_id) if activity.item == item), None)

    def keep_activities(self, activities: Iterable[Activity]) -> tuple[Activity, ...]:
        """Write links; those without an id get the next, and an `item` of "" becomes a new line item."""
        with self.connected() as database:
            return tuple(_kept_activity(database, activity) for activity in activities)

    def drop_activity(self, activity_id: str) -> None:
        """Remove a link."""
        with self.connected() as database:
            database.execute("delete from activity where id = ?", (activity_id,))

    def deployment(self, course_id: str, tool_id: str) -> str | None:
        """Return the deployment id under which the tool is switched on in this course, or None where it is not."""
        with self.connected() as database:
            row = database.execute("select deployment from placement where course = ? and tool = ?", (course_id, tool_id)).fetchone()
        return str(row[0]) if row else None

    def place(self, course_id: str, tool_id: str, deployment: str) -> None:
        """Switch a tool on in a course; one that is on stays as it is."""
        with self.connected() as database:
            database.execute("insert or ignore into placement values (?, ?, ?)", (course_id, tool_id, deployment))

    def displace(self, course_id: str, tool_id: str) -> None:
        """Switch a tool off in a course."""
        with self.connected() as database:
            database.execute("delete from placement where course = ? and tool = ?", (course_id, tool_id))

    def keep_draft(self, draft_id: str, person: str, items: list[dict[str, Any]]) -> None:
        """Remember content items that were chosen, until the form that shows them is saved."""
        with self.connected() as database:
            database.execute("insert into draft values (?, ?, ?)", (draft_id, person, json.dumps(items)))

    def draft(self, draft_id: str | None, person: str) -> list[dict[str, Any]]:
        """Return the content items that this person chose; none for unknown drafts."""
        with self.connected() as database:
            row = database.execute("select content from draft where id = ? and person = ?", (draft_id, person)).fetchone()
        return list(json.loads(row[0])) if row else []


def _tool(content: str) -> Tool:
    fields = json.loads(content)
    return Tool(**{**fields, **{name: tuple(fields[name]) for name in ("redirects", "claims", "scopes")}})


def _course(content: str) -> Course:
    fields = json.loads(content)
    return Course(**{**fields, "learners": tuple(fields["learners"])})


def _kept_activity(database: sqlite3.Connection, activity: Activity) -> Activity:
    kept = activity if activity.id else replace(activity, id=_next(database, "activity", "id"))
    if kept.item == "":
        kept = replace(kept, item=_next(database, "activity", "item"))
    _write(database, "activity", kept.id, {"course": kept.course, "item": kept.item, "content": json.dumps(asdict(kept))})
    return kept


def _next(database: sqlite3.Connection, table: str, column: str) -> str:
    return str(database.execute(f"select coalesce(max({column}), 0) + 1 from {table}").fetchone()[0])  # noqa: S608 - our own words


def _write(database: sqlite3.Connection, table: str, row_id: str, values: dict[str, Any]) -> None:
    columns = ", ".join(values)
    marks = ", ".join("?" for _ in values)
    changes = ", ".join(f"{name} = excluded.{name}" for name in values)
    statement = f"insert into {table} (id, {columns}) values (?, {marks}) on conflict (id) do update set {changes}"  # noqa: S608 - our own words
    database.execute(statement, (row_id, *values.values()))
