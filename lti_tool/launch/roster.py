"""The roster of a course (LTI-NRPS 2.0)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from lti_tool.installation import Installation
from lti_tool.launch.calling import active_registration, connector
from lti_tool.launch.claims import origin, text
from lti_tool.launch.hardened import Connector, ServiceRefused
from lti_tool.launch.outgoing import NotCalled
from lti_tool.problem import Problem

MEMBERS_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES: Final = 100
MOST_MEMBERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a course; `roles` as the platform wrote them (short words in Moodle), names and mail perhaps empty."""

    user_id: str
    roles: tuple[str, ...]
    status: str
    given_name: str
    family_name: str
    full_name: str
    email: str


def members(installation: Installation, registration_id: int, url: str) -> tuple[Member, ...]:
    """Return everybody in the course, page after page: at most 100 pages and 20,000 people, all from one host (threat L22).

    Raises Problem: service-unreachable, service-refused or roster-wrong.
    """
    with installation.database.read() as session:
        registration = active_registration(session, registration_id)
    if registration is None:
        raise Problem("service-refused", status="—")
    found: dict[str, Member] = {}
    for page in _pages(connector(installation, registration), url):
        for entry in page:
            member = _member(entry)
            if member is not None and len(found) < MOST_MEMBERS:
                found.setdefault(member.user_id, member)
    return tuple(found.values())


def _pages(calls: Connector, url: str) -> Iterator[list[Any]]:
    first, seen = origin(url), set[str]()
    page_url: str | None = url
    people = 0
    while page_url and page_url not in seen and len(seen) < MOST_PAGES and people < MOST_MEMBERS:
        if origin(page_url) != first:
            raise Problem("roster-wrong", note="other host")
        seen.add(page_url)
        page, page_url = _page(calls, page_url)
        people += len(page)
        yield page


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
    if not isinstance(entry, dict) or not isinstance(entry.get("user_id"), str) or not text(entry["user_id"]):
        return None
    given, family, name = text(entry.get("given_name")), text(entry.get("family_name")), text(entry.get("name"), 500)
    full = name or f"{given} {family}".strip()
    return Member(entry["user_id"], _roles(entry), text(entry.get("status"), 20) or "Active", given, family, full, text(entry.get("email"), 320))


def _roles(entry: Mapping[str, Any]) -> tuple[str, ...]:
    roles = entry.get("roles")
    return tuple(text(role) for role in roles[:50]) if isinstance(roles, list) else ()
