"""Custom parameters and the variables in them (LTI 1.3, appendix of substitution variables)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from lti_tool.practice_lms.catalogue import Activity, Course
from lti_tool.practice_lms.people import Person

# The custom parameters of the tool that is registered from the start.
SEEDED: Final = {
    "user_id": "$User.id",
    "person_fullname": "$Person.name.full",
    "course_title": "$CourseSection.title",
    # A variable that this LMS does not know arrives literally.
    "unknown": "$No.such.variable",
    "context_memberships_url": "$ToolProxyBinding.memberships.url",
}


@dataclass(frozen=True, slots=True)
class Known:
    """What variables can be made of; `names` and `mail` tell whether they may be told, `activity` is None in deep linking."""

    person: Person
    course: Course
    activity: Activity | None
    members_url: str
    locale: str
    names: bool
    mail: bool


_VARIABLES: Final[Mapping[str, Callable[[Known], str | None]]] = {
    "$User.id": lambda known: known.person.id,
    "$User.username": lambda known: known.person.username if known.names else None,
    "$Person.name.full": lambda known: known.person.name if known.names else None,
    "$Person.name.given": lambda known: known.person.given_name if known.names else None,
    "$Person.name.family": lambda known: known.person.family_name if known.names else None,
    "$Person.email.primary": lambda known: known.person.email if known.mail else None,
    "$Person.address.timezone": lambda _: "99",
    "$Context.id": lambda known: known.course.id,
    "$Context.title": lambda known: known.course.title,
    "$Context.label": lambda known: known.course.label,
    "$Context.id.history": lambda _: "",
    "$CourseSection.title": lambda known: known.course.title,
    "$CourseSection.label": lambda known: known.course.label,
    "$CourseSection.sourcedId": lambda known: known.course.id,
    "$ResourceLink.id": lambda known: known.activity.id if known.activity else None,
    "$ResourceLink.title": lambda known: known.activity.title if known.activity else None,
    "$ResourceLink.description": lambda known: known.activity.about if known.activity else None,
    "$Message.locale": lambda known: known.locale,
    "$ToolProxyBinding.memberships.url": lambda known: known.members_url,
}
NAMES: Final = tuple(sorted(name.removeprefix("$") for name in _VARIABLES))


def substituted(custom: Mapping[str, str], known: Known) -> dict[str, str | None]:
    """Return custom parameters with the variables that this LMS knows; what may not be told is None, unknown ones stay as they are."""
    return {name: _VARIABLES[value](known) if value in _VARIABLES else value for name, value in custom.items()}
