"""What an applicant does before submitting: begin, add documents, move and remove them, declare a step.

Whatever belongs to another person or tenant answers exactly like an unknown id (design rule 8).
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.evidence import codec, quota, uploads
from lti_tool.evidence.records import ApplicationRecord, DocumentRecord
from lti_tool.evidence.shared_files import take_turn
from lti_tool.evidence.turns import next_turn
from lti_tool.installation import Installation
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped
from lti_tool.work import READING, Task

# States in which the applicant may change the application, and those in which it is still under way or was granted.
OPEN: Final = frozenset({"draft", "changes-requested"})
LIVE: Final = frozenset({"draft", "changes-requested", "submitted", "awarded"})


def application_for(installation: Installation, visit: Visit) -> str:
    """Return the id of the visitor's live application under the visit's scheme in this tenant; a draft is made if there is none.

    A draft takes over the names and the line item of the latest launch. Raises Problem("scheme-unknown").
    """
    shipped().get(visit.scheme_id)
    with installation.database.read() as session:
        found = _live(session, visit)
        if found is not None and not _outdated(found, visit):
            return found.id
    with installation.database.write() as session:
        # Two windows opened at once must not make two drafts: the person's row is the queue.
        session.execute(sa.select(PersonRecord.id).where(PersonRecord.id == visit.visitor.id).with_for_update())
        found = _live(session, visit)
        if found is None:
            found = _draft(visit)
            session.add(found)
            session.flush()
        elif _outdated(found, visit):
            _refresh(found, visit)
        return found.id


def receive(installation: Installation, visit: Visit, application_id: str, file_name: str, content: bytes) -> str:
    """Store an upload and ask for its reading, in one transaction; return the document's id.

    The same bytes sent again to the same application are the same document, so that a lost answer may be repeated. Raises
    Problem("file-empty", "file-too-large", "file-type", "application-closed", "not-found"), and what `quota.take` refuses.
    """
    uploads.check_size(content, installation.settings.max_upload_mb)
    media_type = uploads.taken_type(content)
    with installation.database.read() as session:
        quota.check(session, installation.settings, changeable(session, visit, application_id), len(content))
    digest = installation.files.put(content)
    with installation.database.write() as session:
        application = changeable(session, visit, application_id, lock=True)
        if (known := twin(session, application, digest)) is not None:
            return known
        _make_way(session, application, digest)
        quota.take(session, installation.settings, application, len(content))
        take_turn(session, digest)
        if not installation.files.has(digest):
            # The last other use of these bytes ended, and their file with it, since they were stored above.
            installation.files.put(content)
        document = DocumentRecord(
            application_id=application.id,
            sha256=digest,
            size=len(content),
            file_name=uploads.clean_name(file_name),
            media_type=media_type,
            received_at=clock.now(),
            turn=next_turn(session, application),
            stage_at=clock.now(),
        )
        session.add(document)
        session.flush()
        installation.work.ask_for(session, Task("read-document", READING, document.id, priority=document.turn))
        return document.id


def twin(session: Session, application: ApplicationRecord, digest: str) -> str | None:
    """Return the document of these bytes that the application holds, None also for a file that lost some of its certificates."""
    found = session.scalars(_documents(application).where(DocumentRecord.sha256 == digest).order_by(DocumentRecord.part)).all()
    return found[0].id if found and len(found) >= max(_parts(document) for document in found) else None


def _parts(document: DocumentRecord) -> int:
    """Return how many certificates a document's file holds."""
    reading = codec.from_json(document.reading) if document.reading else None
    return reading.part.of if reading and reading.part else 1


def _make_way(session: Session, application: ApplicationRecord, digest: str) -> None:
    """Take out what is left of a file that lost some of its certificates: sent again, it is wanted whole."""
    for document in session.scalars(_documents(application).where(DocumentRecord.sha256 == digest)):
        document.removed_at = clock.now()
    session.flush()


def remove(installation: Installation, visit: Visit, application_id: str, document_id: str) -> None:
    """Take a document out of the application. Removing it again changes nothing."""
    with installation.database.write() as session:
        document = _document(session, visit, application_id, document_id)
        document.removed_at = document.removed_at or clock.now()


def place(installation: Installation, visit: Visit, application_id: str, document_id: str, requirement: str | None) -> None:
    """Put a document at a requirement of the applicant's choice; None gives the choice back to the reader.

    Raises Problem("requirement-unknown").
    """
    with installation.database.write() as session:
        document = _document(session, visit, application_id, document_id)
        scheme = shipped().get(document.application.scheme_id)
        if requirement is not None and scheme.requirement(requirement) is None:
            raise Problem("requirement-unknown")
        document.placed_at = requirement


def declare(installation: Installation, visit: Visit, application_id: str, declaration: str, on: bool) -> None:
    """Note that the applicant declares a step, or takes it back. Raises Problem("declaration-unknown")."""
    with installation.database.write() as session:
        application = changeable(session, visit, application_id, lock=True)
        known = [entry.id for entry in shipped().get(application.scheme_id).declarations]
        if declaration not in known:
            raise Problem("declaration-unknown")
        wanted = set(application.declared) | {declaration} if on else set(application.declared) - {declaration}
        # A new list, since changes inside a JSON value are not seen.
        application.declared = [entry for entry in known if entry in wanted]


def owned(session: Session, visit: Visit, application_id: str, *, lock: bool = False) -> ApplicationRecord:
    """Return the visitor's own application. Raises Problem("not-found")."""
    query = sa.select(ApplicationRecord).where(
        ApplicationRecord.id == application_id,
        ApplicationRecord.tenant_id == visit.tenant_id,
        ApplicationRecord.person_id == visit.visitor.id,
    )
    found = session.scalars(query.with_for_update() if lock else query).first()
    if found is None:
        raise Problem("not-found")
    return found


def changeable(session: Session, visit: Visit, application_id: str, *, lock: bool = False) -> ApplicationRecord:
    """Return the visitor's own application while it may be changed. Raises Problem("not-found", "application-closed")."""
    application = owned(session, visit, application_id, lock=lock)
    if application.state not in OPEN:
        raise Problem("application-closed")
    return application


def _document(session: Session, visit: Visit, application_id: str, document_id: str) -> DocumentRecord:
    application = changeable(session, visit, application_id, lock=True)
    found = session.scalars(
        sa.select(DocumentRecord).where(DocumentRecord.id == document_id, DocumentRecord.application_id == application.id)
    ).first()
    if found is None:
        raise Problem("not-found")
    return found


def _documents(application: ApplicationRecord) -> sa.Select[DocumentRecord]:
    return sa.select(DocumentRecord).where(DocumentRecord.application_id == application.id, DocumentRecord.removed_at.is_(None))


def _live(session: Session, visit: Visit) -> ApplicationRecord | None:
    return session.scalars(
        sa.select(ApplicationRecord)
        .where(
            ApplicationRecord.tenant_id == visit.tenant_id,
            ApplicationRecord.person_id == visit.visitor.id,
            ApplicationRecord.scheme_id == visit.scheme_id,
            ApplicationRecord.state.in_(LIVE),
        )
        .order_by(ApplicationRecord.created_at.desc())
    ).first()


def _draft(visit: Visit) -> ApplicationRecord:
    given, family = _names(visit)
    return ApplicationRecord(
        tenant_id=visit.tenant_id,
        person_id=visit.visitor.id,
        given_name=given,
        family_name=family,
        locale=visit.locale[:20],
        scheme_id=visit.scheme_id,
        registration_id=visit.visitor.registration_id,
        sub=visit.visitor.sub,
        line_item=visit.line_item,
        created_at=clock.now(),
    )


def _names(visit: Visit) -> tuple[str, str]:
    # Some platforms send only the whole name, and a privacy launch sends none.
    visitor = visit.visitor
    if visitor.given_name or visitor.family_name:
        return visitor.given_name, visitor.family_name
    return "", visitor.full_name[:255]


def _outdated(application: ApplicationRecord, visit: Visit) -> bool:
    if application.state not in OPEN:
        return False
    new_line_item = visit.line_item is not None and visit.line_item != application.line_item
    return new_line_item or (application.given_name, application.family_name) != _names(visit)


def _refresh(application: ApplicationRecord, visit: Visit) -> None:
    application.given_name, application.family_name = _names(visit)
    # The link "Final certificate" may have no line item; the one of "Apply" is then kept.
    application.line_item = visit.line_item or application.line_item
