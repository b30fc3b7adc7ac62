"""One person's submission, as a platform asks for it from its list of grades (LTI Submission Review 1.0)."""

from __future__ import annotations

import sqlalchemy as sa

from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem


def submitted_by(installation: Installation, visit: Visit) -> str | None:
    """Return the id of what the person of this visit's message submitted in this tenant, or None.

    Of several, the one whose grade the platform asked about, else the one under the link's scheme, else the latest. Somebody who is
    unknown here, or known in another tenant alone, has submitted nothing. Raises Problem("not-a-reviewer").
    """
    if not visit.reviews:
        raise Problem("not-a-reviewer")
    query = (
        sa.select(ApplicationRecord)
        .join(PersonRecord, PersonRecord.id == ApplicationRecord.person_id)
        .where(
            PersonRecord.registration_id == visit.visitor.registration_id,
            PersonRecord.sub == visit.for_sub,
            ApplicationRecord.tenant_id == visit.tenant_id,
            ApplicationRecord.submitted_at.is_not(None),
        )
        .order_by(ApplicationRecord.submitted_at.desc())
    )
    with installation.database.read() as session:
        meant = min(session.scalars(query), key=lambda one: _distance(one, visit), default=None)
        return None if meant is None else meant.id


def _distance(application: ApplicationRecord, visit: Visit) -> tuple[bool, bool]:
    return visit.line_item is None or application.line_item != visit.line_item, application.scheme_id != visit.scheme_id
