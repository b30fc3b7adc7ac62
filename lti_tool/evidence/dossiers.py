"""Dossiers for the checks, and the view of an application for its page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool.evidence import codec
from lti_tool.evidence.dossier import Applicant, Dossier, Piece, SchemeReference
from lti_tool.evidence.elsewhere import seen_with_others
from lti_tool.evidence.reading import Reading
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One document as its page shows it; `state` is received, reading, read or needs-person, `stage` a code of what goes on."""

    id: str
    file_name: str
    media_type: str
    size: int
    sha256: str
    state: str
    stage: str
    reading: Reading | None
    placed_at: str | None
    received_at: datetime
    stage_at: datetime | None = None

    @property
    def settled(self) -> bool:
        """Tell whether reading has come to an end, one way or the other."""
        return self.state in ("read", "needs-person")


@dataclass(frozen=True, slots=True)
class ApplicationView:
    """One application as its page shows it; `version` goes into every form that changes it (threat R03)."""

    id: str
    state: str
    version: int
    applicant: Applicant
    own: bool
    scheme_id: str
    scheme_edition: str | None
    declared: frozenset[str]
    comment: str
    line_item: str | None
    created_at: datetime
    submitted_at: datetime | None
    submitted_day: date | None
    documents: tuple[DocumentView, ...]
    erased_at: datetime | None = None


def dossier(session: Session, application_id: str, day: date) -> Dossier:
    """Return what is judged: the settled documents of the application, on `day` in the scheme's time zone.

    The scheme is the pinned edition, or for a draft the one in force on `day`. Raises Problem("not-found").
    """
    application = session.get(ApplicationRecord, application_id)
    if application is None:
        raise Problem("not-found")
    records = [record for record in _present(session, application) if record.reading is not None]
    seen = seen_with_others(session, application, records)
    return Dossier(
        application_id=application.id,
        applicant=Applicant(application.given_name, application.family_name),
        day=day,
        scheme=scheme_of(application, day),
        pieces=tuple(
            Piece(record.id, record.file_name, codec.from_json(record.reading or {}), record.placed_at, frozenset(seen[record.id]))
            for record in records
        ),
        declared=frozenset(application.declared),
        comment=application.comment,
    )


def scheme_of(application: ApplicationRecord, day: date) -> SchemeReference:
    """Return the pinned edition, or the one in force on `day` while nothing is pinned."""
    if application.scheme_edition is not None and application.scheme_sha256 is not None:
        return SchemeReference(application.scheme_id, application.scheme_edition, application.scheme_sha256)
    scheme = shipped().get(application.scheme_id, day=day)
    return SchemeReference(scheme.id, scheme.edition, scheme.sha256)


def view(installation: Installation, visit: Visit, application_id: str) -> ApplicationView:
    """Return an application to its owner, or to somebody who reviews in the same tenant.

    Raises Problem("not-found") for everybody else.
    """
    with installation.database.read() as session:
        application = session.scalars(
            sa.select(ApplicationRecord).where(ApplicationRecord.id == application_id, ApplicationRecord.tenant_id == visit.tenant_id)
        ).first()
        if application is None or not _may_see(application, visit):
            raise Problem("not-found")
        return ApplicationView(
            id=application.id,
            state=application.state,
            version=application.version,
            applicant=Applicant(application.given_name, application.family_name),
            own=application.person_id == visit.visitor.id,
            scheme_id=application.scheme_id,
            scheme_edition=application.scheme_edition,
            declared=frozenset(application.declared),
            comment=application.comment,
            line_item=application.line_item,
            created_at=application.created_at,
            submitted_at=application.submitted_at,
            submitted_day=application.submitted_day,
            documents=tuple(_document_view(record) for record in _present(session, application)),
            erased_at=application.erased_at,
        )


def content(installation: Installation, visit: Visit, application_id: str, document_id: str) -> tuple[DocumentView, bytes]:
    """Return a document and its bytes, to those who may see the application. Raises Problem("not-found")."""
    seen = view(installation, visit, application_id)
    found = next((document for document in seen.documents if document.id == document_id), None)
    if found is None:
        raise Problem("not-found")
    return found, installation.files.get(found.sha256)


def _may_see(application: ApplicationRecord, visit: Visit) -> bool:
    # A reviewer sees what was submitted, not what somebody is still putting together.
    own = application.person_id == visit.visitor.id
    return own or (visit.reviews and application.submitted_at is not None)


def _present(session: Session, application: ApplicationRecord) -> list[DocumentRecord]:
    return list(
        session.scalars(
            sa.select(DocumentRecord)
            .where(DocumentRecord.application_id == application.id, DocumentRecord.removed_at.is_(None))
            .order_by(DocumentRecord.received_at, DocumentRecord.sha256, DocumentRecord.part, DocumentRecord.id)
        )
    )


def _document_view(record: DocumentRecord) -> DocumentView:
    return DocumentView(
        id=record.id,
        file_name=record.file_name,
        media_type=record.media_type,
        size=record.size,
        sha256=record.sha256,
        state=record.state,
        stage=record.stage,
        reading=None if record.reading is None else codec.from_json(record.reading),
        placed_at=record.placed_at,
        received_at=record.received_at,
        stage_at=record.stage_at,
    )
