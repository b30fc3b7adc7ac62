"""The durable work "read-document": from received over reading to read, or to a person.

Reading is tried three times; a document that still can't be read waits for a person and holds nobody up (threat R13).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.evidence import codec
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.evidence.records import ApplicationRecord, DocumentNumber, DocumentRecord
from lti_tool.evidence.shared_files import ERASED, ERASING
from lti_tool.installation import Installation
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

TRIES: Final = 3
# Seconds until the second and the third try, and the reasons of the reader that another try may cure.
PAUSES: Final = (5.0, 60.0)
TRANSIENT: Final = frozenset({"timeout", "crashed"})

_log = structlog.get_logger(__name__)


def read_document(installation: Installation, reader: Callable[[], Reader], document_id: str) -> float | None:
    """Read a document and store what it says; the seconds until another try, or None when there is nothing more to do.

    Every try is counted before it begins, so that a document that kills the whole worker is given up too.
    """
    begun = _begin(installation, document_id)
    if begun is None:
        return None
    digest, media_type, scheme_id, attempt = begun
    if attempt > TRIES:
        _finish(installation, document_id, _given_up(digest, media_type))
        return None
    try:
        content = installation.files.get(digest)
        reading = reader().read(content, shipped().get(scheme_id))
    except Problem as problem:
        _log.warning("reading-refused", document=document_id, code=problem.code, attempt=attempt)
        return PAUSES[min(attempt, len(PAUSES)) - 1]
    if reading.unreadable in TRANSIENT and attempt < TRIES:
        _log.warning("reading-failed", document=document_id, reason=reading.unreadable, attempt=attempt)
        return PAUSES[attempt - 1]
    _finish(installation, document_id, reading)
    return None


def _begin(installation: Installation, document_id: str) -> tuple[str, str, str, int] | None:
    with installation.database.write() as session:
        document = session.get(DocumentRecord, document_id, with_for_update=True)
        if document is None or document.removed_at is not None or document.state in ("read", "needs-person"):
            return None
        document.attempts += 1
        document.state = "reading"
        document.stage = "reading" if document.attempts == 1 else "reading-again"
        scheme_id = session.scalars(sa.select(ApplicationRecord.scheme_id).where(ApplicationRecord.id == document.application_id)).one()
        return document.sha256, document.media_type, scheme_id, document.attempts


def _finish(installation: Installation, document_id: str, reading: Reading) -> None:
    with installation.database.write() as session:
        document = session.get(DocumentRecord, document_id, with_for_update=True)
        if document is None or document.state in (ERASING, ERASED):
            return
        document.state = "needs-person" if reading.unreadable else "read"
        document.stage = reading.unreadable or "done"
        document.reading = codec.to_json(reading)
        document.text_sha256 = reading.text_sha256
        document.read_at = clock.now()
        _keep_numbers(session, document_id, reading)


def _keep_numbers(session: Session, document_id: str, reading: Reading) -> None:
    session.execute(sa.delete(DocumentNumber).where(DocumentNumber.document_id == document_id))
    for number in dict.fromkeys(number[:200] for number in reading.numbers):
        session.add(DocumentNumber(document_id=document_id, number=number))


def _given_up(digest: str, media_type: str) -> Reading:
    return Reading(sha256=digest, media_type=media_type, pages=0, kind=Kind.UNKNOWN, unreadable="given-up")
