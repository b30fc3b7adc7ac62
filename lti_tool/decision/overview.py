"""How far everybody is with a scheme in one tenant, for its reviewers: states and counts, never the documents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.checks.check import check
from lti_tool.checks.findings import Standing
from lti_tool.decision.states import State
from lti_tool.evidence.dossier import Applicant
from lti_tool.evidence.dossiers import dossier
from lti_tool.evidence.intake import LIVE, OPEN
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Scheme

# Applications that are judged anew for one look at the overview (about 10 ms each); of further ones only documents are counted.
MOST_COUNTED: Final = 150


class Stage(StrEnum):
    """How far somebody is; the order is the order of the way."""

    NOT_BEGUN = "not-begun"
    COLLECTING = "collecting"
    WAITING = "waiting"
    CHANGES = "changes"
    AWARDED = "awarded"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Progress:
    """One person: `found` of `asked` requirements have a document that fits, while they collect (None: not counted).

    `application_id` may be opened by the reviewer; it is None for drafts, which are nobody else's business.
    """

    sub: str
    name: str
    stage: Stage
    found: int | None
    asked: int
    documents: int
    submitted_at: datetime | None
    application_id: str | None


_STAGES: Final = {
    State.DRAFT: Stage.COLLECTING,
    State.SUBMITTED: Stage.WAITING,
    State.CHANGES_REQUESTED: Stage.CHANGES,
    State.AWARDED: Stage.AWARDED,
    State.REFUSED: Stage.REFUSED,
    State.WITHDRAWN: Stage.WITHDRAWN,
}


def progress(installation: Installation, visit: Visit) -> dict[str, Progress]:
    """Return how far everybody is who opened the scheme of this visit in its tenant, by sub.

    Raises Problem("not-a-reviewer", "scheme-unknown").
    """
    if not visit.reviews:
        raise Problem("not-a-reviewer")
    scheme = shipped().get(visit.scheme_id)
    with installation.database.read() as session:
        applications = _latest(session, visit)
        documents = _documents(session, visit)
        collecting = [one.id for one in applications if one.state in OPEN and documents.get(one.id)]
        counts = {application_id: _found(session, application_id, scheme) for application_id in collecting[:MOST_COUNTED]}
        return {one.sub: _progress(one, scheme, documents.get(one.id, 0), counts.get(one.id)) for one in applications}


def _latest(session: Session, visit: Visit) -> list[ApplicationRecord]:
    query = sa.select(ApplicationRecord).filter_by(tenant_id=visit.tenant_id, scheme_id=visit.scheme_id).order_by(ApplicationRecord.created_at)
    found: dict[str, ApplicationRecord] = {}
    for application in session.scalars(query):
        # What is under way or was granted counts more than what was withdrawn or refused before or after.
        if application.sub not in found or application.state in LIVE or found[application.sub].state not in LIVE:
            found[application.sub] = application
    return list(found.values())


def _documents(session: Session, visit: Visit) -> dict[str, int]:
    query = (
        sa.select(DocumentRecord.application_id, sa.func.count())
        .join(ApplicationRecord, ApplicationRecord.id == DocumentRecord.application_id)
        .where(ApplicationRecord.tenant_id == visit.tenant_id, DocumentRecord.removed_at.is_(None))
        .group_by(DocumentRecord.application_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _found(session: Session, application_id: str, scheme: Scheme) -> int:
    findings = check(dossier(session, application_id, clock.today(scheme.time_zone)), scheme)
    return sum(entry.standing is Standing.MET for entry in findings.requirements)


def _progress(application: ApplicationRecord, scheme: Scheme, documents: int, counted: int | None) -> Progress:
    stage = _STAGES[State(application.state)]
    if stage is Stage.COLLECTING and not documents and not application.declared:
        # Opening the page makes a draft: nothing has begun by that.
        stage = Stage.NOT_BEGUN
    return Progress(
        sub=application.sub,
        name=Applicant(application.given_name, application.family_name).full_name,
        stage=stage,
        found=counted if documents else 0,
        asked=len(scheme.requirements),
        documents=documents,
        submitted_at=application.submitted_at,
        application_id=application.id if application.submitted_at is not None else None,
    )
