"""The claims of an id_token, name by name as Moodle sends them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final

from lti_tool.practice_lms import course
from lti_tool.practice_lms.course import Activity
from lti_tool.practice_lms.people import ROLES, Person
from lti_tool.practice_lms.platform import Platform

LTI: Final = "https://purl.imsglobal.org/spec/lti/claim/"
LIFETIME: Final = 60  # seconds
AGS: Final = "https://purl.imsglobal.org/spec/lti-ags/"
SCOPE_SCORE: Final = f"{AGS}scope/score"
SCOPE_RESULT: Final = f"{AGS}scope/result.readonly"
SCOPE_LINE_ITEM: Final = f"{AGS}scope/lineitem"
SCOPE_LINE_ITEM_READ: Final = f"{AGS}scope/lineitem.readonly"
SCOPE_MEMBERS: Final = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCOPES: Final = (SCOPE_LINE_ITEM, SCOPE_LINE_ITEM_READ, SCOPE_RESULT, SCOPE_SCORE)


@dataclass(frozen=True, slots=True)
class Message:
    """What a launch message is made for: `target` is ``iframe`` or ``window``, `issued_at` seconds since 1970."""

    person: Person
    activity: Activity
    target: str
    nonce: str
    issued_at: int
    session_key: str
    share_names: bool


def launch_claims(platform: Platform, message: Message) -> dict[str, Any]:
    """Return an LtiResourceLinkRequest.

    With `share_names` off, name and e-mail claims are absent, and a custom parameter made of the name is null.
    """
    person, activity = message.person, message.activity
    claims = {
        "nonce": message.nonce,
        "iat": message.issued_at,
        "exp": message.issued_at + LIFETIME,
        "iss": platform.own_url,
        "aud": platform.client_id,
        "sub": person.id,
        f"{LTI}deployment_id": course.DEPLOYMENT,
        f"{LTI}target_link_uri": platform.tool_launch,
        f"{LTI}version": "1.3.0",
        f"{LTI}message_type": "LtiResourceLinkRequest",
        f"{LTI}roles": list(ROLES[person.kind]),
        f"{LTI}lis": {"person_sourcedid": f"sis-{person.username}", "course_section_sourcedid": "cert-practice"},
        **_place(activity),
        **_presentation(platform, message),
        **_services(platform, person, activity),
        f"{LTI}custom": _custom(platform, message),
    }
    return {**claims, **_names(person)} if message.share_names else claims


def _names(person: Person) -> dict[str, Any]:
    return {
        "given_name": person.given_name,
        "family_name": person.family_name,
        "name": person.name,
        "email": person.email,
        f"{LTI}ext": {"user_username": person.username, "lms": "moodle-2"},
    }


def _place(activity: Activity) -> dict[str, Any]:
    return {
        # The short word, where the specification wants a URI.
        f"{LTI}context": {"id": course.ID, "label": course.LABEL, "title": course.TITLE, "type": ["CourseSection"]},
        f"{LTI}resource_link": {"id": activity.id, "title": activity.title, "description": ""},
        f"{LTI}ext": {"lms": "moodle-2"},
    }


def _presentation(platform: Platform, message: Message) -> dict[str, Any]:
    container = "3" if message.target == "iframe" else "4"
    place = f"course={course.ID}&launch_container={container}&instanceid={message.activity.id}&sesskey={message.session_key}"
    back = f"{platform.own_url}/mod/lti/return.php?{place}"
    return {
        f"{LTI}launch_presentation": {"locale": message.person.locale, "document_target": message.target, "return_url": back},
        f"{LTI}tool_platform": {
            "product_family_code": "moodle",
            "version": "2024100706",
            "guid": hashlib.md5(platform.own_url.encode(), usedforsecurity=False).hexdigest(),
            "name": "practice",
            "description": "Practice LMS",
        },
    }


def _services(platform: Platform, person: Person, activity: Activity) -> dict[str, Any]:
    endpoint: dict[str, Any] = {"scope": list(SCOPES), "lineitems": platform.line_items}
    if activity.item is not None:
        endpoint["lineitem"] = platform.line_item(activity.item)
    result = {"data": {"instanceid": activity.id, "userid": person.id, "typeid": "1", "launchid": 1}, "hash": "0" * 64}
    return {
        f"{AGS}claim/endpoint": endpoint,
        "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice": {
            "context_memberships_url": platform.members,
            "service_versions": ["1.0", "2.0"],
        },
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome": {
            "lis_result_sourcedid": json.dumps(result, separators=(",", ":")),
            "lis_outcome_service_url": f"{platform.own_url}/mod/lti/service.php",
        },
    }


def _custom(platform: Platform, message: Message) -> dict[str, Any]:
    return {
        "activity": message.activity.opens,
        "user_id": message.person.id,
        "person_fullname": message.person.name if message.share_names else None,
        "course_title": course.TITLE,
        # A variable that this LMS does not know arrives literally.
        "unknown": "$No.such.variable",
        "context_memberships_url": platform.members,
    }
