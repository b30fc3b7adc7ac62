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
from lti_tool.launch.records import Deployment, Registration, VisitRecord
from lti_tool.launch.registrations import ACTIVE, SUSPENDED
from lti_tool.launch.reviewers import COURSE, LISTED
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

# Values of Registration.new_deployments: a new place waits for approval, or is let in at once.
ASK: Final = "ask"
TRUST: Final = "trust"
# Most characters of a tenant's name and of the line under the tool's name.
LONGEST_LINE: Final = 200
# Days that evidence may be kept after its decision.
SHORTEST_RETENTION: Final = 1
LONGEST_RETENTION: Final = 3650
SETTINGS: Final = ("name", "branding", "default_scheme", "time_zone", "retention_days", "reviewers")


def set_status(session: Session, record: Registration | Deployment, status: str, by: str) -> None:
    """Let a platform or a tenant in (active), or keep it out (suspended); what keeps it out ends its open sessions.

    `by` is a person's id or a word such as ``operator``. The same status again changes nothing.
    """
    if status not in {ACTIVE, SUSPENDED}:
        raise ValueError(f"nobody makes a tenant {status}")
    if record.status == status:
        return
    record.status = status
    subject, deployment = _named(record)
    history.append(session, "lms-status", subject, by, {"status": status, "deployment": deployment})
    if status == SUSPENDED:
        _end_visits(session, record)


def _named(record: Registration | Deployment) -> tuple[str, str | None]:
    if isinstance(record, Deployment):
        return f"registration:{record.registration_id}", record.deployment_id
    return f"registration:{record.id}", None


def _end_visits(session: Session, record: Registration | Deployment) -> None:
    # `find_visit` turns them away in any case; ended, they don't come back to life when the tenant does.
    if isinstance(record, Deployment):
        where = VisitRecord.deployment_id == record.id
    else:
        where = VisitRecord.deployment_id.in_(sa.select(Deployment.id).where(Deployment.registration_id == record.id))
    session.execute(sa.update(VisitRecord).where(where, VisitRecord.ended_at.is_(None)).values(ended_at=clock.now()))


def set_new_deployments(session: Session, registration: Registration, value: str, by: str) -> None:
    """Say what happens to a place that a platform names for the first time: ask or trust. Raises Problem("tenant-choice-wrong")."""
    if value not in {ASK, TRUST}:
        raise Problem("tenant-choice-wrong", setting="new_deployments")
    if registration.new_deployments != value:
        registration.new_deployments = value
        history.append(session, "lms-changed", f"registration:{registration.id}", by, {"new_deployments": value})


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
