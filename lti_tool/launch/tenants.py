"""What administrators change of platforms and tenants: whether they may come in, and a tenant's own settings."""

from __future__ import annotations

import unicodedata
import zoneinfo
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.launch import approvals
from lti_tool.launch.records import Deployment, Registration, VisitRecord
from lti_tool.launch.registrations import ACTIVE, PENDING, SUSPENDED
from lti_tool.launch.reviewers import COURSE, LISTED
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

# Most characters of a tenant's name and of the line under the tool's name.
LONGEST_LINE: Final = 200
# Days that evidence may be kept after its decision.
SHORTEST_RETENTION: Final = 1
LONGEST_RETENTION: Final = 3650
SETTINGS: Final = ("name", "branding", "default_scheme", "time_zone", "retention_days", "reviewers")


def set_platform(session: Session, registration_id: int, status: str, by: str) -> None:
    """Let a platform in (active; a pending one with the places it registered), or keep it out (suspended) and end its sessions.

    `by` is a person's id or a word such as ``operator``. Raises Problem("registration-unknown").
    """
    known = session.get(Registration, registration_id)
    if known is not None and known.status == PENDING and status == ACTIVE:
        approvals.approve(session, registration_id, by)
        return
    approvals.set_registration(session, registration_id, status, by)
    if status == SUSPENDED:
        _end_visits(session, sa.select(Deployment.id).where(Deployment.registration_id == registration_id))


def set_tenant(session: Session, deployment_id: int, status: str, by: str) -> None:
    """Approve or resume a tenant by its row's id (active), or keep it out (suspended) and end its sessions.

    Raises Problem("registration-unknown").
    """
    approvals.set_deployment(session, deployment_id, status, by)
    if status == SUSPENDED:
        _end_visits(session, sa.select(Deployment.id).where(Deployment.id == deployment_id))


def _end_visits(session: Session, tenants: sa.Select[int]) -> None:
    # `find_visit` turns them away in any case; ended, they don't come back to life when the tenant does.
    live = sa.update(VisitRecord).where(VisitRecord.deployment_id.in_(tenants), VisitRecord.ended_at.is_(None))
    session.execute(live.values(ended_at=clock.now()).execution_options(synchronize_session=False))


def faults(values: Mapping[str, str]) -> dict[str, Problem]:
    """Return what is wrong with a tenant's settings as somebody typed them, by setting; empty when they can be taken."""
    checks = {
        "name": _line(values, "name"),
        "branding": _line(values, "branding"),
        "default_scheme": None if values.get("default_scheme") in {scheme.id for scheme in shipped().latest()} else Problem("tenant-scheme-unknown"),
        "time_zone": None if _zone_fits(values.get("time_zone", "")) else Problem("tenant-zone-unknown"),
        "retention_days": _retention(values.get("retention_days", "")),
        "reviewers": None if values.get("reviewers") in {LISTED, COURSE} else Problem("tenant-choice-wrong", setting="reviewers"),
    }
    return {name: problem for name, problem in checks.items() if problem is not None}


def change(session: Session, tenant: Deployment, values: Mapping[str, str], by: str) -> bool:
    """Give a tenant its settings, as typed; tell whether anything changed. Raises the first Problem of `faults`.

    The history gets the names of what changed and no words: a name of a school may be somebody's.
    """
    for problem in faults(values).values():
        raise problem
    wanted: dict[str, Any] = {name: values.get(name, "").strip() for name in SETTINGS}
    wanted["retention_days"] = int(wanted["retention_days"]) if wanted["retention_days"] else None
    changed = {name: value for name, value in wanted.items() if getattr(tenant, name) != value}
    for name, value in changed.items():
        setattr(tenant, name, value)
    if changed:
        told = {name: value for name, value in changed.items() if name not in {"name", "branding"}}
        history.append(session, "tenant-changed", f"deployment:{tenant.id}", by, {"changed": sorted(changed), **told})
    return bool(changed)


@cache
def zones() -> tuple[str, ...]:
    """Return the IANA time zones that a tenant may choose: places, and UTC."""
    places = sorted(name for name in zoneinfo.available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return (*places, "UTC")


def _line(values: Mapping[str, str], name: str) -> Problem | None:
    text = values.get(name, "")
    fits = len(text.strip()) <= LONGEST_LINE and not any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in text)
    return None if fits else Problem("tenant-line-wrong", most=LONGEST_LINE)


def _zone_fits(name: str) -> bool:
    return not name or name in zones()


def _retention(text: str) -> Problem | None:
    text = text.strip()
    if not text or (text.isascii() and text.isdigit() and len(text) <= 5 and SHORTEST_RETENTION <= int(text) <= LONGEST_RETENTION):
        return None
    return Problem("tenant-retention-wrong", least=SHORTEST_RETENTION, most=LONGEST_RETENTION)
