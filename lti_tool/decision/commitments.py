"""Commitments to the files that an award rests on; the salts are kept for the applicant alone."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from certificate_signing.commitment import commitment, new_salt
from lti_tool.checks.findings import Findings
from lti_tool.decision.judge import piece_checked
from lti_tool.decision.outcome import Checked, CheckedFile
from lti_tool.decision.records import OpeningRecord
from lti_tool.evidence.dossier import Dossier, Piece
from lti_tool.scheme.catalogue import shipped
from lti_tool.scheme.model import Scheme

# An award that a person made over many loose papers names no more than this.
MOST: Final = 24
OTHER: Final = "Another document"


def commit(session: Session, dossier: Dossier, findings: Findings, checked: Checked) -> tuple[CheckedFile, ...]:
    """Return what the award says of each file that counts, in the order of the scheme, and store the salts.

    Counted is the best document of each requirement; if a person decided, who saw them all, the others too.
    """
    scheme = shipped().get(dossier.scheme.id, dossier.scheme.edition)
    counted = list(_counted(dossier, findings, scheme, checked))[:MOST]
    return tuple(_committed(session, dossier, piece, title, checked) for piece, title in counted)


def salts(session: Session, commitments: Iterable[str]) -> dict[str, bytes]:
    """Return the salts that are still kept, by commitment (hexadecimal digits)."""
    wanted = sa.select(OpeningRecord).where(OpeningRecord.commitment.in_(list(commitments)))
    return {record.commitment: bytes.fromhex(record.salt) for record in session.scalars(wanted)}


def forget_salts(session: Session, application_ids: Iterable[str]) -> None:
    """Delete the salts of these applications: their commitments can't be opened any more, by anybody."""
    session.execute(sa.delete(OpeningRecord).where(OpeningRecord.application_id.in_(list(application_ids))))


def _counted(dossier: Dossier, findings: Findings, scheme: Scheme, checked: Checked) -> Iterable[tuple[Piece, str]]:
    pieces = {piece.document_id: piece for piece in dossier.pieces}
    for standing in findings.requirements:
        piece = pieces.pop(standing.document_id or "", None)
        if piece is not None:
            requirement = scheme.requirement(standing.requirement)
            yield piece, requirement.title if requirement else OTHER
    if checked is Checked.PERSON:
        yield from ((piece, OTHER) for piece in pieces.values())


def _committed(session: Session, dossier: Dossier, piece: Piece, title: str, checked: Checked) -> CheckedFile:
    salt = new_salt()
    committed = commitment(salt, bytes.fromhex(piece.reading.sha256)).hex()
    session.add(OpeningRecord(commitment=committed, application_id=dossier.application_id, salt=salt.hex()))
    return CheckedFile(title, checked if checked is Checked.PERSON else piece_checked(piece), committed)
