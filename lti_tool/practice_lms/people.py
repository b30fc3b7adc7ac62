"""The invented people of the practice LMS, from `people.toml`."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Final

from lti_tool.practice_lms.catalogue import Course
from lti_tool.practice_lms.manner import MOODLE, Manner


class Kind(StrEnum):
    """What somebody is in the course."""

    TEACHER = "teacher"
    STAFF = "staff"
    ASSISTANT = "assistant"
    ADMINISTRATOR = "administrator"


_COURSE_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
_INSTITUTION_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
_SYSTEM_ROLE: Final = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
_LEARNER: Final = (f"{_COURSE_ROLE}Learner",)

# The full URIs of a launch; the teachers who apply are learners of this course, as in Moodle.
_ROLES: Final = {
    Kind.TEACHER: _LEARNER,
    Kind.STAFF: (f"{_COURSE_ROLE}Instructor",),
    # Moodle's non-editing teacher: an instructor here, a learner in the roster.
    Kind.ASSISTANT: (f"{_COURSE_ROLE}Instructor",),
    Kind.ADMINISTRATOR: (f"{_INSTITUTION_ROLE}Administrator", f"{_COURSE_ROLE}Instructor", f"{_SYSTEM_ROLE}Administrator"),
}
_CANVAS_COURSE_ROLES: Final = {
    Kind.TEACHER: _LEARNER,
    Kind.STAFF: (f"{_COURSE_ROLE}Instructor",),
    Kind.ASSISTANT: ("http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant", f"{_COURSE_ROLE}Instructor"),
    Kind.ADMINISTRATOR: (),
}
# What somebody is in the institution, sent in every course beside the course's roles.
_CANVAS_INSTITUTION_ROLES: Final = {
    Kind.TEACHER: (f"{_INSTITUTION_ROLE}Student", f"{_SYSTEM_ROLE}User"),
    Kind.STAFF: (f"{_INSTITUTION_ROLE}Instructor", f"{_SYSTEM_ROLE}User"),
    Kind.ASSISTANT: (f"{_INSTITUTION_ROLE}Student", f"{_SYSTEM_ROLE}User"),
    Kind.ADMINISTRATOR: (f"{_INSTITUTION_ROLE}Administrator", f"{_SYSTEM_ROLE}User"),
}
# The short roles of Moodle's roster; an administrator is not enrolled.
_SHORT_ROLES: Final = {Kind.TEACHER: ("Learner",), Kind.STAFF: ("Instructor",), Kind.ASSISTANT: ("Learner",)}


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

    @property
    def edits(self) -> bool:
        """Tell whether the person may change courses."""
        return self.kind in {Kind.STAFF, Kind.ADMINISTRATOR}


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


def learns(person: Person, course: Course) -> bool:
    """Tell whether somebody is a learner in this course."""
    return person.kind is Kind.TEACHER or person.id in course.learners


def launch_roles(person: Person, course: Course, manner: Manner = MOODLE) -> tuple[str, ...]:
    """Return the role URIs of a launch; in Canvas's manner the institution's stand beside the course's."""
    if not manner.institution_roles:
        return _LEARNER if learns(person, course) else _ROLES[person.kind]
    in_course = _LEARNER if learns(person, course) else _CANVAS_COURSE_ROLES[person.kind]
    return (*_CANVAS_INSTITUTION_ROLES[person.kind], *in_course)


def roster_roles(person: Person, course: Course, manner: Manner) -> tuple[str, ...]:
    """Return somebody's roles in the roster: () for those who are not enrolled."""
    if manner.short_roles:
        return _SHORT_ROLES[Kind.TEACHER] if learns(person, course) else _SHORT_ROLES.get(person.kind, ())
    return _LEARNER if learns(person, course) else _CANVAS_COURSE_ROLES[person.kind]
