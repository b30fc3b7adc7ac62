"""How far somebody's administration reaches: the whole installation, or one tenant. Every query of the admin pages takes it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.launch.records import Deployment, Registration
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

# How whoever runs the installation is named in the history: a session has no name.
OPERATOR: Final = "operator"


@dataclass(frozen=True, slots=True)
class Scope:
    """One tenant (its row and that of its platform), or everything where both are None; `actor` names who acts in the history.

    Two tenants may share a platform: what belongs to the platform as a whole is for operators to change.
    """

    actor: str
    tenant_id: int | None = None
    registration_id: int | None = None

    @property
    def everything(self) -> bool:
        """Tell whether this is an operator's scope."""
        return self.tenant_id is None and self.registration_id is None

    def registrations(self) -> sa.Select[Registration]:
        """Select the platforms within."""
        chosen = sa.select(Registration)
        return chosen if self.everything else chosen.where(Registration.id == self.registration_id)

    def deployments(self) -> sa.Select[Deployment]:
        """Select the tenants within."""
        chosen = sa.select(Deployment)
        return chosen if self.everything else chosen.where(Deployment.id == self.tenant_id)

    def registration(self, session: Session, registration_id: int) -> Registration:
        """Return a platform. Raises Problem("not-found") outside of the scope, as for ids that nobody gave (design rule 8)."""
        found = session.scalars(self.registrations().where(Registration.id == registration_id)).one_or_none()
        if found is None:
            raise Problem("not-found")
        return found

    def deployment(self, session: Session, deployment_id: int) -> Deployment:
        """Return a tenant by its row's id. Raises Problem("not-found") outside of the scope, as for ids that nobody gave."""
        found = session.scalars(self.deployments().where(Deployment.id == deployment_id)).one_or_none()
        if found is None:
            raise Problem("not-found")
        return found


# The scope of whoever runs the installation.
EVERYTHING: Final = Scope(OPERATOR)


def scope_of(visit: Visit) -> Scope:
    """Return the scope of an administrator who came by a launch. Raises Problem("admin-only") for anybody else."""
    if not visit.administers:
        raise Problem("admin-only")
    return Scope(str(visit.visitor.id), visit.tenant_id, visit.visitor.registration_id)
