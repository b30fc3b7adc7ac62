"""Platforms and deployments that wait for somebody's decision, and the decisions (threats L14 and L18)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from lti_tool import history
from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.registrations import ACTIVE, ASK, PENDING, SUSPENDED, TRUST
from lti_tool.problem import Problem


@dataclass(frozen=True, slots=True)
class Pending:
    """What waits: platforms that registered themselves, and new deployments of platforms that are active already."""

    registrations: Sequence[Registration]
    deployments: Sequence[Deployment]


def pending(session: Session) -> Pending:
    """Return everything that waits for approval, the oldest first; a deployment comes with its registration."""
    platforms = sa.select(Registration).options(selectinload(Registration.deployments)).filter_by(status=PENDING)
    places = sa.select(Deployment).options(selectinload(Deployment.registration)).join(Deployment.registration)
    waiting = places.where(Deployment.status == PENDING, Registration.status == ACTIVE)
    return Pending(
        session.scalars(platforms.order_by(Registration.id)).all(),
        session.scalars(waiting.order_by(Deployment.id)).all(),
    )


def approve(session: Session, registration_id: int, by: str) -> Registration:
    """Make a pending platform active, with the deployments it registered; one that is not pending stays as it is.

    A suspended platform is not resumed by this. Raises Problem("registration-unknown").
    """
    found = session.get(Registration, registration_id, with_for_update=True)
    if found is None:
        raise Problem("registration-unknown")
    if found.status == PENDING:
        found.status = ACTIVE
        for deployment in found.deployments:
            if deployment.status == PENDING:
                deployment.status = ACTIVE
        history.append(session, "lms-approved", f"registration:{found.id}", by, {"deployments": sorted(one.id for one in found.deployments)})
    return found


def set_registration(session: Session, registration_id: int, status: str, by: str) -> Registration:
    """Suspend or resume a platform; its sessions die with it (threat L18). Raises Problem("registration-unknown")."""
    found = session.get(Registration, registration_id)
    if found is None or status not in {ACTIVE, SUSPENDED}:
        raise Problem("registration-unknown")
    if found.status != status:
        found.status = status
        history.append(session, "lms-status", f"registration:{found.id}", by, {"status": status, "deployment": None})
    return found


def set_deployment(session: Session, deployment_id: int, status: str, by: str) -> Deployment:
    """Approve, suspend or resume a deployment by its row's id. Raises Problem("registration-unknown")."""
    found = session.get(Deployment, deployment_id)
    if found is None or status not in {ACTIVE, SUSPENDED}:
        raise Problem("registration-unknown")
    if found.status != status:
        found.status = status
        content = {"status": status, "deployment": found.deployment_id}
        history.append(session, "lms-status", f"registration:{found.registration_id}", by, content)
    return found


def set_new_deployments(session: Session, registration_id: int, rule: str, by: str) -> Registration:
    """Choose what happens to new deployments of a platform: ``ask`` or ``trust``. Raises Problem("registration-unknown")."""
    found = session.get(Registration, registration_id)
    if found is None or rule not in {ASK, TRUST}:
        raise Problem("registration-unknown")
    if found.new_deployments != rule:
        found.new_deployments = rule
        history.append(session, "lms-changed", f"registration:{found.id}", by, {"new_deployments": rule})
    return found
