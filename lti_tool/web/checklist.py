"""The applicant's page as a value: every requirement with its document, what was read and what was found."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lti_tool import clock
from lti_tool.checks.findings import Finding, Findings, PieceFindings, Standing, Verdict
from lti_tool.checks.words import words
from lti_tool.decision.judge import judge
from lti_tool.decision.outcome import Outcome
from lti_tool.decision.submitting import lacking
from lti_tool.evidence.dossiers import ApplicationView, DocumentView
from lti_tool.evidence.reading import Place, Reading
from lti_tool.scheme.model import Requirement, Scheme
from lti_tool.web.freshness import usable_until
from lti_tool.web.language import long_day, translated
from lti_tool.web.proof_words import ProofShown, proof_of


class Submitting(StrEnum):
    """How the application can be submitted now, if at all."""

    READING = "reading"
    BLOCKED = "blocked"
    PLAIN = "plain"
    TO_PERSON = "to-person"
    WITH_COMMENT = "with-comment"


@dataclass(frozen=True, slots=True)
class Said:
    """A finding in the reader's language: what was seen, what would do, where; `ok` if nothing stands against the document."""

    seen: str
    todo: str
    ok: bool
    place: Place | None


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One document: what was read, what was found, and `usable_until`, the last day it counts, if a date was read."""

    document: DocumentView
    reading: Reading | None
    verdict: Verdict | None
    requirement: str | None
    said: tuple[Said, ...]
    usable_until: date | None

    @property
    def being_read(self) -> bool:
        """Tell whether the reader has not finished with it."""
        return not self.document.settled

    @property
    def is_past(self) -> bool:
        """Tell whether the last day on which it counts is over (in UTC; the checks know the scheme's own zone)."""
        return self.usable_until is not None and clock.now().date() > self.usable_until

    @property
    def proof(self) -> ProofShown | None:
        """Return how the document proves itself; None for one that was not read."""
        return proof_of(self.reading) if self.reading else None

    @property
    def complaints(self) -> tuple[Said, ...]:
        """Return what stands against the document."""
        return tuple(said for said in self.said if not said.ok)


@dataclass(frozen=True, slots=True)
class Row:
    """One requirement; `status` is met, doubtful, not-met, missing or reading; `others` are further documents at it."""

    requirement: Requirement
    status: str
    piece: PieceRow | None
    others: tuple[PieceRow, ...]


@dataclass(frozen=True, slots=True)
class Checklist:
    """The whole page: rows, documents that belong nowhere yet, those being read, and whether it can be submitted."""

    scheme: Scheme
    rows: tuple[Row, ...]
    unplaced: tuple[PieceRow, ...]
    being_read: tuple[PieceRow, ...]
    general: tuple[Said, ...]
    submitting: Submitting
    lacking: tuple[Requirement, ...]

    @property
    def pieces(self) -> tuple[PieceRow, ...]:
        """Return every document that was read: by requirement, then the unplaced ones."""
        return (*(piece for row in self.rows for piece in (row.piece, *row.others) if piece), *self.unplaced)

    @property
    def found(self) -> int:
        """Return how many requirements have a document that fits."""
        return sum(row.status == "met" for row in self.rows)


def checklist(view: ApplicationView, findings: Findings, scheme: Scheme) -> Checklist:
    """Put an application, today's findings and the scheme's requirements together."""
    found = {piece.document_id: piece for piece in findings.pieces}
    pieces = tuple(_piece(document, found.get(document.id), scheme) for document in view.documents)
    read = [piece for piece in pieces if not piece.being_read]
    rows = tuple(_row(requirement, findings, pieces) for requirement in scheme.requirements)
    shown = {piece.document.id for row in rows for piece in (row.piece, *row.others) if piece}
    being_read = tuple(piece for piece in pieces if piece.being_read)
    wanting = lacking(findings, "")
    return Checklist(
        scheme,
        rows,
        unplaced=tuple(piece for piece in read if piece.document.id not in shown),
        being_read=being_read,
        # What is missing by name stands at its own row.
        general=said(finding for finding in findings.general if finding.requirement is None),
        submitting=Submitting.READING if being_read else _submitting(findings),
        lacking=tuple(requirement for requirement in scheme.requirements if requirement.id in wanting),
    )


def _submitting(findings: Findings) -> Submitting:
    if lacking(findings, "any comment"):
        return Submitting.BLOCKED
    if lacking(findings, ""):
        return Submitting.WITH_COMMENT
    return Submitting.PLAIN if judge(findings) is Outcome.AWARD else Submitting.TO_PERSON


def piece_row(view: ApplicationView, findings: Findings, scheme: Scheme, document_id: str) -> PieceRow | None:
    """Return one document of an application, or None if it has none of this id."""
    found = {piece.document_id: piece for piece in findings.pieces}
    documents = [document for document in view.documents if document.id == document_id]
    return _piece(documents[0], found.get(document_id), scheme) if documents else None


def said(findings: Iterable[Finding]) -> tuple[Said, ...]:
    """Put findings into the reader's language."""
    return tuple(_said(finding) for finding in findings)


def _said(finding: Finding) -> Said:
    spoken = words(finding)
    details = spoken.shown(long_day)
    return Said(translated(spoken.seen, details), translated(spoken.todo, details), finding.ok, finding.place)


def _piece(document: DocumentView, found: PieceFindings | None, scheme: Scheme) -> PieceRow:
    reading = document.reading
    issued = reading.issue_date.value if reading and reading.issue_date else None
    return PieceRow(
        document,
        reading,
        verdict=found.verdict if found else None,
        requirement=found.requirement if found else document.placed_at,
        said=said(found.findings) if found else (),
        usable_until=usable_until(issued, scheme.rules.fresh_years) if issued else None,
    )


def _row(requirement: Requirement, findings: Findings, pieces: tuple[PieceRow, ...]) -> Row:
    here = [piece for piece in pieces if piece.requirement == requirement.id and not piece.being_read]
    standing = next((entry for entry in findings.requirements if entry.requirement == requirement.id), None)
    best = standing.document_id if standing else None
    first = next((piece for piece in here if piece.document.id == best), here[0] if here else None)
    status = standing.standing if standing else Standing.MISSING
    if status is Standing.MISSING and any(piece.being_read and piece.document.placed_at == requirement.id for piece in pieces):
        return Row(requirement, "reading", first, ())
    return Row(requirement, status.value, first, tuple(piece for piece in here if piece is not first))
