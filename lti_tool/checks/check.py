"""Every check of a scheme over one dossier: the pure core between evidence and decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from lti_tool.checks import dossiers, pieces
from lti_tool.checks.findings import Finding, Findings, PieceFindings, Verdict
from lti_tool.checks.pieces import Case
from lti_tool.checks.proof import proof
from lti_tool.evidence.dossier import Applicant, Dossier, Piece
from lti_tool.evidence.reading import Reading, Source
from lti_tool.scheme.model import Requirement, Scheme

# What is asked of a document that belongs nowhere: what it is, and whose.
NOWHERE = ("kind", "seen-with-others")


def check(dossier: Dossier, scheme: Scheme) -> Findings:
    """Return what the scheme's checks find in a dossier; the same dossier always gives the same findings."""
    found = [check_piece(piece, dossier.applicant, dossier.day, scheme) for piece in dossier.pieces]
    best = best_documents(dossier, found)
    stands = {piece.document_id: piece for piece in found}
    requirements = tuple(dossiers.standing(entry.id, stands, best) for entry in scheme.requirements)
    general: list[Finding] = []
    for name in scheme.checks:
        found, more = dossiers.CHECKS[name](dossier, scheme, found, best)
        general += more
    return Findings(dossier.application_id, tuple(found), requirements, tuple(general))


def check_piece(piece: Piece, applicant: Applicant, day: date, scheme: Scheme) -> PieceFindings:
    """Return what the checks find about one document at the requirement where it lies."""
    requirement = placed(piece, scheme)
    case = Case(piece, applicant, day, scheme, requirement)
    names: Sequence[str] = requirement.checks if requirement and not piece.reading.unreadable else NOWHERE
    findings = (*(finding for name in names for finding in pieces.CHECKS[name](case)), *proof(case))
    verdict = max((finding.verdict for finding in findings), key=lambda verdict: verdict.weight, default=Verdict.REVIEW)
    return PieceFindings(piece.document_id, requirement.id if requirement else None, verdict, findings)


def placed(piece: Piece, scheme: Scheme) -> Requirement | None:
    """Return the requirement that the applicant chose, else the one the document's kind belongs to."""
    if piece.placed_at is not None:
        return scheme.requirement(piece.placed_at)
    return scheme.requirement_for(piece.reading.kind_id)


def best_documents(dossier: Dossier, found: Sequence[PieceFindings]) -> Mapping[str, str]:
    """Return requirement → document: the one that fits best; of two alike the newer, the surer one, the first handed in."""
    readings = {piece.document_id: piece.reading for piece in dossier.pieces}
    best: dict[str, PieceFindings] = {}

    def rank(piece: PieceFindings) -> tuple[int, int, int, float]:
        issued = readings[piece.document_id].issue_date
        return piece.verdict.weight, -(issued.value.toordinal() if issued else 0), *_poorness(readings[piece.document_id])

    for piece in found:
        if piece.requirement is not None and (piece.requirement not in best or rank(piece) < rank(best[piece.requirement])):
            best[piece.requirement] = piece
    return {requirement: piece.document_id for requirement, piece in best.items()}


def _poorness(reading: Reading) -> tuple[int, float]:
    """Order copies of one certificate: what proves itself before what was read, writing before a picture, sure before unsure."""
    facts = [fact for fact in (reading.title, reading.holder, reading.issue_date, reading.disclaimer) if fact is not None]
    weakest = max((list(Source).index(fact.source) for fact in facts), default=len(Source))
    return weakest, -min((fact.sure for fact in facts), default=0.0)
