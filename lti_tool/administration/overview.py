"""What needs an administrator: a short list of things to decide or to mend, all within the scope."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.administration.health import ClockApart, Counts, EndingKey, clocks_apart, counts, ending_keys, worker_lives
from lti_tool.administration.scope import Scope
from lti_tool.installation import Installation
from lti_tool.launch.records import Deployment, PersonRecord, Registration, Reviewer
from lti_tool.launch.registrations import ACTIVE, PENDING
from lti_tool.launch.reviewers import ASKED, LISTED

# The most of each kind that the page shows; the next ones move up as these are dealt with.
SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class WaitingPlatform:
    """A platform that registered and waits for approval."""

    id: int
    name: str
    issuer: str
    client_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingPlace:
    """A deployment that a platform named for the first time: the two ids that tell it, and the platform's issuer."""

    id: int
    registration_id: int
    issuer: str
    client_id: str
    deployment_id: str
    since: datetime


@dataclass(frozen=True, slots=True)
class WaitingReviewer:
    """Somebody who asked to review in a tenant."""

    person_id: int
    full_name: str
    tenant_id: int
    tenant: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Needs:
    """Everything on the overview; `worker_lives` and `ending_keys` concern the whole installation, `clocks` what this process saw."""

    platforms: Sequence[WaitingPlatform]
    places: Sequence[WaitingPlace]
    reviewers: Sequence[WaitingReviewer]
    counts: Counts
    worker_lives: bool
    ending_keys: Sequence[EndingKey]
    clocks: Sequence[ClockApart] = ()

    @property
    def nothing(self) -> bool:
        """Tell whether there is nothing to do."""
        waiting = self.platforms or self.places or self.reviewers
        return self.worker_lives and not (waiting or self.counts.stuck or self.ending_keys or self.clocks)


def needs(installation: Installation, session: Session, scope: Scope) -> Needs:
    """Collect what needs an administrator of this scope; what concerns several tenants is for operators alone."""
    return Needs(
        platforms=_platforms(session) if scope.everything else (),
        places=_places(session) if scope.everything else (),
        reviewers=_reviewers(session, scope),
        counts=counts(session, scope),
        worker_lives=worker_lives(installation),
        ending_keys=ending_keys(installation) if scope.everything else (),
        clocks=clocks_apart(session, scope),
    )


def _platforms(session: Session) -> Sequence[WaitingPlatform]:
    chosen = sa.select(Registration).where(Registration.status == PENDING).order_by(Registration.id).limit(SHOWN)
    return [WaitingPlatform(one.id, one.name, one.issuer, one.client_id, one.created_at) for one in session.scalars(chosen)]


def _places(session: Session) -> Sequence[WaitingPlace]:
    # Those of a platform that is kept out can't come in by themselves: they stand on the platform's own page.
    chosen = (
        sa.select(Deployment, Registration)
        .join(Registration, Registration.id == Deployment.registration_id)
        .where(Deployment.status == PENDING, Registration.status == ACTIVE)
        .order_by(Deployment.created_at, Deployment.id)
        .limit(SHOWN)
    )
    return [
        WaitingPlace(place.id, known.id, known.issuer, known.client_id, place.deployment_id, place.created_at)
        for place, known in session.execute(chosen)
    ]


def _reviewers(session: Session, scope: Scope) -> Sequence[WaitingReviewer]:
    tenants = scope.deployments().where(Deployment.status == ACTIVE, Deployment.reviewers == LISTED).subquery()
    chosen = (
        sa.select(Reviewer, PersonRecord.full_name, tenants.c.name, tenants.c.deployment_id)
        .join(PersonRecord, PersonRecord.id == Reviewer.person_id)
        .join(tenants, tenants.c.id == Reviewer.deployment_id)
        .where(Reviewer.state == ASKED)
        .order_by(Reviewer.changed_at)
        .limit(SHOWN)
    )
    return [
        WaitingReviewer(row.person_id, full_name, row.deployment_id, name or deployment, row.changed_at)
        for row, full_name, name, deployment in session.execute(chosen)
    ]
