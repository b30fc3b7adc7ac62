"""What was approved, frozen: one canonical form, one hash, checked again before anything is signed (threat S03)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.decision.outcome import Award, Checked, Decision
from lti_tool.decision.records import DecisionRecord
from lti_tool.history import Event
from lti_tool.problem import Problem


def canonical(content: dict[str, Any]) -> bytes:
    """Return the one spelling of JSON values that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def frozen(award: Award) -> dict[str, Any]:
    """Return the award as JSON values."""
    return dataclasses.asdict(award) | {"checked": award.checked.value, "application_day": award.application_day.isoformat()}


def approved(session: Session, decision_id: str) -> Decision:
    """Return a stored, approved decision, after making sure that it is what was approved.

    The award must have the hash that stands beside it and the one that the history holds. Raises
    Problem("decision-unknown") and Problem("award-drifted").
    """
    record = session.get(DecisionRecord, decision_id)
    if record is None or record.award is None or record.award_sha256 is None:
        raise Problem("decision-unknown", note=decision_id)
    noted = session.scalars(sa.select(Event).where(Event.kind == "decision.award", Event.subject == decision_id)).all()
    computed = digest(record.award)
    if record.award_sha256 != computed or [event.content.get("award_sha256") for event in noted] != [computed]:
        raise Problem("award-drifted", note=decision_id)
    return Decision(
        id=record.id,
        application_id=record.application_id,
        award=_thawed(record.award),
        sha256=computed,
        decided_by=record.decided_by,
        decided_at=record.decided_at,
    )


def _thawed(stored: dict[str, Any]) -> Award:
    return Award(**stored | {"checked": Checked(stored["checked"]), "application_day": date.fromisoformat(stored["application_day"])})
