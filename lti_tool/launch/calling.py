"""What a call to a platform's services begins with: a registration that is active, and our key, client and tokens for it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from lti_tool.installation import Installation
from lti_tool.launch.access_tokens import AccessTokens
from lti_tool.launch.equipment import equipment
from lti_tool.launch.hardened import Connector
from lti_tool.launch.records import Registration
from lti_tool.launch.registrations import ACTIVE


def active_registration(session: Session, registration_id: int) -> Registration | None:
    """Return the registration, to be used after the session too, or None unless it is active."""
    found = session.get(Registration, registration_id)
    if found is None or found.status != ACTIVE:
        return None
    session.expunge(found)
    return found


def connector(installation: Installation, registration: Registration) -> Connector:
    """Return what calls the platform's services with tokens of the table."""
    kit = equipment(installation)
    return Connector(registration, kit.ring.lti, kit.client, AccessTokens(installation.database, registration.id))
