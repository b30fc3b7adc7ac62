"""Write an award down: the decision, its event and the request for the certificate, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.checks.findings import Findings
from lti_tool.database import new_id
from lti_tool.decision.commitments import commit
from lti_tool.decision.freezing import digest, frozen
from lti_tool.decision.outcome import Award, Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence.dossier import Dossier
from lti_tool.installation import Installation
from lti_tool.work import ISSUING

PROGRAM = "program"


def award_for(session: Session, dossier: Dossier, findings: Findings, checked: Checked) -> Award:
    """Return what is awarded to this applicant: exactly this is signed later. Stores the salts of its commitments."""
    return Award(
        holder_name=dossier.applicant.full_name,
        scheme_id=dossier.scheme.id,
        scheme_edition=dossier.scheme.edition,
        scheme_sha256=dossier.scheme.sha256,
        checked=checked,
        application_day=dossier.day,
        evidence=commit(session, dossier, findings, checked),
    )


@dataclass(frozen=True, slots=True)
class Grounds:
    """Why and by whom: `decided_by` is a person's id or None, `actor` what the history calls them.

    `application_id` is None for an administrator's act; `supersedes` the number of the certificate that is replaced.
    """

    actor: str
    decided_by: int | None = None
    application_id: str | None = None
    findings: Findings | None = None
    reason: str = ""
    supersedes: str | None = None


def record_award(session: Session, installation: Installation, award: Award, grounds: Grounds) -> str:
    """Store the decision and ask for its certificate in the caller's transaction; return the decision's id.

    A second award of the same application fails on the unique column `live_award_of`; an award that supersedes a
    certificate leaves that column to the first.
    """
    decision = _decision(frozen(award), grounds)
    session.add(decision)
    session.flush()
    history.append_all(session, [_noted(decision, grounds)])
    installation.work.ask(session, "issue-certificate", ISSUING, decision.id)
    return decision.id


def record_awards(session: Session, awards: Mapping[str, Award], grounds: Grounds) -> set[str]:
    """Store decisions under ids of the caller's making, where there are none yet; whoever calls this issues their certificates.

    Return the ids of those that were stored before, for somebody of another name.
    """
    history.queue_for_end(session)
    known = {record.id: record.award for record in session.scalars(sa.select(DecisionRecord).where(DecisionRecord.id.in_(list(awards))))}
    contents = {decision_id: frozen(award) for decision_id, award in awards.items() if decision_id not in known}
    fresh = [_decision(content, grounds, decision_id) for decision_id, content in contents.items()]
    session.add_all(fresh)
    session.flush()
    if fresh:
        history.append_all(session, [_noted(decision, grounds) for decision in fresh])
    return {decision_id for decision_id, award in known.items() if (award or {}).get("holder_name") != awards[decision_id].holder_name}


def _decision(content: dict[str, Any], grounds: Grounds, decision_id: str | None = None) -> DecisionRecord:
    return DecisionRecord(
        id=decision_id or new_id(),
        application_id=grounds.application_id,
        live_award_of=grounds.application_id if grounds.supersedes is None else None,
        supersedes=grounds.supersedes,
        outcome="awarded",
        award=content,
        award_sha256=digest(content),
        findings=summary(grounds.findings),
        decided_by=grounds.decided_by,
        reason=grounds.reason,
        decided_at=clock.now(),
    )


def _noted(decision: DecisionRecord, grounds: Grounds) -> history.Happening:
    noted = {"application": grounds.application_id, "award_sha256": decision.award_sha256}
    return history.Happening("decision.award", decision.id, grounds.actor, noted)


def summary(findings: Findings | None) -> dict[str, Any]:
    """Return codes and standings, which stay with the decision when the evidence is gone; nothing that was read."""
    if findings is None:
        return {}
    every = [finding for piece in findings.pieces for finding in piece.findings] + list(findings.general)
    return {
        "requirements": {entry.requirement: entry.standing.value for entry in findings.requirements},
        "findings": [
            {"code": finding.code, "verdict": finding.verdict.value, "requirement": finding.requirement, "document": finding.document_id}
            for finding in every
        ],
    }
