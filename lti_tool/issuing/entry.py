"""What the register and the public log hold of one published certificate, by a single statement: what everybody's checks begin with."""

from __future__ import annotations

from typing import Any, Final

import sqlalchemy as sa

from lti_tool import history
from lti_tool.issuing.logged import Leaf
from lti_tool.issuing.number import parse
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.register import PUBLISHED
from lti_tool.public_log import publishing
from lti_tool.public_log.records import LogCheckpoint, LogLeaf
from lti_tool.public_log.tree import Reader

_RECORD: Final = sa.inspect(CertificateRecord).local_table
_EVENT: Final = sa.inspect(history.Event).local_table
_LEAF: Final = sa.inspect(LogLeaf).local_table
_NOTES: Final = sa.inspect(LogCheckpoint).local_table
# The smallest checkpoint that holds the leaf.
_NOTE: Final = (
    sa.select(_NOTES.c.note).where(_NOTES.c.size > _LEAF.c.position).order_by(_NOTES.c.size).limit(1).correlate(_LEAF).scalar_subquery().label("note")
)
_PREPARED: Final = sa.and_(_EVENT.c.subject == _RECORD.c.number, _EVENT.c.kind == publishing.PREPARED)
# What `register.certificate` and the checks of a record ask of it, under the record's own names.
_COLUMNS: Final = (
    "number",
    "state",
    "content",
    "content_sha256",
    "pdf_sha256",
    "credential_sha256",
    "jwt_sha256",
    "elm_sha256",
    "revoked_at",
    "revoked_reason",
    "superseded_by",
)
_ENTRY: Final = (
    sa.select(*(_RECORD.c[name] for name in _COLUMNS), _LEAF.c.position, _LEAF.c.entry, _NOTE)
    .select_from(_RECORD.outerjoin(_EVENT, _PREPARED).outerjoin(_LEAF, _LEAF.c.event_id == _EVENT.c.id))
    .where(_RECORD.c.number == sa.bindparam("number"), sa.or_(*(_RECORD.c.state == state for state in PUBLISHED)))
    .order_by(_LEAF.c.position.nulls_last())
    .limit(1)
)

# The columns of a `CertificateRecord` that are read, and those of its leaf.
Entry = sa.Row[*tuple[Any, ...]]


def entry_of(reader: Reader, number: str) -> Entry | None:
    """Return what is held of a published certificate, whose number is typed in whatever way; None if there is none.

    One that is only prepared or signed does not exist yet, and costs what a number costs that nobody ever gave (threat S07).
    """
    parsed = parse(number)
    return None if parsed is None else reader.execute(_ENTRY, {"number": parsed}).first()


def leaf_of(entry: Entry) -> Leaf | None:
    """Return its first leaf in the public log; None for a certificate that is older than the log."""
    return None if entry.position is None else Leaf(entry.position, entry.entry, entry.note)
