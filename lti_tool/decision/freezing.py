"""What was approved, frozen: one canonical form, one hash, checked again before anything is signed (threat S03)."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.decision.outcome import Award, Checked, CheckedFile, Decision, LearningEvent
from lti_tool.decision.records import DecisionRecord
from lti_tool.history import Event
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped


def canonical(content: dict[str, Any]) -> bytes:
    """Return the one spelling of JSON values that is hashed: sorted keys, no spaces, UTF-8."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def digest(content: dict[str, Any]) -> str:
    """Return the SHA-256 of the canonical form, in hexadecimal digits."""
    return hashlib.sha256(canonical(content)).hexdigest()


def frozen(award: Award) -> dict[str, Any]:
    """Return the award as JSON values, with the hash of the words that the scheme gives it: they are approved with it.

    Raises Problem("scheme-unknown").
    """
    plain = {"checked": award.checked.value, "application_day": award.application_day.isoformat(), "text_sha256": _text_digest(award)}
    event = {} if award.event is None else {"event": award.event.to_json()}
    evidence = {"evidence": [file.to_json() for file in award.evidence]} if award.evidence else {}
    stored = {name: value for name, value in dataclasses.asdict(award).items() if name not in ("event", "evidence")}
    return stored | event | evidence | plain


def approved(session: Session, decision_id: str) -> Decision:
    """Return a stored, approved decision, after making sure that it is what was approved.

    The award must have the hash that stands beside it and the one that the history holds, and its edition must still give
    it the same words (how documents are recognised may improve within an edition). Raises Problem("decision-unknown"),
    Problem("award-drifted") and, when a release lost or changed the edition, Problem("scheme-unknown", "scheme-changed").
    """
    return approved_all(session, [decision_id])[0]


def approved_all(session: Session, decision_ids: Sequence[str]) -> list[Decision]:
    """Return several, in their order, by two queries."""
    records = {record.id: record for record in session.scalars(sa.select(DecisionRecord).where(DecisionRecord.id.in_(decision_ids)))}
    noted: dict[str, list[Any]] = {}
    for event in session.scalars(sa.select(Event).where(Event.kind == "decision.award", Event.subject.in_(decision_ids))):
        noted.setdefault(event.subject, []).append(event.content.get("award_sha256"))
    return [_approved(decision_id, records.get(decision_id), noted.get(decision_id)) for decision_id in decision_ids]


def _approved(decision_id: str, record: DecisionRecord | None, noted: list[Any] | None) -> Decision:
    if record is None or record.award is None or record.award_sha256 is None:
        raise Problem("decision-unknown", note=decision_id)
    computed = digest(record.award)
    if record.award_sha256 != computed or noted != [computed]:
        raise Problem("award-drifted", note=decision_id)
    award = _thawed(record.award)
    if record.award["text_sha256"] != _text_digest(award):
        raise Problem("scheme-changed", scheme=award.scheme_id, edition=award.scheme_edition)
    return Decision(
        id=record.id,
        application_id=record.application_id,
        award=award,
        sha256=computed,
        decided_by=record.decided_by,
        decided_at=record.decided_at,
    )


def _thawed(stored: dict[str, Any]) -> Award:
    fields = {name: value for name, value in stored.items() if name != "text_sha256"}
    event = LearningEvent.from_json(fields["event"]) if "event" in fields else None
    evidence = tuple(CheckedFile.from_json(file) for file in fields.get("evidence", ()))
    day = date.fromisoformat(fields["application_day"])
    return Award(**fields | {"checked": Checked(fields["checked"]), "application_day": day, "event": event, "evidence": evidence})


def _text_digest(award: Award) -> str:
    return digest(shipped().edition(award.scheme_id, award.scheme_edition).award.model_dump(mode="json"))
