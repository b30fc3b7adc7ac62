"""Uploads that survive a broken connection: begun once, then sent part by part from where the last one ended.

After the IETF draft "Resumable Uploads for HTTP" (draft-ietf-httpbis-resumable-upload): a part counts whole or not at all, and the
server says from which offset to go on. Parts lie in the file store, the count in the database, so that any serving process takes
the next one. Whose upload it is not, it is unknown to (design rule 8).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.evidence import intake, quota, uploads
from lti_tool.evidence.records import ApplicationRecord, UploadRecord
from lti_tool.files import sha256
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.problem import Problem

# An upload that nobody goes on with ends after this; the last answer of a whole one can be asked for as long.
LIFETIME: Final = timedelta(days=1)
# Bytes of one part; only the last one may be smaller, so that nobody stores a file byte by byte.
MOST_PART: Final = 4 << 20
LEAST_PART: Final = 64 << 10
# Uploads of one person that may be under way at once.
MOST_UNFINISHED: Final = 50


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that somebody wants to send: its name, its length in bytes, its SHA-256 where the browser could tell."""

    file_name: str
    size: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class At:
    """Where an upload is under way."""

    application_id: str
    upload_id: str


@dataclass(frozen=True, slots=True)
class Upload:
    """How far an upload is: `received` of `size` bytes; `document_id` once it is whole and taken."""

    id: str
    size: int
    received: int
    document_id: str | None


def begin(installation: Installation, visit: Visit, application_id: str, file: Announced) -> Upload:
    """Begin an upload, or find the one of the same file (by its SHA-256) that is under way or done.

    Raises Problem("file-empty", "file-too-large", "too-many-unfinished", "application-closed", "not-found"), and what `quota.check` refuses.
    """
    uploads.check_length(file.size, installation.settings.max_upload_mb)
    with installation.database.write() as session:
        application = intake.changeable(session, visit, application_id, lock=True)
        known = _known(session, application, file) if file.sha256 else None
        if known is not None:
            return known
        quota.check(session, installation.settings, application, file.size)
        _check_unfinished(session, application)
        upload = UploadRecord(
            application_id=application.id,
            file_name=uploads.clean_name(file.file_name),
            size=file.size,
            sha256=file.sha256,
            received=0,
            parts=[],
            touched_at=clock.now(),
        )
        session.add(upload)
        session.flush()
        return _seen(upload)


def look(installation: Installation, visit: Visit, at: At) -> Upload:
    """Say how far an upload is. Raises Problem("not-found", "upload-ended")."""
    with installation.database.read() as session:
        return _seen(_theirs(session, visit, at))


def append(installation: Installation, visit: Visit, at: At, offset: int, part: bytes) -> Upload:
    """Take the part that begins at `offset`; the last one makes the file a document.

    Raises Problem("upload-offset", "upload-part", "upload-damaged", "upload-ended", "application-closed", "not-found"), and what
    `intake.receive` refuses: then the upload has ended, and its parts are gone.
    """
    upload = look(installation, visit, at)
    if upload.document_id is None:
        _check_part(upload, offset, part)
        if part:
            upload = _add(installation, visit, at, upload, part)
        if upload.received == upload.size:
            return _finish(installation, visit, at)
    return upload


def cancel(installation: Installation, visit: Visit, at: At) -> None:
    """End an upload, and forget what came of it. Raises Problem("not-found", "upload-ended")."""
    with installation.database.write() as session:
        upload = _theirs(session, visit, at, lock=True)
        parts = list(upload.parts)
        session.delete(upload)
    _delete(installation, parts)


def sweep(installation: Installation) -> int:
    """End the uploads that nobody went on with for a day, and delete every part that belongs to none; return how many parts."""
    with installation.database.write() as session:
        session.execute(sa.delete(UploadRecord).where(UploadRecord.touched_at < clock.now() - LIFETIME))
    # Listed before the rows are asked for: a part is stored after its upload's row, so what has none then has none for ever.
    stored = list(installation.files.parts())
    with installation.database.read() as session:
        living = set(session.scalars(sa.select(UploadRecord.id).where(UploadRecord.document_id.is_(None))))
    orphans = [name for name in stored if name.partition("-")[0] not in living]
    _delete(installation, orphans)
    return len(orphans)


def _known(session: Session, application: ApplicationRecord, file: Announced) -> Upload | None:
    document_id = intake.twin(session, application, file.sha256 or "")
    if document_id is not None:
        return Upload("", file.size, file.size, document_id)
    under_way = sa.select(UploadRecord).filter_by(application_id=application.id, sha256=file.sha256, size=file.size, document_id=None)
    upload = session.scalars(under_way.where(UploadRecord.touched_at >= clock.now() - LIFETIME)).first()
    return None if upload is None else _seen(upload)


def _check_unfinished(session: Session, application: ApplicationRecord) -> None:
    unfinished = (
        sa.select(sa.func.count(UploadRecord.id))
        .join(ApplicationRecord)
        .where(ApplicationRecord.person_id == application.person_id, UploadRecord.document_id.is_(None))
    )
    if (session.scalar(unfinished) or 0) >= MOST_UNFINISHED:
        raise Problem("too-many-unfinished", limit=MOST_UNFINISHED)


def _theirs(session: Session, visit: Visit, at: At, *, lock: bool = False) -> UploadRecord:
    application = intake.owned(session, visit, at.application_id)
    query = sa.select(UploadRecord).filter_by(id=at.upload_id, application_id=application.id)
    upload = session.scalars(query.with_for_update() if lock else query).first()
    if upload is None:
        raise Problem("not-found")
    if upload.touched_at < clock.now() - LIFETIME:
        raise Problem("upload-ended")
    return upload


def _check_part(upload: Upload, offset: int, part: bytes) -> None:
    if offset != upload.received:
        raise Problem("upload-offset")
    end = offset + len(part)
    too_small = len(part) < LEAST_PART and end != upload.size
    if too_small or len(part) > MOST_PART or end > upload.size:
        raise Problem("upload-part")


def _add(installation: Installation, visit: Visit, at: At, upload: Upload, part: bytes) -> Upload:
    name = f"{upload.id}-{secrets.token_hex(8)}"
    installation.files.put_part(name, part)
    try:
        with installation.database.write() as session:
            intake.changeable(session, visit, at.application_id)
            record = _theirs(session, visit, at, lock=True)
            if record.received != upload.received:
                raise Problem("upload-offset")
            # A new list, since changes inside a JSON value are not seen.
            record.parts, record.received, record.touched_at = [*record.parts, name], record.received + len(part), clock.now()
            return _seen(record)
    except Problem:
        installation.files.delete_part(name)
        raise


def _finish(installation: Installation, visit: Visit, at: At) -> Upload:
    try:
        document_id = _taken(installation, visit, at)
    except Problem as problem:
        if problem.code == "file-missing":
            # Another request finished it in this moment, and the parts are gone.
            return look(installation, visit, at)
        cancel(installation, visit, at)
        raise
    with installation.database.write() as session:
        upload = _theirs(session, visit, at, lock=True)
        parts = list(upload.parts)
        upload.document_id, upload.parts = document_id, []
        done = _seen(upload)
    _delete(installation, parts)
    return done


def _taken(installation: Installation, visit: Visit, at: At) -> str:
    with installation.database.read() as session:
        upload = _theirs(session, visit, at)
        name, digest, parts = upload.file_name, upload.sha256, list(upload.parts)
    content = b"".join(installation.files.part(part) for part in parts)
    if digest is not None and sha256(content) != digest:
        raise Problem("upload-damaged")
    return intake.receive(installation, visit, at.application_id, name, content)


def _delete(installation: Installation, parts: list[str]) -> None:
    for name in parts:
        installation.files.delete_part(name)


def _seen(upload: UploadRecord) -> Upload:
    return Upload(upload.id, upload.size, upload.received, upload.document_id)
