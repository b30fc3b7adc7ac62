"""Whether somebody else's application holds the same documents, found by index; the answer never says whose (threat U10)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, Session

from lti_tool.evidence import codec
from lti_tool.evidence.copies import alike
from lti_tool.evidence.reading import Reading
from lti_tool.evidence.records import ApplicationRecord, DocumentFingerprint, DocumentNumber, DocumentRecord

# Documents that are compared one by one; as many share a key only where many people of one name hand in the same.
MOST_COMPARED: Final = 200


def seen_with_others(session: Session, application: ApplicationRecord, records: Sequence[DocumentRecord]) -> dict[str, set[str]]:
    """Tell for each document how somebody else's application holds the same one: ``bytes``, ``number``, ``text``, ``copy``.

    A fixed number of questions, however many documents there are.
    """
    seen: dict[str, set[str]] = {record.id: set() for record in records}
    bytes_of_others = _others(session, application, DocumentRecord.sha256, {record.sha256 for record in records})
    texts_of_others = _others(session, application, DocumentRecord.text_sha256, {r.text_sha256 for r in records if r.text_sha256})
    numbers = _of_documents(session, DocumentNumber.document_id, DocumentNumber.number, records)
    numbers_of_others = _numbers_of_others(session, application, {number for found in numbers.values() for number in found})
    copied = _copied(session, application, records)
    for record in records:
        if record.sha256 in bytes_of_others:
            seen[record.id].add("bytes")
        if record.text_sha256 in texts_of_others:
            seen[record.id].add("text")
        if numbers[record.id] & numbers_of_others:
            seen[record.id].add("number")
        if record.id in copied:
            seen[record.id].add("copy")
    return seen


def _others(
    session: Session, application: ApplicationRecord, column: InstrumentedAttribute[str] | InstrumentedAttribute[str | None], values: Iterable[str]
) -> set[str]:
    found = session.scalars(sa.select(column).join(ApplicationRecord).where(column.in_(set(values)), *_of_others(application)).distinct())
    return {value for value in found if value is not None}


def _numbers_of_others(session: Session, application: ApplicationRecord, numbers: set[str]) -> set[str]:
    return set(
        session.scalars(
            sa.select(DocumentNumber.number)
            .join(DocumentRecord, DocumentRecord.id == DocumentNumber.document_id)
            .join(ApplicationRecord, ApplicationRecord.id == DocumentRecord.application_id)
            .where(DocumentNumber.number.in_(numbers), *_of_others(application))
            .distinct()
        )
    )


def _copied(session: Session, application: ApplicationRecord, records: Sequence[DocumentRecord]) -> set[str]:
    """Return the ids of documents that others hold a near copy of: looked up by their keys, then compared one by one."""
    keys = _of_documents(session, DocumentFingerprint.document_id, DocumentFingerprint.key, records)
    wanted = {key for found in keys.values() for key in found}
    rows = session.execute(
        sa.select(DocumentFingerprint.key, DocumentRecord.id, DocumentRecord.reading)
        .join(DocumentRecord, DocumentRecord.id == DocumentFingerprint.document_id)
        .join(ApplicationRecord, ApplicationRecord.id == DocumentRecord.application_id)
        .where(DocumentFingerprint.key.in_(wanted), DocumentRecord.reading.is_not(None), *_of_others(application))
        .order_by(DocumentFingerprint.id.desc())
        .limit(MOST_COMPARED)
    )
    theirs: dict[str, Reading] = {}
    sharing: dict[str, set[str]] = {}
    for key, document_id, stored in rows:
        theirs.setdefault(document_id, codec.from_json(stored))
        sharing.setdefault(key, set()).add(document_id)
    return {record.id for record in records if _is_copied(record, set[str]().union(*(sharing.get(key, ()) for key in keys[record.id])), theirs)}


def _is_copied(record: DocumentRecord, candidates: set[str], theirs: dict[str, Reading]) -> bool:
    if not candidates:
        return False
    mine = codec.from_json(record.reading or {})
    return any(alike(mine, theirs[document_id]) for document_id in candidates)


def _of_documents(
    session: Session, document: InstrumentedAttribute[str], value: InstrumentedAttribute[str], records: Sequence[DocumentRecord]
) -> dict[str, set[str]]:
    """Return what is kept of each of these documents, in one question."""
    found: dict[str, set[str]] = {record.id: set() for record in records}
    for document_id, kept in session.execute(sa.select(document, value).where(document.in_(found))):
        found[document_id].add(kept)
    return found


def _of_others(application: ApplicationRecord) -> tuple[sa.ColumnElement[bool], ...]:
    # Everybody's, whatever their tenant: a document serves one person. One that was removed serves nobody, and one that was erased
    # is not known any more.
    return ApplicationRecord.person_id != application.person_id, DocumentRecord.removed_at.is_(None)
