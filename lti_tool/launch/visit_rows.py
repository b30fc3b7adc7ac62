"""The rows that a launch writes: who arrived, and their visit. Both or neither, and once for each login.

On PostgreSQL they are one statement, so that a launch asks and is answered once; SQLite, where nobody waits for an answer, takes two.
Either writes nothing unless platform and place are still what the launch was checked with.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from lti_tool.launch import places
from lti_tool.launch.places import Changed
from lti_tool.launch.records import PersonRecord, VisitRecord
from lti_tool.launch.upserts import inserts
from lti_tool.problem import Problem

_PERSON: Final = ("registration_id", "sub", "given_name", "family_name", "full_name", "email", "latest_roles", "rights_since")
_VISIT: Final = ("id", "deployment_id", "roles", "content", "seen_at", "expires_at", "login_id")
_PEOPLE: Final = PersonRecord.__table__
_VISITS: Final = VisitRecord.__table__


def store(connection: sa.Connection, person: Mapping[str, Any], visit: Mapping[str, Any], expected: Mapping[str, Any]) -> int:
    """Store who arrived, under the names and roles of this launch, and the visit; return the person's id.

    Raises Problem("already-used") for a login that opened a visit before, and Changed if `places.holding` is not true any more.
    """
    together = connection.dialect.name == "postgresql"
    return _at_once(connection, person, visit, expected) if together else _one_by_one(connection, person, visit, expected)


def _at_once(connection: sa.Connection, person: Mapping[str, Any], visit: Mapping[str, Any], expected: Mapping[str, Any]) -> int:
    """Do it by one statement, which a login that was used undoes as a whole; the person's row is locked as long as it runs."""
    given = {**expected, **_person(person), **{f"visit_{name}": value for name, value in visit.items()}}
    try:
        found = connection.execute(_both(), given).scalar_one_or_none()
    except sa.exc.IntegrityError as error:
        if "login_id" not in str(getattr(getattr(error.orig, "diag", None), "constraint_name", "")):
            raise
        raise Problem("already-used") from None
    if found is None:
        raise Changed
    return int(found)


def _one_by_one(connection: sa.Connection, person: Mapping[str, Any], visit: Mapping[str, Any], expected: Mapping[str, Any]) -> int:
    stored = connection.execute(_person_statement(connection.dialect.name), {**expected, **_person(person)}).one_or_none()
    if stored is None:
        raise Changed
    person_id, rights_since = stored
    # Of two launches with the same rights at once, the first to be stored may have begun last: its instant counts for both.
    began = max(visit["created_at"], rights_since or visit["created_at"])
    if connection.execute(_visit_statement(), {**visit, "person_id": person_id, "created_at": began}).rowcount != 1:
        raise Problem("already-used")
    return int(person_id)


def _person(person: Mapping[str, Any]) -> dict[str, Any]:
    return {f"person_{name}": value for name, value in person.items()}


# Run at every launch, so built once.
@cache
def _visit_statement() -> sa.Executable:
    inserting = inserts("sqlite")(_VISITS).on_conflict_do_nothing(index_elements=["login_id"])
    # SQLAlchemy forgets how many rows an INSERT made, unless it is told.
    once: sa.Executable = inserting.execution_options(preserve_rowcount=True)
    return once


@cache
def _both() -> sa.Executable:
    """PostgreSQL writes the person and, with the id that it gave, the visit (7.8.4 Data-Modifying Statements in WITH)."""
    person = _person_statement("postgresql").cte("person")
    values = {name: sa.bindparam(f"visit_{name}", type_=_VISITS.c[name].type) for name in (*_VISIT, "created_at")}
    # Of two launches with the same rights at once, the first to be stored may have begun last: its instant counts for both.
    began = sa.func.greatest(values.pop("created_at"), person.c.rights_since)
    rows = sa.select(*values.values(), began, person.c.id)
    stored: sa.Executable = sa.insert(_VISITS).from_select([*_VISIT, "created_at", "person_id"], rows).returning(_VISITS.c.person_id)  # type: ignore[arg-type]
    return stored


@cache
def _person_statement(dialect: str) -> Any:
    given = sa.select(*(sa.bindparam(f"person_{name}", type_=_PEOPLE.c[name].type) for name in _PERSON)).where(places.holding())
    inserting: Any = inserts(dialect)(_PEOPLE).from_select(list(_PERSON), given)
    came = {name: inserting.excluded[name] for name in ("given_name", "family_name", "full_name", "email", "latest_roles")}
    # Who comes back with other roles than before has these rights since now: what was opened earlier is over for good.
    as_before = _PEOPLE.c.latest_roles == inserting.excluded.latest_roles
    came["rights_since"] = sa.case((as_before, _PEOPLE.c.rights_since), else_=inserting.excluded.rights_since)
    upserting = inserting.on_conflict_do_update(index_elements=["registration_id", "sub"], set_=came)
    return upserting.returning(_PEOPLE.c.id, _PEOPLE.c.rights_since)
