"""Who may review in a tenant: people on its list, or everybody whom the course makes staff (threat L17)."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.launch.records import Deployment, Reviewer

# Values of Deployment.reviewers and of Reviewer.state.
COURSE: Final = "course"
LISTED: Final = "listed"
ASKED: Final = "asked"
REMOVED: Final = "removed"


def is_reviewer(session: Session, tenant: Deployment, person_id: int) -> bool:
    """Tell whether this tenant lets a member of staff review. The course's role is asked for elsewhere (`Visit.reviews`)."""
    if tenant.reviewers == COURSE:
        return True
    wanted = sa.select(Reviewer.id).filter_by(deployment_id=tenant.id, person_id=person_id, state=LISTED)
    return session.scalars(wanted).first() is not None
