"""What happened to the keys and timestamping authorities, as events of the history: each with its public half, and no secret.

The manifest is what counts. What the history lacks of it (a program was killed in between, or the keys are older than these
events) is appended by whoever looks next, so that nothing stays unsaid.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from sqlalchemy.orm import Session

from certificate_signing.key_folder import AuthorityEntry, KeyEntry, KeyState
from lti_tool import history
from lti_tool.database import Database

CREATED: Final = "key.created"
RETIRED: Final = "key.retired"
COMPROMISED: Final = "key.compromised"
DELETED: Final = "key.deleted"
_KINDS: Final = (CREATED, RETIRED, COMPROMISED, DELETED)


@dataclass(frozen=True, slots=True)
class _Happening:
    kind: str
    key_id: str
    content: dict[str, Any]

    @property
    def said(self) -> tuple[str, str, str | None]:
        # A compromise may be declared again, from an earlier instant.
        return self.kind, self.key_id, self.content.get("from")


def note(database: Database, entries: Iterable[KeyEntry | AuthorityEntry], actor: str) -> None:
    """Append what the history does not say yet of these keys; `actor` is an operator's id or a word such as ``program``."""
    happenings = [happening for entry in entries for happening in _happenings(entry)]
    with database.read() as session:
        if not _unsaid(session, happenings):
            return
    with database.write() as session:
        # Looked at again once nobody else can append.
        history.queue_for_end(session)
        for happening in _unsaid(session, happenings):
            history.append(session, happening.kind, happening.key_id, actor, happening.content)


def _unsaid(session: Session, happenings: list[_Happening]) -> list[_Happening]:
    query = sa.select(history.Event).where(history.Event.kind.in_(_KINDS))
    said = {(event.kind, event.subject, event.content.get("from")) for event in session.scalars(query)}
    return [happening for happening in happenings if happening.said not in said]


def _happenings(entry: KeyEntry | AuthorityEntry) -> Iterator[_Happening]:
    about = {"use": str(entry.use), "algorithm": entry.algorithm}
    yield _Happening(CREATED, entry.id, about | {"since": entry.created} | _public(entry))
    if entry.retired:
        yield _Happening(RETIRED, entry.id, about | {"since": entry.retired})
    if entry.state is KeyState.COMPROMISED:
        yield _Happening(COMPROMISED, entry.id, about | {"from": entry.compromised_at or entry.created})
    if entry.state is KeyState.GONE:
        yield _Happening(DELETED, entry.id, about)


def _public(entry: KeyEntry | AuthorityEntry) -> dict[str, str]:
    """Return what a stranger recognises the key by: its certificate's SHA-256, or the public key (base64 of its DER)."""
    if not entry.public:
        return {}
    if "CERTIFICATE" in entry.public:
        first = x509.load_pem_x509_certificates(entry.public.encode())[0]
        return {"certificate_sha256": hashlib.sha256(first.public_bytes(Encoding.DER)).hexdigest()}
    der = load_pem_public_key(entry.public.encode()).public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return {"public": base64.b64encode(der).decode()}
