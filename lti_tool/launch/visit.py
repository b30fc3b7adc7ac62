"""The frozen value that a launch gives to the rest: who came, from where, as what, for what."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody may do here; decided by the latest launch alone (design rule 10)."""

    TEACHER = "teacher"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    OBSERVER = "observer"


class Activity(StrEnum):
    """What a launch opens: a link in a course, the choice of links (deep linking), or one person's submission."""

    APPLY = "apply"
    FINAL = "final"
    REVIEW = "review"
    PARTICIPATION = "participation"
    CHOOSE = "choose"
    SUBMISSION = "submission"


# What a link in a course may name; the other activities come with messages of their own.
LINKED: Final = frozenset({Activity.APPLY, Activity.FINAL, Activity.REVIEW, Activity.PARTICIPATION})


@dataclass(frozen=True, slots=True)
class DeepLinking:
    """What a platform asks for with a deep linking request (LTI Deep Linking 2.0, 4.4.1).

    `return_url` is at the platform and a secret; `data` goes back as it came; `several` tells whether more than one link may be
    returned, `links` whether links to this tool are taken at all, `grades` whether a link may have a line item, `frames` and `windows`
    where the platform can open it.
    """

    return_url: str
    data: str
    several: bool
    links: bool
    grades: bool
    frames: bool = True
    windows: bool = True


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
    `is_reviewer` tells whether the tenant lists this person as a reviewer, or lets all its staff review; `link_id` is our own id
    of the deep link that was opened, or ""; `for_sub` whose submission is to be shown, or ""; `branding` is the tenant's line and
    `time_zone` its IANA name, or "" where the scheme's holds.
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
    is_reviewer: bool = False
    link_id: str = ""
    for_sub: str = ""
    deep_linking: DeepLinking | None = None
    branding: str = ""
    time_zone: str = ""

    @property
    def reviews(self) -> bool:
        """Tell whether this visitor may decide on other people's applications: staff in the course and a reviewer of the tenant."""
        return Role.STAFF in self.roles and self.is_reviewer

    @property
    def administers(self) -> bool:
        """Tell whether this visitor may change the settings of this tenant."""
        return Role.ADMINISTRATOR in self.roles
