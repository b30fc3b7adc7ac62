"""Links that this tool gave to platforms by deep linking, found again by our own id in their custom parameters.

A copied course has new resource link ids, a new context and perhaps a new deployment; the custom parameters are copied as they are.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.database import new_id
from lti_tool.launch.records import PlacedLink
from lti_tool.launch.visit import LINKED, Activity, Visit

_ID: Final = re.compile(r"[0-9a-f]{32}")
_LINK: Final = sa.select(*PlacedLink.__table__.c).where(PlacedLink.id == sa.bindparam("link"))


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


def named(custom: Mapping[str, Any]) -> str | None:
    """Return the id that the custom parameter `link` names, if it can be one of ours."""
    link_id = custom.get("link")
    return link_id if isinstance(link_id, str) and _ID.fullmatch(link_id) else None


def find(connection: sa.Connection, link_id: str) -> PlacedLink | None:
    """Return the link with this id, whichever platform it was given to; it never changes."""
    row = connection.execute(_LINK, {"link": link_id}).one_or_none()
    return None if row is None else PlacedLink(**row._mapping)


def opens(link: PlacedLink | None, registration_id: int) -> bool:
    """Tell whether a link opens something for this platform.

    Another platform's link answers exactly like one that never was (threat L16).
    """
    return link is not None and link.registration_id == registration_id and link.activity in LINKED
