"""The answer to a deep linking request: a message of ours, signed, that the browser posts to the platform (Deep Linking 2.0, 4.5).

The library's own class is not used: it writes ``"custom": {}``, which stops Moodle, and leaves out `lineItem`, without which
Moodle switches grading off.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import jwt
from sqlalchemy.orm import Session

from certificate_signing.key_types import LtiKey
from lti_tool import clock
from lti_tool.database import new_id
from lti_tool.launch.claims import CLAIM
from lti_tool.launch.deep_linking import RESOURCE_LINK
from lti_tool.launch.own_urls import redirect_uri
from lti_tool.launch.placed_links import place
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.visit import Activity, Visit
from lti_tool.problem import Problem

DATA: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/data"
ITEMS: Final = "https://purl.imsglobal.org/spec/lti-dl/claim/content_items"
SECONDS: Final = 300
FRAME: Final = {"height": 900}
WINDOW: Final = {"targetName": "_blank"}
# Grades are passed as a share of this many points.
MOST_POINTS: Final = 100


@dataclass(frozen=True, slots=True)
class Choice:
    """One link that was chosen; `graded` asks for a place in the gradebook, `in_frame` for opening inside the course's page."""

    activity: Activity
    scheme_id: str
    title: str
    text: str
    graded: bool
    in_frame: bool


def answer(session: Session, visit: Visit, choices: Sequence[Choice], key: LtiKey, base_url: str) -> str:
    """Store the links that were chosen and return the signed message that hands them over; without any it only closes the choice.

    Raises Problem("nothing-to-choose") for a visit that was not opened for this.
    """
    if visit.deep_linking is None:
        raise Problem("nothing-to-choose")
    items = [_item(session, visit, choice, base_url) for choice in choices]
    tenant = session.get_one(Deployment, visit.tenant_id)
    platform = session.get_one(Registration, tenant.registration_id)
    claims = {
        **_envelope(platform, clock.now()),
        CLAIM + "deployment_id": tenant.deployment_id,
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
        ITEMS: items,
        **({DATA: visit.deep_linking.data} if visit.deep_linking.data else {}),
    }
    return jwt.encode(claims, key.private_pem, algorithm="RS256", headers={"kid": key.kid})


def _envelope(platform: Registration, now: datetime) -> dict[str, Any]:
    # From tool to platform the parties change places (LTI 1.3 Security Framework 5.2.2).
    seconds = int(now.timestamp())
    return {"iss": platform.client_id, "aud": platform.issuer, "iat": seconds, "exp": seconds + SECONDS, "nonce": new_id()}


def _item(session: Session, visit: Visit, choice: Choice, base_url: str) -> dict[str, Any]:
    link = place(session, visit, scheme_id=choice.scheme_id, activity=choice.activity, title=choice.title)
    item: dict[str, Any] = {
        "type": RESOURCE_LINK,
        "title": choice.title,
        "text": choice.text,
        "url": redirect_uri(base_url),
        "icon": {"url": base_url + "/static/icon.svg", "width": 64, "height": 64},
        "custom": {"link": link, "activity": choice.activity.value, "scheme": choice.scheme_id},
        **({"iframe": FRAME} if choice.in_frame else {"window": WINDOW}),
    }
    if choice.graded:
        item["lineItem"] = {"scoreMaximum": MOST_POINTS, "label": choice.title, "resourceId": link, "tag": choice.activity.value}
    return item
