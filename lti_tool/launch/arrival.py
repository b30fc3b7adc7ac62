"""What a verified message says, cleaned: the part of a `Visit` that is known before a session is opened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from lti_tool.launch import claims as said
from lti_tool.launch.claims import AGS, CLAIM, NRPS
from lti_tool.launch.id_token import required_text
from lti_tool.launch.platforms import platform
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.registrations import may_call, origins
from lti_tool.launch.roles import rights, roles_claim
from lti_tool.launch.visit import Activity, DeepLinking, Role


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


def arrival(claims: Mapping[str, Any], registration: Registration, deployment: Deployment, *, target: str, destination: str | None) -> Arrival:
    """Read the claims of a verified resource link launch.

    `destination` is the browser's Sec-Fetch-Dest header, which knows better than the platform whether this is a frame.
    Raises Problem("claim-missing") or Problem("claim-wrong").
    """
    custom = said.member(claims, CLAIM + "custom")
    context = said.member(claims, CLAIM + "context")
    presentation = said.member(claims, CLAIM + "launch_presentation")
    given, family, full = said.names(claims)
    return Arrival(
        sub=required_text(claims, "sub", 255),
        given_name=given,
        family_name=family,
        full_name=full,
        email=said.text(claims.get("email"), 320),
        roles=rights(roles_claim(claims.get(CLAIM + "roles")), platform(registration.family).roles),
        activity=said.activity(custom, target),
        scheme_id=said.scheme_id(custom, deployment.default_scheme),
        locale=said.locale(presentation.get("locale")),
        context_id=said.text(context.get("id")),
        context_title=said.text(context.get("title")),
        resource_link_id=resource_link_id(claims),
        line_item=_service(registration, said.member(claims, AGS).get("lineitem")),
        members_url=_service(registration, said.member(claims, NRPS).get("context_memberships_url")),
        return_url=return_url(claims, registration),
        platform_origin=said.origin(registration.issuer) or said.origin(registration.auth_url) or "",
        in_frame=_in_frame(destination, presentation.get("document_target")),
    )


def resource_link_id(claims: Mapping[str, Any]) -> str:
    """Return the id of the link that was opened (LTI 1.3, 5.3.5); raises Problem("claim-missing") or Problem("claim-wrong")."""
    return required_text({"resource_link": said.member(claims, CLAIM + "resource_link").get("id")}, "resource_link", 255)


def return_url(claims: Mapping[str, Any], registration: Registration) -> str | None:
    """Return the way back to the course (LTI 1.3, 5.4.4), if it is at the platform (threat L12)."""
    return said.address_at(said.member(claims, CLAIM + "launch_presentation").get("return_url"), origins(registration))


def _service(registration: Registration, value: object) -> str | None:
    url = said.address(value)
    return url if url and may_call(registration, url) else None


def _in_frame(destination: str | None, target: object) -> bool:
    if destination in {"iframe", "frame", "document"}:
        return destination != "document"
    return target in {"iframe", "frame"}


def to_content(arrival: Arrival) -> dict[str, Any]:
    """Return what is stored of an arrival."""
    return {**asdict(arrival), "roles": sorted(arrival.roles)}


def from_content(content: Mapping[str, Any]) -> Arrival:
    """Return the arrival that was stored."""
    asked = content.get("deep_linking")
    typed = {
        "roles": frozenset(map(Role, content["roles"])),
        "activity": Activity(content["activity"]),
        "deep_linking": DeepLinking(**asked) if asked else None,
    }
    return Arrival(**{**content, **typed})
