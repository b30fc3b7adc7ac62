"""Declaring a key compromised: what that voids, and a new key in its place where one can be made without a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from certificate_signing import keyring
from certificate_signing.errors import SigningError
from certificate_signing.key_folder import KeyEntry, KeyState, KeyUse
from lti_tool import clock, key_events
from lti_tool.installation import Installation
from lti_tool.issuing.records import CertificateRecord
from lti_tool.issuing.register import PUBLISHED
from lti_tool.problem import Problem


@dataclass(frozen=True, slots=True)
class Affected:
    """What becomes of the certificates that a key signed: the numbers of the void ones, in order, and how many are older."""

    use: KeyUse
    void: tuple[str, ...]
    earlier: int


@dataclass(frozen=True, slots=True)
class Declared:
    """The key's line in the manifest, and the id of the new key; None where a person must bring one."""

    entry: KeyEntry
    successor: str | None


def affected(installation: Installation, key_id: str, since: datetime) -> Affected:
    """Return what a declaration would void: the certificates issued while the key was the active one, from `since` on.

    Raises Problem("key-unknown").
    """
    entry = _entry(installation, key_id)
    if entry.use is KeyUse.LOG:
        return Affected(entry.use, (), 0)
    record = CertificateRecord
    query = sa.select(record.number, record.issued_at).where(
        record.state.in_(PUBLISHED),
        record.issued_at >= datetime.fromisoformat(entry.created),
        record.prepared_at <= (datetime.fromisoformat(entry.retired) if entry.retired else clock.now()),
    )
    with installation.database.read() as session:
        rows = session.execute(query.order_by(record.sequence)).all()
    void = tuple(row.number for row in rows if row.issued_at >= since)
    return Affected(entry.use, void, len(rows) - len(void))


def compromise(installation: Installation, key_id: str, since: datetime, actor: str) -> Declared:
    """Declare a key compromised from an instant on, and note it in the history.

    Raises Problem("key-unknown"), Problem("key-refused") for an LTI key, an instant to come or one later than declared before.
    """
    entry = _entry(installation, key_id)
    folder = installation.key_folder(entry.use)
    try:
        declared = keyring.compromise(folder, key_id, since, clock.now())
        successor = _successor(installation, entry) if entry.state is KeyState.ACTIVE else None
    except SigningError as error:
        raise Problem("key-refused", reason=str(error)) from None
    except OSError as error:
        raise Problem("keys-not-writable", reason=error.strerror or type(error).__name__) from None
    key_events.note(installation.database, installation.noted_entries(), actor)
    return Declared(declared, successor or _active(installation, entry.use))


def _successor(installation: Installation, entry: KeyEntry) -> str | None:
    # A seal of the organisation, and a key in a token, are for a person to bring.
    if entry.token or (entry.use is KeyUse.SEAL and not entry.development):
        return None
    settings = installation.settings
    return keyring.create_key(installation.key_folder(entry.use), entry.use, settings.organisation, settings.country, clock.now()).id


def _active(installation: Installation, use: KeyUse) -> str | None:
    return next((entry.id for entry in installation.key_entries() if entry.use is use and entry.state is KeyState.ACTIVE), None)


def _entry(installation: Installation, key_id: str) -> KeyEntry:
    try:
        found = next((entry for entry in installation.key_entries() if entry.id == key_id), None)
    except SigningError as error:
        raise Problem("keys-missing", reason=str(error)) from None
    if found is None:
        raise Problem("key-unknown", key=key_id)
    return found
