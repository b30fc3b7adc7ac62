"""Reading the roster of a course (LTI-NRPS 2.0), page after page, with an end to it whatever the platform answers (threat L22)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch.calling import active_registration, connector
from lti_tool.launch.claims import origin, text
from lti_tool.launch.hardened import Connector, ServiceRefused
from lti_tool.launch.outgoing import NotCalled
from lti_tool.launch.platforms import platform
from lti_tool.problem import Problem

MEMBERS_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES: Final = 100
MOST_MEMBERS: Final = 20_000
# No further page is asked for after so many seconds; the last one may take another 15.
LONGEST_SECONDS: Final = 20.0


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a course; `roles` as the platform wrote them (short words in Moodle), names and mail perhaps empty.

    Rights never follow from these roles: in Moodle a teacher without editing rights is a learner here.
    """

    user_id: str
    roles: tuple[str, ...]
    status: str
    given_name: str
    family_name: str
    full_name: str
    email: str

    @property
    def active(self) -> bool:
        """Tell whether the platform still counts them in (LTI-NRPS 2.0, 2.3: Active, Inactive or Deleted)."""
        return self.status.casefold() == "active"

    @property
    def teaches(self) -> bool:
        """Tell whether the platform lists them as an instructor: good for the order of a list, and for nothing else."""
        return any(role.rpartition("#")[2] == "Instructor" for role in self.roles)


@dataclass(frozen=True, slots=True)
class Roster:
    """Who is in a course, as its platform said at `read_at`; not `complete` when there were more than we read."""

    members: tuple[Member, ...]
    read_at: datetime
    complete: bool


def read_roster(installation: Installation, registration_id: int, url: str) -> Roster:
    """Read everybody in the course: at most 100 pages, 20,000 people and 20 seconds, all from one host.

    Raises Problem: service-unreachable, service-refused or roster-wrong.
    """
    with installation.database.read() as session:
        registration = active_registration(session, registration_id)
    if registration is None:
        raise Problem("service-refused", status="—")
    begun_at = clock.now()
    page_url = sized(url, platform(registration.family).page_size)
    members, complete = _read(connector(installation, registration), page_url, time.monotonic() + LONGEST_SECONDS)
    return Roster(tuple(members.values()), begun_at, complete)


def sized(url: str, page_size: int) -> str:
    """Return the roster's address asking for pages of this size (LTI-NRPS 2.0, 2.4.2); an address that names a limit keeps it."""
    parts = urlsplit(url)
    asked = parse_qsl(parts.query, keep_blank_values=True)
    if not page_size or any(name == "limit" for name, _ in asked):
        return url
    return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, urlencode({"limit": page_size}))))))


def _read(calls: Connector, url: str, until: float) -> tuple[dict[str, Member], bool]:
    found: dict[str, Member] = {}
    first, seen = origin(url), set[str]()
    page_url: str | None = url
    while page_url is not None:
        full = len(seen) >= MOST_PAGES or len(found) >= MOST_MEMBERS
        if full or page_url in seen or (seen and time.monotonic() > until):
            return found, False
        if origin(page_url) != first:
            raise Problem("roster-wrong", note="other host")
        seen.add(page_url)
        page, page_url = _page(calls, page_url)
        for member in filter(None, map(_member, page)):
            if len(found) >= MOST_MEMBERS and member.user_id not in found:
                return found, False
            found.setdefault(member.user_id, member)
    return found, True


def _page(calls: Connector, url: str) -> tuple[list[Any], str | None]:
    try:
        answer = calls.make_service_request([MEMBERS_SCOPE], url, accept=MEMBERS_TYPE)
    except ServiceRefused as error:
        raise Problem("service-refused", status=error.response.status_code) from None
    except NotCalled as error:
        raise Problem("service-unreachable", note=error.reason) from None
    except ValueError:
        raise Problem("service-unreachable", note="no token") from None
    body = answer["body"]
    listed = body.get("members") if isinstance(body, dict) else None
    if not isinstance(listed, list):
        raise Problem("roster-wrong", note="no members")
    return listed, answer["next_page_url"]


def _member(entry: object) -> Member | None:
    if not isinstance(entry, dict) or not isinstance(entry.get("user_id"), str) or not 0 < len(entry["user_id"]) <= 255 or not text(entry["user_id"]):
        return None
    given, family, name = text(entry.get("given_name")), text(entry.get("family_name")), text(entry.get("name"), 500)
    full = name or f"{given} {family}".strip()
    return Member(entry["user_id"], _roles(entry), text(entry.get("status"), 20) or "Active", given, family, full, text(entry.get("email"), 320))


def _roles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    roles = entry.get("roles")
    return tuple(text(role) for role in roles[:50]) if isinstance(roles, list) else ()
