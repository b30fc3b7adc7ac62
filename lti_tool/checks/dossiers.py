"""The checks over a whole dossier, by the names that scheme files use."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from lti_tool.checks.findings import Finding, PieceFindings, RequirementFindings, Standing, Verdict
from lti_tool.evidence.dossier import Dossier
from lti_tool.scheme.model import Scheme

Best = Mapping[str, str]


def complete(dossier: Dossier, scheme: Scheme, pieces: Sequence[PieceFindings], best: Best) -> tuple[list[PieceFindings], list[Finding]]:
    """Find the requirements that no document lies at."""
    missing = [entry for entry in scheme.requirements if entry.id not in best]
    found = [Finding("missing", Verdict.REVIEW, entry.id, details=MappingProxyType({"title": entry.title})) for entry in missing]
    return list(pieces), found


def different(dossier: Dossier, scheme: Scheme, pieces: Sequence[PieceFindings], best: Best) -> tuple[list[PieceFindings], list[Finding]]:
    """Find documents too many: the better one of two at a requirement counts, the other is told so."""
    titles = {entry.id: entry.title for entry in scheme.requirements}
    noted = []
    for piece in pieces:
        extra = piece.requirement is not None and best.get(piece.requirement, piece.document_id) != piece.document_id
        noted.append(_noted(piece, "same-course-twice", {"title": titles[piece.requirement or ""]}) if extra else piece)
    return noted, []


def duplicate_in_application(
    dossier: Dossier, scheme: Scheme, pieces: Sequence[PieceFindings], best: Best
) -> tuple[list[PieceFindings], list[Finding]]:
    """Find files that are there twice: the same bytes under two names are one document; two parts of a file are two."""
    first: dict[tuple[str, int], str] = {}
    names = {piece.document_id: piece.file_name for piece in dossier.pieces}
    copies: dict[str, str] = {}
    ranked = sorted(dossier.pieces, key=lambda piece: piece.document_id not in best.values())
    for piece in ranked:
        part = (piece.reading.sha256, piece.reading.part.number if piece.reading.part else 1)
        if part in first:
            copies[piece.document_id] = first[part]
        else:
            first[part] = piece.document_id
    return [
        _noted(piece, "same-file-twice", {"other": names[copies[piece.document_id]]}) if piece.document_id in copies else piece for piece in pieces
    ], []


def _noted(piece: PieceFindings, code: str, details: dict[str, str]) -> PieceFindings:
    """Tell a document too many: it surely counts for nothing."""
    finding = Finding(code, Verdict.REJECT, piece.requirement, piece.document_id, details=MappingProxyType(details))
    return replace(piece, verdict=Verdict.REJECT, findings=(*piece.findings, finding))


def standing(requirement: str, pieces: Mapping[str, PieceFindings], best: Best) -> RequirementFindings:
    """Return how a requirement stands by its best document."""
    document_id = best.get(requirement)
    if document_id is None:
        return RequirementFindings(requirement, Standing.MISSING)
    stands = {Verdict.ACCEPT: Standing.MET, Verdict.REVIEW: Standing.DOUBTFUL, Verdict.REJECT: Standing.NOT_MET}
    return RequirementFindings(requirement, stands[pieces[document_id].verdict], document_id)


DossierCheck = Callable[[Dossier, Scheme, Sequence[PieceFindings], Best], tuple[list[PieceFindings], list[Finding]]]
CHECKS: Final[Mapping[str, DossierCheck]] = MappingProxyType(
    {"complete": complete, "different": different, "duplicate-in-application": duplicate_in_application}
)
