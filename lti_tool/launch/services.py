"""Services of a platform: sending a score (LTI-AGS 2.0) and reading the roster (LTI-NRPS 2.0)."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, Literal
from urllib.parse import urlsplit, urlunsplit

import requests
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch.access_tokens import AccessTokens
from lti_tool.launch.claims import origin, text
from lti_tool.launch.equipment import equipment
from lti_tool.launch.hardened import Connector, ServiceRefused
from lti_tool.launch.outgoing import NotCalled
from lti_tool.launch.platforms import platform
from lti_tool.launch.records import Registration
from lti_tool.launch.registrations import ACTIVE
from lti_tool.problem import Problem

SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERS_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
# Moodle compares letter by letter.
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
MEMBERS_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
MOST_PAGES: Final = 100
MOST_MEMBERS: Final = 20_000
LONGEST_DETAIL: Final = 150


@dataclass(frozen=True, slots=True)
class ScoreAnswer:
    """What became of a score.

    `status` is the HTTP status of the score endpoint, None when it was not reached; `retry_after` is in seconds, if the
    platform named a time; `detail` is for administrators and holds nothing personal.
    """

    kind: Literal["sent", "already-there", "try-later", "refused"]
    status: int | None
    retry_after: float | None
    detail: str


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


def send_score(  # noqa: PLR0913, PLR0917 - the parts of a score, which the outbox holds as columns
    installation: Installation,
    registration_id: int,
    line_item: str,
    sub: str,
    timestamp: datetime,
    given: float,
    maximum: float,
    comment: str,
) -> ScoreAnswer:
    """Send one final score: completed and fully graded, the only kind that sets a grade and completes an activity in Moodle.

    Never raises for what a platform answers or fails to answer. A timestamp in the future would block later scores until then,
    so it is never later than now.
    """
    with installation.database.read() as session:
        registration = _active(session, registration_id)
    if registration is None:
        return ScoreAnswer("refused", None, None, "the platform is not active here")
    score = {
        "userId": sub,
        "scoreGiven": given,
        "scoreMaximum": maximum,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": instant(min(timestamp, clock.now())),
        "comment": comment,
        **platform(registration.family).score,
    }
    return _sent(_connector(installation, registration), registration, scores_url(line_item), json.dumps(score))


def instant(at: datetime) -> str:
    """Return an instant as LTI-AGS 2.0 3.4.5 asks: ISO 8601 with milliseconds and the zone."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scores_url(line_item: str) -> str:
    """Return the address of a line item's scores: the path grows, the query stays (LTI-AGS 2.0 3.4)."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/scores"))


def _sent(connector: Connector, registration: Registration, url: str, score: str) -> ScoreAnswer:
    try:
        connector.make_service_request([SCORE_SCOPE], url, is_post=True, data=score, content_type=SCORE_TYPE)
    except ServiceRefused as error:
        return _answered(error.response, registration, url)
    except NotCalled as error:
        kind: Literal["refused", "try-later"] = "refused" if error.reason in {"other-host", "address"} else "try-later"
        return ScoreAnswer(kind, None, None, f"not reached: {error.reason}")
    except ValueError:
        return ScoreAnswer("try-later", None, None, "the token endpoint gave no token")
    return ScoreAnswer("sent", connector.status, None, "")


def _answered(response: requests.Response, registration: Registration, url: str) -> ScoreAnswer:
    status, retry_after = response.status_code, _retry_after(response.headers.get("Retry-After"))
    # Moodle says why in the reason phrase; its body is empty.
    detail = text(f"{status} {response.reason or ''}", LONGEST_DETAIL)
    if response.url != url:
        # The score itself was not judged. Moodle answers 404 here when its HTTP security keeps it from fetching our keys.
        return ScoreAnswer("try-later", None, retry_after, f"token endpoint: {detail}"[:LONGEST_DETAIL])
    if status == 409 or (status == 400 and any(words in response.text for words in platform(registration.family).repeated)):
        return ScoreAnswer("already-there", status, None, detail)
    throttled = status == 403 and retry_after is not None
    if status >= 500 or throttled or status in platform(registration.family).throttles:
        return ScoreAnswer("try-later", status, retry_after, detail)
    return ScoreAnswer("refused", status, None, detail)


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else (parsedate_to_datetime(value) - clock.now()).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), 86_400.0) if math.isfinite(seconds) else None


def members(installation: Installation, registration_id: int, url: str) -> tuple[Member, ...]:
    """Return everybody in the course, page after page: at most 100 pages and 20,000 people, all from one host (threat L22).

    Raises Problem: service-unreachable, service-refused or roster-wrong.
    """
    with installation.database.read() as session:
        registration = _active(session, registration_id)
    if registration is None:
        raise Problem("service-refused", status="—")
    found: dict[str, Member] = {}
    for page in _pages(_connector(installation, registration), url):
        for entry in page:
            member = _member(entry)
            if member is not None and len(found) < MOST_MEMBERS:
                found.setdefault(member.user_id, member)
    return tuple(found.values())


def _pages(connector: Connector, url: str) -> Iterator[list[Any]]:
    first, seen = origin(url), set[str]()
    page_url: str | None = url
    people = 0
    while page_url and page_url not in seen and len(seen) < MOST_PAGES and people < MOST_MEMBERS:
        if origin(page_url) != first:
            raise Problem("roster-wrong", note="other host")
        seen.add(page_url)
        page, page_url = _page(connector, page_url)
        people += len(page)
        yield page


def _page(connector: Connector, url: str) -> tuple[list[Any], str | None]:
    try:
        answer = connector.make_service_request([MEMBERS_SCOPE], url, accept=MEMBERS_TYPE)
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


def _active(session: Session, registration_id: int) -> Registration | None:
    found = session.get(Registration, registration_id)
    if found is None or found.status != ACTIVE:
        return None
    session.expunge(found)
    return found


def _connector(installation: Installation, registration: Registration) -> Connector:
    kit = equipment(installation)
    return Connector(registration, kit.ring.lti, kit.client, AccessTokens(installation.database, registration.id))
