"""Links that this tool gave to platforms by deep linking, found again by our own id in their custom parameters.

A copied course has new resource link ids, a new context and perhaps a new deployment; the custom parameters are copied as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.database import new_id
from lti_tool.launch.records import PlacedLink
from lti_tool.launch.visit import LINKED, Activity, Visit

_ID: Final = re.compile(r"[0-9a-f]{32}")


def place(session: Session, visit: Visit, *, scheme_id: str, activity: Activity, title: str) -> str:
    """Store what a new link opens, and return its id."""
    link = PlacedLink(
        id=new_id(),
        registration_id=visit.visitor.registration_id,
        scheme_id=scheme_id,
        activity=activity.value,
        title=title,
        created_by=visit.visitor.id,
        created_at=clock.now(),
    )
    session.add(link)
    session.flush()
    return link.id


def find(session: Session, registration_id: int, custom: Mapping[str, Any]) -> PlacedLink | None:
    """Return the link that the custom parameter `link` names, if it was given to this platform.

    Another platform's link answers exactly like one that never was (threat L16).
    """
    link_id = custom.get("link")
    if not isinstance(link_id, str) or not _ID.fullmatch(link_id):
        return None
    found = session.get(PlacedLink, link_id)
    return found if found is not None and found.registration_id == registration_id and found.activity in LINKED else None
