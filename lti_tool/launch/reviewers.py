"""Who may review in a tenant: people on its list, or everybody whom the course makes staff (threat L17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.launch.records import Deployment, PersonRecord, Reviewer
from lti_tool.launch.upserts import upsert
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem

# Values of Deployment.reviewers and of Reviewer.state.
COURSE: Final = "course"
LISTED: Final = "listed"
ASKED: Final = "asked"
REMOVED: Final = "removed"
# The most that a page shows.
SHOWN: Final = 200

# Asked for at every request of staff, so built once.
_STANDING: Final = sa.select(Reviewer.state).where(
    Reviewer.deployment_id == sa.bindparam("deployment_id"), Reviewer.person_id == sa.bindparam("person_id")
)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """Somebody on a tenant's list: asked, listed or removed. Names as of the latest launch, perhaps empty."""

    person_id: int
    full_name: str
    email: str
    state: str
    changed_at: datetime


def is_reviewer(session: Session | sa.Connection, tenant: Deployment, person_id: int) -> bool:
    """Tell whether this tenant lets a member of staff review. The course's role is asked for elsewhere (`Visit.reviews`)."""
    if tenant.reviewers == COURSE:
        return True
    return standing(session, tenant.id, person_id) == LISTED


def standing(session: Session | sa.Connection, deployment_id: int, person_id: int) -> str:
    """Return how somebody stands on a tenant's list: asked, listed, removed, or "" for never asked."""
    connection = session.connection() if isinstance(session, Session) else session
    found = connection.execute(_STANDING, {"deployment_id": deployment_id, "person_id": person_id}).scalar_one_or_none()
    return found or ""


def ask(session: Session, visit: Visit) -> str:
    """Ask for this visitor to be listed; return how they stand afterwards: asked, or listed as before.

    Asking again changes nothing; somebody who was removed may ask anew. Raises Problem("not-a-reviewer") unless the course
    makes them staff.
    """
    if Role.STAFF not in visit.roles:
        raise Problem("not-a-reviewer")
    stands = standing(session, visit.tenant_id, visit.visitor.id)
    if stands in {ASKED, LISTED}:
        return stands
    _put(session, visit.tenant_id, visit.visitor.id, ASKED, str(visit.visitor.id))
    return ASKED


def decide(session: Session, deployment_id: int, person_id: int, state: str, by: str) -> None:
    """List somebody who asked, or remove them; it bites at their next request.

    `by` is a person's id or a word such as ``operator``. Raises Problem("not-found") for somebody who never asked here, and
    ValueError for another state.
    """
    if state not in {LISTED, REMOVED}:
        raise ValueError(f"nobody decides that a reviewer is {state}")
    stands = standing(session, deployment_id, person_id)
    if not stands:
        raise Problem("not-found")
    if stands != state:
        _put(session, deployment_id, person_id, state, by)


def of_tenant(session: Session, deployment_id: int) -> Sequence[ListedPerson]:
    """Return who asked or is listed in a tenant, those who asked first, at most SHOWN."""
    wanted = (
        sa.select(Reviewer, PersonRecord)
        .join(PersonRecord, PersonRecord.id == Reviewer.person_id)
        .where(Reviewer.deployment_id == deployment_id, Reviewer.state != REMOVED)
        .order_by(Reviewer.state, Reviewer.changed_at)
        .limit(SHOWN)
    )
    return [ListedPerson(person.id, person.full_name, person.email, row.state, row.changed_at) for row, person in session.execute(wanted)]


def _put(session: Session, deployment_id: int, person_id: int, state: str, by: str) -> None:
    key = {"deployment_id": deployment_id, "person_id": person_id}
    upsert(session, Reviewer, key, {"state": state, "changed_by": by, "changed_at": clock.now()})
    history.append(session, f"reviewer-{state}", f"deployment:{deployment_id}", by, {"person": person_id})
