"""The outcome as arithmetic over findings, and how the evidence was checked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lti_tool.checks.findings import Findings, Standing, Verdict
from lti_tool.decision.outcome import Checked, Outcome
from lti_tool.evidence.dossier import Dossier, Piece
from lti_tool.evidence.reading import Reading, Source


def judge(findings: Findings) -> Outcome:
    """Say what the rules say of a dossier; the best document of each requirement counts.

    A document that surely does not fit where it lies rejects. A missing requirement that an unplaced, doubtful document might
    cover goes to a person, else the dossier is incomplete; then any doubt goes to a person; else it is an award.
    """
    standings = Counter(entry.standing for entry in findings.requirements)
    if standings[Standing.NOT_MET] or any(finding.verdict is Verdict.REJECT for finding in findings.general):
        return Outcome.REJECT
    if standings[Standing.MISSING]:
        unplaced = sum(1 for piece in findings.pieces if piece.requirement is None and piece.verdict is Verdict.REVIEW)
        return Outcome.REVIEW if unplaced >= standings[Standing.MISSING] else Outcome.INCOMPLETE
    if standings[Standing.DOUBTFUL] or any(finding.verdict is Verdict.REVIEW for finding in findings.general):
        return Outcome.REVIEW
    return Outcome.AWARD


def how_checked(dossier: Dossier) -> Checked:
    """Say how the evidence was checked: the weakest way in which any fact of it was come by; a piece of which nothing was read proves nothing."""
    return _weakest(dossier.pieces)


def piece_checked(piece: Piece) -> Checked:
    """Say how one piece of it was checked."""
    return _weakest((piece,))


def _weakest(pieces: Iterable[Piece]) -> Checked:
    sources = {source for piece in pieces for source in _sources(piece.reading)}
    if sources and sources <= {Source.PROVED}:
        return Checked.PROVED
    return Checked.PERSON if Source.PERSON in sources else Checked.READ


def _sources(reading: Reading) -> set[Source]:
    facts = (reading.title, reading.holder, reading.issue_date, reading.disclaimer)
    return {fact.source for fact in facts if fact is not None} or {Source.TEXT}
