"""Is the register what the history and the public log say: every certificate, its files, and what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.administration.auditing_log import MOST_BACKWARDS
from lti_tool.decision.freezing import digest
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.register import PUBLISHED
from lti_tool.problem import Problem
from lti_tool.public_log import publishing
from lti_tool.public_log.records import LogLeaf

Noted = dict[str, list[tuple[Event, bool]]]


def certificate_faults(session: Session, installation: Installation) -> Iterator[tuple[str, str]]:
    """Name every certificate with something wrong, and what: its number and a word."""
    begun = session.scalar(sa.select(sa.func.min(Event.id)).where(Event.kind == publishing.BEGUN))
    for record in session.scalars(sa.select(CertificateRecord).order_by(CertificateRecord.sequence)):
        noted = _noted(session, record.number)
        yield from ((record.number, fault) for fault in _record_faults(record, noted))
        yield from ((record.number, fault) for fault in _log_faults(noted, begun))
        yield from ((record.number, fault) for fault in _file_faults(record, installation))
    for number in _forgotten(session):
        yield number, "certificate-missing"


def _noted(session: Session, number: str) -> Noted:
    """Return the events of a certificate by kind, each with whether it is a leaf of the public log."""
    query = sa.select(Event, LogLeaf.position).outerjoin(LogLeaf, LogLeaf.event_id == Event.id).where(Event.subject == number).order_by(Event.id)
    noted: Noted = {}
    for event, position in session.execute(query):
        noted.setdefault(event.kind, []).append((event, position is not None))
    return noted


def _record_faults(record: CertificateRecord, noted: Noted) -> Iterator[str]:
    prepared = [event for event, _ in noted.get(publishing.PREPARED, [])]
    hashes = [event.content.get("content_sha256") for event in prepared]
    if digest(record.content) != record.content_sha256 or hashes != [record.content_sha256]:
        yield "content-changed"
    elif abs(datetime.fromisoformat(record.content["issued_at"]) - prepared[0].at) > MOST_BACKWARDS:
        yield "backdated"
    if record.state in PUBLISHED and not _files_as_noted(record, noted):
        yield "files-changed"
    if (record.state == CertificateState.REVOKED) is not (publishing.REVOKED in noted):
        # A revocation in the history that the register does not know is the one that matters most (threat S09).
        yield "revocation-undone" if publishing.REVOKED in noted else "revocation-unknown"
    if record.state == CertificateState.ISSUED and publishing.SUPERSEDED in noted:
        yield "replacement-undone"


def _files_as_noted(record: CertificateRecord, noted: Noted) -> bool:
    issued = [(event.content.get("pdf_sha256"), event.content.get("credential_sha256")) for event, _ in noted.get(publishing.ISSUED, [])]
    return issued == [(record.pdf_sha256, record.credential_sha256)]


def _log_faults(noted: Noted, begun: int | None) -> Iterator[str]:
    leaves = [is_leaf for events in noted.values() for event, is_leaf in events if publishing.published(event.kind) and event.id >= (begun or 0)]
    if begun is not None and not all(leaves):
        yield "not-in-log"


def _file_faults(record: CertificateRecord, installation: Installation) -> Iterator[str]:
    for stored in record.stored:
        try:
            installation.files.get(stored)
        except Problem as problem:
            yield problem.code


def _forgotten(session: Session) -> Iterator[str]:
    """Name what the history says was prepared and the register has not got."""
    query = (
        sa.select(Event.subject)
        .outerjoin(CertificateRecord, CertificateRecord.number == Event.subject)
        .where(Event.kind == publishing.PREPARED, CertificateRecord.number.is_(None))
    )
    yield from session.scalars(query)
