"""The frozen value that a launch gives to the rest: who came, from where, as what, for what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do here; decided by the latest launch alone (design rule 10)."""

    TEACHER = "teacher"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


class Activity(StrEnum):
    """What a link in a course opens."""

    APPLY = "apply"
    FINAL = "final"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Visitor:
    """The person of a visit, keyed by (registration, sub); names as the LMS gave them, perhaps empty."""

    id: int
    registration_id: int
    sub: str
    given_name: str
    family_name: str
    full_name: str
    email: str


@dataclass(frozen=True, slots=True)
class Visit:
    """One launch that was accepted.

    `id` is the session's random id; `tenant_id` the deployment's row, which every record of this visit belongs to;
    `line_item` the AGS line item of the launch claim or None; `members_url` the NRPS address or None; `return_url` is a
    secret of the LMS (it may hold a session key) and never logged; `in_frame` tells an iframe from a window.
    """

    id: str
    tenant_id: int
    visitor: Visitor
    roles: frozenset[Role]
    activity: Activity
    scheme_id: str
    locale: str
    context_id: str
    context_title: str
    resource_link_id: str
    line_item: str | None
    members_url: str | None
    return_url: str | None
    platform_origin: str
    in_frame: bool

    @property
    def reviews(self) -> bool:
        """Tell whether this visitor may decide on other people's applications."""
        return Role.STAFF in self.roles
