"""What a verified message says, cleaned: the part of a `Visit` that is known before a session is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from lti_tool.launch import claims as said
from lti_tool.launch import deep_linking
from lti_tool.launch.claims import AGS, CLAIM, DEEP_LINKING, NRPS, RESOURCE_LINK, SUBMISSION_REVIEW
from lti_tool.launch.id_token import required_text
from lti_tool.launch.platforms import platform
from lti_tool.launch.records import Deployment, PlacedLink, Registration
from lti_tool.launch.registrations import may_call
from lti_tool.launch.roles import rights, roles_claim
from lti_tool.launch.visit import Activity, DeepLinking, Role
from lti_tool.problem import Problem

CHOOSERS: Final = frozenset({Role.STAFF, Role.ADMINISTRATOR})
MESSAGES: Final = frozenset({RESOURCE_LINK, DEEP_LINKING, SUBMISSION_REVIEW})


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who arrived, as what and for what; the fields are those of `Visit` and of `Visitor`."""

    sub: str
    given_name: str
    family_name: str
    full_name: str
    email: str
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
    link_id: str = ""
    for_sub: str = ""
    deep_linking: DeepLinking | None = None


_FIELDS: Final = tuple(Arrival.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody came.

    `target` is the login's, `destination` the browser's Sec-Fetch-Dest header, which knows better than the platform whether this
    is a frame, `placed` the deep link of ours that was opened.
    """

    target: str
    destination: str | None = None
    placed: PlacedLink | None = None


def arrival(claims: Mapping[str, Any], registration: Registration, deployment: Deployment, way: Way) -> Arrival:
    """Read the claims of a verified message.

    Raises Problem: claim-missing, claim-wrong, or choosing-not-allowed for somebody who may not put links into a course.
    """
    message = claims[CLAIM + "message_type"]
    roles = rights(roles_claim(claims.get(CLAIM + "roles")), platform(registration.family).roles)
    if message == DEEP_LINKING and not roles & CHOOSERS:
        raise Problem("choosing-not-allowed")
    custom = said.member(claims, CLAIM + "custom")
    context = said.member(claims, CLAIM + "context")
    presentation = said.member(claims, CLAIM + "launch_presentation")
    given, family, full = said.names(claims)
    asked = deep_linking.asked(claims, registration) if message == DEEP_LINKING else None
    back = return_url(claims, registration)
    return Arrival(
        sub=required_text(claims, "sub", 255),
        given_name=given,
        family_name=family,
        full_name=full,
        email=said.text(claims.get("email"), 320),
        roles=roles,
        activity=_activity(message, custom, way),
        scheme_id=way.placed.scheme_id if way.placed else said.scheme_id(custom, deployment.default_scheme),
        locale=said.locale(presentation.get("locale")),
        context_id=said.text(context.get("id")),
        context_title=said.text(context.get("title")),
        resource_link_id=resource_link_id(claims) if message == RESOURCE_LINK else "",
        line_item=_service(registration, said.member(claims, AGS).get("lineitem")),
        members_url=_service(registration, said.member(claims, NRPS).get("context_memberships_url")),
        return_url=back,
        platform_origin=_origin(back or (asked.return_url if asked else None), registration),
        in_frame=_in_frame(way.destination, presentation.get("document_target")),
        link_id=way.placed.id if way.placed else "",
        for_sub=for_user(claims) if message == SUBMISSION_REVIEW else "",
        deep_linking=asked,
    )


def check_shape(claims: Mapping[str, Any], registration: Registration) -> None:
    """Check what one kind of message must carry and the others need not.

    Raises Problem: claim-missing, claim-wrong, links-not-taken, or message-not-offered for a message that we don't take.
    """
    message = required_text(claims, CLAIM + "message_type", 100)
    if message not in MESSAGES:
        raise Problem("message-not-offered", message=message)
    if message == RESOURCE_LINK:
        resource_link_id(claims)
    elif message == DEEP_LINKING:
        deep_linking.asked(claims, registration)
    else:
        for_user(claims)
        required_text({"lineitem": said.member(claims, AGS).get("lineitem")}, "lineitem", 1000)


def resource_link_id(claims: Mapping[str, Any]) -> str:
    """Return the id of the link that was opened (LTI 1.3, 5.3.5); raises Problem("claim-missing") or Problem("claim-wrong")."""
    return required_text({"resource_link": said.member(claims, CLAIM + "resource_link").get("id")}, "resource_link", 255)


def for_user(claims: Mapping[str, Any]) -> str:
    """Return whose submission is to be shown (Submission Review 1.0, 3.2); raises Problem("claim-missing") or Problem("claim-wrong")."""
    return required_text({"for_user": said.member(claims, CLAIM + "for_user").get("user_id")}, "for_user", 255)


def return_url(claims: Mapping[str, Any], registration: Registration) -> str | None:
    """Return the way back to the course (LTI 1.3, 5.4.4), if it is at the platform (threat L12)."""
    found = said.address(said.member(claims, CLAIM + "launch_presentation").get("return_url"), 2000)
    return found if found and may_call(registration, found) else None


def _activity(message: str, custom: Mapping[str, Any], way: Way) -> Activity:
    if message != RESOURCE_LINK:
        return Activity.CHOOSE if message == DEEP_LINKING else Activity.SUBMISSION
    return Activity(way.placed.activity) if way.placed else said.activity(custom, way.target)


def _origin(back: str | None, registration: Registration) -> str:
    # One issuer may stand for many hosts (Canvas): the way back says at which of them the browser is.
    return next(filter(None, map(said.origin, (back, registration.issuer, registration.auth_url))), "")


def _service(registration: Registration, value: object) -> str | None:
    url = said.address(value)
    return url if url and may_call(registration, url) else None


def _in_frame(destination: str | None, target: object) -> bool:
    if destination in {"iframe", "frame", "document"}:
        return destination != "document"
    return target in {"iframe", "frame"}


def to_content(arrival: Arrival) -> dict[str, Any]:
    """Return what is stored of an arrival."""
    plain = {name: getattr(arrival, name) for name in _FIELDS}
    return {**plain, "roles": sorted(arrival.roles), "deep_linking": asdict(arrival.deep_linking) if arrival.deep_linking else None}


def from_content(content: Mapping[str, Any]) -> Arrival:
    """Return the arrival that was stored."""
    asked = content.get("deep_linking")
    typed = {
        "roles": frozenset(map(Role, content["roles"])),
        "activity": Activity(content["activity"]),
        "deep_linking": DeepLinking(**asked) if asked else None,
    }
    return Arrival(**{**content, **typed})
