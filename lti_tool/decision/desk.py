"""The desk: what waits for a person, and what that person decides."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from lti_tool import clock
from lti_tool.checks.check import check
from lti_tool.decision import states
from lti_tool.decision.awarding import Grounds, award_for, record_award, summary
from lti_tool.decision.outcome import Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence.dossier import Applicant
from lti_tool.evidence.dossiers import dossier
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

_MESSAGE = 4000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One application that waits for a person; `own` ones are shown and can't be decided by this visitor."""

    application_id: str
    applicant: Applicant
    scheme_id: str
    submitted_at: datetime
    comment: str
    version: int
    own: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """Changes that were asked for: the message to the applicant and when it was written."""

    message: str
    at: datetime


def waiting(installation: Installation, visit: Visit) -> tuple[Waiting, ...]:
    """Return what waits in the visitor's tenant, longest first. Raises Problem("not-a-reviewer")."""
    _check_reviewer(visit)
    with installation.database.read() as session:
        query = (
            sa.select(ApplicationRecord)
            .where(ApplicationRecord.tenant_id == visit.tenant_id, ApplicationRecord.state == states.State.SUBMITTED.value)
            .order_by(ApplicationRecord.submitted_at, ApplicationRecord.id)
        )
        return tuple(_waiting(application, visit) for application in session.scalars(query))


def award(installation: Installation, visit: Visit, application_id: str, version: int) -> None:
    """Award by a person's decision; the certificate then says that a person saw the evidence.

    Raises Problem("not-a-reviewer", "not-found", "own-application", "changed-meanwhile", "name-missing").
    """
    with _deciding(installation, visit, application_id, version) as (session, application):
        scheme = shipped().get(application.scheme_id, application.scheme_edition)
        judged = dossier(session, application.id, application.submitted_day or clock.today(scheme.time_zone))
        if not judged.applicant.full_name:
            raise Problem("name-missing")
        actor, findings = str(visit.visitor.id), check(judged, scheme)
        grounds = Grounds(actor=actor, decided_by=visit.visitor.id, application_id=application.id, findings=findings)
        decision_id = record_award(session, installation, award_for(session, judged, findings, Checked.PERSON), grounds)
        states.make(session, application, states.Move.AWARD, actor, {"decision": decision_id})


def request_changes(installation: Installation, visit: Visit, application_id: str, message: str, version: int) -> None:
    """Give the application back to its applicant with a message that says what to change.

    Raises Problem("not-a-reviewer", "not-found", "own-application", "changed-meanwhile", "message-missing").
    """
    if not message.strip():
        raise Problem("message-missing")
    with _deciding(installation, visit, application_id, version) as (session, application):
        decision = DecisionRecord(
            application_id=application.id,
            outcome="changes-requested",
            findings=summary(None),
            decided_by=visit.visitor.id,
            reason=message.strip()[:_MESSAGE],
            decided_at=clock.now(),
        )
        session.add(decision)
        session.flush()
        states.make(session, application, states.Move.REQUEST_CHANGES, str(visit.visitor.id), {"decision": decision.id})


def asked(installation: Installation, application_id: str) -> Asked | None:
    """Return the latest request for changes, or None if there was none."""
    with installation.database.read() as session:
        found = session.scalars(
            sa.select(DecisionRecord)
            .where(DecisionRecord.application_id == application_id, DecisionRecord.outcome == "changes-requested")
            .order_by(DecisionRecord.decided_at.desc())
        ).first()
        return None if found is None else Asked(found.reason, found.decided_at)


@contextmanager
def _deciding(installation: Installation, visit: Visit, application_id: str, version: int) -> Iterator[tuple[Session, ApplicationRecord]]:
    """Give a locked application that this reviewer may decide on now, in a transaction that commits at the end."""
    _check_reviewer(visit)
    try:
        with installation.database.write() as session:
            application = _decidable(session, visit, application_id)
            states.check_version(application, version)
            yield session, application
    except (StaleDataError, IntegrityError):
        raise Problem("changed-meanwhile") from None


def _decidable(session: Session, visit: Visit, application_id: str) -> ApplicationRecord:
    application = session.scalars(
        sa.select(ApplicationRecord)
        .where(
            ApplicationRecord.id == application_id,
            ApplicationRecord.tenant_id == visit.tenant_id,
            ApplicationRecord.submitted_at.is_not(None),
        )
        .with_for_update()
    ).first()
    if application is None:
        # Unknown, or another tenant's: who asks is not told which, and the log names nobody else's.
        _log.warning("decision-refused", code="not-found", person=visit.visitor.id, tenant=visit.tenant_id)
        raise Problem("not-found")
    if application.person_id == visit.visitor.id:
        _log.warning("own-application-refused", application=application.id, person=visit.visitor.id)
        raise Problem("own-application")
    if application.state != states.State.SUBMITTED:
        _log.warning("decision-refused", code=application.state, application=application.id, person=visit.visitor.id)
        raise Problem("changed-meanwhile")
    return application


def _check_reviewer(visit: Visit) -> None:
    if not visit.reviews:
        _log.warning("review-refused", person=visit.visitor.id, tenant=visit.tenant_id)
        raise Problem("not-a-reviewer")


def _waiting(application: ApplicationRecord, visit: Visit) -> Waiting:
    return Waiting(
        application_id=application.id,
        applicant=Applicant(application.given_name, application.family_name),
        scheme_id=application.scheme_id,
        submitted_at=application.submitted_at or application.created_at,
        comment=application.comment,
        version=application.version,
        own=application.person_id == visit.visitor.id,
    )
