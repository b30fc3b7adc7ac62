"""What of the history is public: which kinds of event, and which of their facts. Whatever is not named here stays inside."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from certificate_signing.log_entry import LogEntry, log_entry, subject_hash

BEGUN: Final = "log.begun"
TAKEN_BACK: Final = "log.taken-back"
PREPARED: Final = "certificate.prepared"
ISSUED: Final = "certificate.issued"
SUPERSEDED: Final = "certificate.superseded"
REVOKED: Final = "certificate.revoked"

# kind → the facts of its event that are published as they are. Hashes of files and contents tell nothing to whoever has not got
# them: each of these holds a certificate's number.
_FACTS: Final[dict[str, tuple[str, ...]]] = {
    BEGUN: (),
    TAKEN_BACK: ("first", "size"),
    PREPARED: ("content_sha256",),
    ISSUED: ("pdf_sha256", "credential_sha256", "jwt_sha256", "elm_sha256"),
    SUPERSEDED: (),
    REVOKED: (),
}
# Facts that are numbers of certificates, and are hashed as the subject is.
_NUMBERS: Final[dict[str, tuple[str, ...]]] = {SUPERSEDED: ("by",)}
KEYS: Final = "key."
_KEY_FACTS: Final = ("use", "algorithm", "public", "certificate_sha256", "since", "from")


def published(kind: str) -> bool:
    """Tell whether events of this kind are leaves of the public log."""
    return kind in _FACTS or kind.startswith(KEYS)


def entry_for(kind: str, at: datetime, subject: str, digest: str, content: Mapping[str, Any]) -> LogEntry:
    """Return what the public learns of an event of a published kind; `digest` is the event's own hash."""
    facts = {name: content[name] for name in _FACTS.get(kind, _KEY_FACTS) if content.get(name) is not None}
    hashed = {name: subject_hash(content[name]) for name in _NUMBERS.get(kind, ()) if content.get(name)}
    shown = subject_hash(subject) if kind.startswith("certificate.") else subject
    return log_entry(kind, at, shown, digest, **facts, **hashed)
