"""What was agreed with a platform becomes a registration: new ones wait for approval, known ones are updated, none is taken over."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import history
from lti_tool.database import Database
from lti_tool.launch import registrations
from lti_tool.launch.approvals import approve
from lti_tool.launch.invitations import subject
from lti_tool.launch.platform_configuration import Configuration
from lti_tool.launch.records import Invitation, Registration
from lti_tool.launch.registrations import ACTIVE, ASK, PENDING, TRUST
from lti_tool.launch.tool_registration import Agreement
from lti_tool.problem import Problem

log = structlog.get_logger(__name__)


def store(database: Database, digest: str, configuration: Configuration, agreed: Agreement, *, allow_http: bool) -> int:
    """Store what was agreed under the invitation that was used for it, and return the registration's id.

    Raises Problem("registration-taken") where the same issuer and client are known with other addresses (threat L15): whoever
    came is not who registered. That is put on the record and reported loudly.
    """
    try:
        with database.write() as session:
            return _stored(session, digest, configuration, agreed, allow_http=allow_http)
    except Problem as problem:
        if problem.code != "registration-differs":
            raise
        differs = str(problem.details["differs"])
    _alert(database, digest, configuration, agreed, differs)
    raise Problem("registration-taken", issuer=configuration.issuer, client_id=agreed.client_id, differs=differs)


def _stored(session: Session, digest: str, configuration: Configuration, agreed: Agreement, *, allow_http: bool) -> int:
    invitation = session.get_one(Invitation, digest)
    known = _known(session, configuration, agreed)
    found = registrations.add(
        session,
        issuer=configuration.issuer,
        client_id=agreed.client_id,
        auth_url=configuration.auth_url,
        token_url=configuration.token_url,
        jwks_url=configuration.jwks_url,
        token_audience=configuration.audience or (known.token_audience if known else None),
        family=configuration.family if known is None or not known.family else known.family,
        deployment_ids=[agreed.deployment_id] if agreed.deployment_id else [],
        allow_http=allow_http,
        status=ACTIVE if invitation.approves and known is not None and known.status == ACTIVE else PENDING,
        by=subject(digest),
    )
    found.agreed = _written(configuration, agreed)
    if known is None:
        found.name = invitation.label
        # Without a deployment nothing could be opened: an invitation that approves means the places to come as well.
        found.new_deployments = TRUST if invitation.approves and agreed.deployment_id is None else ASK
    if invitation.approves:
        # A suspended platform does not come back by this.
        approve(session, found.id, subject(digest))
    invitation.registration_id = found.id
    return found.id


def _written(configuration: Configuration, agreed: Agreement) -> dict[str, Any]:
    return {
        "product": configuration.product,
        "messages": list(agreed.messages),
        "scopes": list(agreed.scopes),
        "claims": list(agreed.claims),
    }


def _alert(database: Database, digest: str, configuration: Configuration, agreed: Agreement, differs: str) -> None:
    log.error("alert: takeover of a registration refused", invitation=subject(digest), differs=differs)
    with database.write() as session:
        known = _known(session, configuration, agreed)
        if known is not None:
            history.append(session, "takeover-refused", f"registration:{known.id}", subject(digest), {"differs": differs})


def _known(session: Session, configuration: Configuration, agreed: Agreement) -> Registration | None:
    key = {"issuer": configuration.issuer, "client_id": agreed.client_id}
    return session.scalars(sa.select(Registration).filter_by(**key)).one_or_none()
