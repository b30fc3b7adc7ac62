"""The invented people of the practice LMS, from `people.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final


class Kind(StrEnum):
    """What somebody is in the course."""

    TEACHER = "teacher"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"


_COURSE_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_INSTITUTION_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
_SYSTEM_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"

# The full URIs of a launch; the teachers who apply are learners of this course, as in Moodle.
ROLES: Final = {
    Kind.TEACHER: (f"{_COURSE_ROLE}Learner",),
    Kind.STAFF: (f"{_COURSE_ROLE}Instructor",),
    Kind.ADMINISTRATOR: (f"{_INSTITUTION_ROLE}Administrator", f"{_COURSE_ROLE}Instructor", f"{_SYSTEM_ROLE}Administrator"),
}
# The short roles of the roster.
ROSTER_ROLES: Final = {Kind.TEACHER: ("Learner",), Kind.STAFF: ("Instructor",)}


@dataclass(frozen=True, slots=True)
class Person:
    """One invented person; `id` is the `sub` of launches."""

    id: str
    username: str
    given_name: str
    family_name: str
    email: str
    kind: Kind
    locale: str
    about: str

    @property
    def name(self) -> str:
        """Given name and family name, in this order."""
        return f"{self.given_name} {self.family_name}"

    @property
    def manages(self) -> bool:
        """Tell whether the person sees the links and pages of staff."""
        return self.kind is not Kind.TEACHER


@cache
def people() -> tuple[Person, ...]:
    """Return everybody, teachers first."""
    text = resources.files(__package__).joinpath("people.toml").read_text(encoding="utf-8")
    rows = [Person(**{**row, "kind": Kind(row["kind"])}) for row in tomllib.loads(text)["person"]]
    order = list(Kind)
    return tuple(sorted(rows, key=lambda person: order.index(person.kind)))


def find(person_id: str | None) -> Person | None:
    """Return the person with this id, or None."""
    return next((person for person in people() if person.id == person_id), None)


def teachers() -> tuple[Person, ...]:
    """Return those who apply: the only ones with a row in the gradebook."""
    return tuple(person for person in people() if person.kind is Kind.TEACHER)
