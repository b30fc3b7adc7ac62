"""The claims of an id_token, name by name as the LMS of this manner sends them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from lti_tool.practice_lms.catalogue import NAME_CLAIMS, Activity, Course, Tool
from lti_tool.practice_lms.people import Person, launch_roles
from lti_tool.practice_lms.platform import Platform
from lti_tool.practice_lms.variables import Known, substituted
from lti_tool.practice_lms.words import AGS, DEEP_LINK, DEEP_LINKING, LTI, NRPS, SCOPE_MEMBERS, SCOPES

LIFETIME: Final = 60  # seconds


@dataclass(frozen=True, slots=True)
class Message:
    """What a launch message is made for: `target` is ``iframe`` or ``window``, `issued_at` seconds since 1970.

    `activity` is None in deep linking; `for_person` is whose submission is to be reviewed; `share_names` False hides everybody's names.
    """

    kind: str
    person: Person
    tool: Tool
    deployment: str
    course: Course
    activity: Activity | None
    for_person: Person | None
    target: str
    locale: str
    nonce: str
    issued_at: int
    session_key: str
    share_names: bool

    @property
    def names(self) -> bool:
        """Tell whether names are sent: only to a tool that asked for one of their claims."""
        return self.share_names and any(name in self.tool.claims for name in NAME_CLAIMS)

    @property
    def mail(self) -> bool:
        """Tell whether the mail address is sent."""
        return self.share_names and "email" in self.tool.claims


def launch_claims(platform: Platform, message: Message) -> dict[str, Any]:
    """Return the claims of a message. Where names are not shared, a custom parameter made of them is null."""
    person = message.person
    return {
        "nonce": message.nonce,
        "iat": message.issued_at,
        "exp": message.issued_at + LIFETIME,
        "iss": platform.own_url,
        "aud": message.tool.client_id,
        "sub": person.id,
        f"{LTI}deployment_id": message.deployment,
        f"{LTI}target_link_uri": target_of(message.kind, message.tool, message.activity),
        f"{LTI}version": "1.3.0",
        f"{LTI}message_type": message.kind,
        f"{LTI}roles": list(launch_roles(person, message.course, platform.manner)),
        f"{LTI}lis": {"person_sourcedid": f"sis-{person.username}", "course_section_sourcedid": "cert-practice"},
        **_place(platform, message),
        **_presentation(platform, message),
        **_services(platform, message),
        f"{LTI}custom": _custom(platform, message),
        **_names(platform, message),
        **(_deep_linking(platform, message) if message.kind == DEEP_LINK else {}),
        **(_for_user(message) if message.for_person else {}),
    }


def target_of(kind: str, tool: Tool, activity: Activity | None) -> str:
    """Return where a message of this kind leads: the link's own address, or the tool's."""
    if kind == DEEP_LINK:
        return tool.deep_linking or tool.target
    return (activity.url if activity else "") or tool.target


def _names(platform: Platform, message: Message) -> dict[str, Any]:
    person, own = message.person, f"{platform.manner.family}-2"
    told = {"given_name": person.given_name, "family_name": person.family_name, "name": person.name} if message.names else {}
    mail = {"email": person.email} if message.mail else {}
    return {**told, **mail, f"{LTI}ext": {**({"user_username": person.username} if message.names else {}), "lms": own}}


def _place(platform: Platform, message: Message) -> dict[str, Any]:
    course, activity = message.course, message.activity
    context = {"id": course.id, "label": course.label, "title": course.title, "type": [platform.manner.context_type]}
    link = {"id": activity.id, "title": activity.title, "description": ""} if activity else {}
    return {f"{LTI}context": context, **({f"{LTI}resource_link": link} if activity else {})}


def _presentation(platform: Platform, message: Message) -> dict[str, Any]:
    shown: dict[str, Any] = {"locale": message.locale}
    if message.activity:
        container = "3" if message.target == "iframe" else "4"
        place = f"course={message.course.id}&launch_container={container}&instanceid={message.activity.id}&sesskey={message.session_key}"
        shown |= {"document_target": message.target, "return_url": f"{platform.own_url}/mod/lti/return.php?{place}"}
    return {
        f"{LTI}launch_presentation": shown,
        f"{LTI}tool_platform": {
            "product_family_code": platform.manner.family,
            "version": platform.manner.version,
            "guid": hashlib.md5(platform.own_url.encode(), usedforsecurity=False).hexdigest(),
            "name": "practice",
            "description": "Practice LMS",
        },
    }


def _services(platform: Platform, message: Message) -> dict[str, Any]:
    tool, course, activity = message.tool, message.course, message.activity
    claims: dict[str, Any] = {}
    scopes = [scope for scope in SCOPES if scope in tool.scopes]
    if scopes:
        endpoint: dict[str, Any] = {"scope": scopes, "lineitems": platform.line_items(course.id, tool.id)}
        if activity and activity.item is not None:
            endpoint["lineitem"] = platform.line_item(course.id, tool.id, activity.item)
        claims[f"{AGS}claim/endpoint"] = endpoint
    if SCOPE_MEMBERS in tool.scopes:
        roster = {"context_memberships_url": platform.members(course.id), "service_versions": ["1.0", "2.0"]}
        claims[f"{NRPS}claim/namesroleservice"] = roster
    return {**claims, **(_basic_outcome(platform, message.person, activity) if activity else {})}


def _basic_outcome(platform: Platform, person: Person, activity: Activity) -> dict[str, Any]:
    result = {"data": {"instanceid": activity.id, "userid": person.id, "typeid": activity.tool, "launchid": 1}, "hash": "0" * 64}
    return {
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome": {
            "lis_result_sourcedid": json.dumps(result, separators=(",", ":")),
            "lis_outcome_service_url": f"{platform.own_url}/mod/lti/service.php",
        },
    }


def _custom(platform: Platform, message: Message) -> dict[str, str | None]:
    members = platform.members(message.course.id)
    known = Known(message.person, message.course, message.activity, members, message.locale, message.names, message.mail)
    return substituted({**message.tool.custom, **(message.activity.custom if message.activity else {})}, known)


def _deep_linking(platform: Platform, message: Message) -> dict[str, Any]:
    place = f"course={message.course.id}&id={message.tool.id}&sesskey={message.session_key}"
    settings = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_copy_advice": False,
        "accept_multiple": True,
        "accept_unsigned": False,
        "auto_create": False,
        "can_confirm": False,
        "deep_link_return_url": f"{platform.own_url}/mod/lti/contentitem_return.php?{place}",
        "title": message.tool.name,
        "text": "",
    }
    return {f"{DEEP_LINKING}deep_linking_settings": settings}


def _for_user(message: Message) -> dict[str, Any]:
    person = message.for_person
    if person is None:
        return {}
    names = {"given_name": person.given_name, "family_name": person.family_name, "name": person.name} if message.names else {}
    mail = {"email": person.email} if message.mail else {}
    return {f"{LTI}for_user": {"user_id": person.id, **names, **mail, "roles": list(launch_roles(person, message.course))}}
