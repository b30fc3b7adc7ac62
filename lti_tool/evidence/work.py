"""The durable work "read-document": from received over reading to read, or to a person.

Reading is tried three times; a document that still can't be read waits for a person and holds nobody up (threat R13).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.database import new_id
from lti_tool.evidence import codec
from lti_tool.evidence.copies import keys
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.evidence.recognising import AskedFor, Recognise, as_read
from lti_tool.evidence.records import ApplicationRecord, DocumentFingerprint, DocumentNumber, DocumentRecord
from lti_tool.evidence.shared_files import ERASED, ERASING
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

TRIES: Final = 3
# Seconds until the second and the third try, the reasons of the reader that another try may cure, and the states with nothing more to do.
PAUSES: Final = (5.0, 60.0)
SETTLED: Final = ("read", "needs-person")
TRANSIENT: Final = frozenset({"timeout", "crashed"})

_log = structlog.get_logger(__name__)


def read_document(installation: Installation, reader: Callable[[], Reader], document_id: str, recognise: Recognise = as_read) -> float | None:
    """Read a document and store what it says; the seconds until another try, or None when there is nothing more to do.

    Every try is counted before it begins, so that a document that kills the whole worker is given up too. `recognise` knows the
    certificates of this installation, which need no reading.
    """
    begun = _begin(installation, document_id)
    if begun is None:
        return None
    digest, media_type, scheme_id, attempt = begun
    if attempt > TRIES:
        _finish(installation, document_id, (_given_up(digest, media_type),))
        return None
    try:
        content = installation.files.get(digest)
        scheme, asked = shipped().get(scheme_id), _asked_for(installation, document_id)
        readings = recognise(content, scheme, asked, lambda: reader().read_all(content, scheme))
    except Problem as problem:
        _log.warning("reading-refused", document=document_id, code=problem.code, attempt=attempt)
        return PAUSES[min(attempt, len(PAUSES)) - 1]
    if readings[0].unreadable in TRANSIENT and attempt < TRIES:
        _log.warning("reading-failed", document=document_id, reason=readings[0].unreadable, attempt=attempt)
        return PAUSES[attempt - 1]
    failpoint("reading-done")
    _finish(installation, document_id, readings)
    failpoint("reading-stored")
    return None


def _begin(installation: Installation, document_id: str) -> tuple[str, str, str, int] | None:
    with installation.database.write() as session:
        document = session.get(DocumentRecord, document_id, with_for_update=True)
        if document is None or document.removed_at is not None or document.state in SETTLED:
            return None
        document.attempts += 1
        document.state = "reading"
        document.stage = "reading" if document.attempts == 1 else "reading-again"
        document.stage_at = clock.now()
        scheme_id = session.scalars(sa.select(ApplicationRecord.scheme_id).where(ApplicationRecord.id == document.application_id)).one()
        return document.sha256, document.media_type, scheme_id, document.attempts


def _asked_for(installation: Installation, document_id: str) -> AskedFor:
    with installation.database.read() as session:
        query = sa.select(ApplicationRecord.person_id, ApplicationRecord.tenant_id).join(DocumentRecord).where(DocumentRecord.id == document_id)
        found = session.execute(query).first()
        return AskedFor() if found is None else AskedFor(*found)


def _finish(installation: Installation, document_id: str, readings: Sequence[Reading]) -> None:
    """Store what a file says: all of its parts in one transaction, so that a crash leaves none or all. The first to finish counts."""
    with installation.database.write() as session:
        document = session.get(DocumentRecord, document_id, with_for_update=True)
        if document is None or document.state in (*SETTLED, ERASING, ERASED):
            return
        _store(session, document, readings[0])
        if len(readings) > 1:
            # Wherever the file was put: each of its parts belongs where its own kind does.
            document.placed_at = None
        if document.removed_at is None:
            for reading in readings[1:]:
                _store(session, _further(document, reading), reading)


def _further(document: DocumentRecord, reading: Reading) -> DocumentRecord:
    """Return a row for a further certificate of a document's file."""
    assert reading.part is not None  # noqa: S101 - of several readings each is a part
    return DocumentRecord(
        id=new_id(),
        application_id=document.application_id,
        sha256=document.sha256,
        size=0,
        file_name=document.file_name,
        media_type=document.media_type,
        attempts=document.attempts,
        received_at=document.received_at,
        stage_at=document.stage_at,
        part=reading.part.number,
        first_id=document.id,
    )


def _store(session: Session, document: DocumentRecord, reading: Reading) -> None:
    document.state = "needs-person" if reading.unreadable else "read"
    document.stage = reading.unreadable or "done"
    document.reading = codec.to_json(reading)
    document.text_sha256 = reading.text_sha256
    document.read_at = clock.now()
    session.add(document)
    session.flush()
    _keep(session, document.id, reading)


def _keep(session: Session, document_id: str, reading: Reading) -> None:
    """Keep what the same document and near copies of it are found by."""
    session.add_all(DocumentNumber(document_id=document_id, number=number) for number in dict.fromkeys(number[:200] for number in reading.numbers))
    session.add_all(DocumentFingerprint(document_id=document_id, key=key) for key in sorted(keys(reading)))


def _given_up(digest: str, media_type: str) -> Reading:
    return Reading(sha256=digest, media_type=media_type, pages=0, kind=Kind.UNKNOWN, unreadable="given-up")
