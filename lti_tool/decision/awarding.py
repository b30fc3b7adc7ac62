"""Write an award down: the decision, its event and the request for the certificate, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.checks.findings import Findings
from lti_tool.decision.freezing import digest, frozen
from lti_tool.decision.outcome import Award, Checked
from lti_tool.decision.records import DecisionRecord
from lti_tool.evidence.dossier import Dossier
from lti_tool.installation import Installation
from lti_tool.work import ISSUING

PROGRAM = "program"


def award_for(dossier: Dossier, checked: Checked) -> Award:
    """Return what is awarded to this applicant: exactly this is signed later."""
    return Award(
        holder_name=dossier.applicant.full_name,
        scheme_id=dossier.scheme.id,
        scheme_edition=dossier.scheme.edition,
        scheme_sha256=dossier.scheme.sha256,
        checked=checked,
        application_day=dossier.day,
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
    content = frozen(award)
    decision = DecisionRecord(
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
    session.add(decision)
    session.flush()
    noted = {"application": grounds.application_id, "award_sha256": decision.award_sha256}
    history.append(session, "decision.award", decision.id, grounds.actor, noted)
    installation.work.ask(session, "issue-certificate", ISSUING, decision.id)
    return decision.id


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
