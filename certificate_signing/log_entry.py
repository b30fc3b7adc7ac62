"""What a leaf of the public log says: one canonical JSON object, without a name, a certificate's number or anybody's id.

The members are ``v`` (1), ``kind``, ``at`` (UTC, to the second), ``subject``, ``event`` (the SHA-256 of the issuer's own record of
it, which binds all records before it too), and the members that its kind has besides. Canonical means RFC 8785; as the members are
texts and small integers, that is JSON with sorted keys and no spaces.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from certificate_signing.errors import LogWrong
from certificate_signing.instants import xsd_instant

VERSION: Final = 1
# An entry's length stands in two bytes before it (C2SP tlog-tiles).
LONGEST: Final = 65_535
_OWN: Final = frozenset({"v", "kind", "at", "subject", "event"})
_DOMAIN: Final = b"sealwright-log-subject\n"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One leaf's data. `subject` is `subject_hash` of a certificate's number, or the public id of a key."""

    kind: str
    at: str
    subject: str
    event: str
    more: Mapping[str, str | int] = field(default_factory=dict)

    def canonical(self) -> bytes:
        """Return the bytes that are the leaf."""
        members = {"v": VERSION, "kind": self.kind, "at": self.at, "subject": self.subject, "event": self.event, **self.more}
        return json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()

    @classmethod
    def parse(cls, content: bytes) -> LogEntry:
        """Read a leaf. Raises LogWrong for anything that `canonical` does not write."""
        try:
            members: Any = json.loads(content)
            own = {name: members[name] for name in ("kind", "at", "subject", "event")}
            more = {name: value for name, value in members.items() if name not in _OWN}
            entry = cls(**own, more=more)
            same = entry.canonical() == content  # here too: what is no text in UTF-8 has no canonical form
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise LogWrong("an entry of the log can not be read") from None
        plain = all(isinstance(value, str) for value in own.values()) and all(type(value) in {str, int} for value in more.values())
        if not plain or members.get("v") != VERSION or not same:
            raise LogWrong("an entry of the log is not in its canonical form")
        return entry


def log_entry(kind: str, at: datetime, subject: str, event: str, **more: str | int) -> LogEntry:
    """Return the entry of something that happened at an aware instant."""
    return LogEntry(kind, xsd_instant(at), subject, event, more)


def subject_hash(number: str) -> str:
    """Return what stands for a certificate in the log: its number has 113 random bits, so nobody can guess it from the hash."""
    return hashlib.sha256(_DOMAIN + number.encode()).hexdigest()
