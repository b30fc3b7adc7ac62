"""A trust kit, opened: everything of an issuer that verification needs, from a folder, without the issuer and without a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from cryptography import x509

from certificate_signing.checkpoint import Checkpoint, NoteKey, unverified_checkpoint
from certificate_signing.credential_text import read_object
from certificate_signing.data_integrity import check_proof
from certificate_signing.did import verification_keys
from certificate_signing.errors import SigningError
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry, subject_hash
from certificate_signing.log_monitor import follow
from certificate_signing.status_list import StatusList, decode
from certificate_signing.timestamp_trust import Authority, with_others
from lti_tool.issuing.status import place
from lti_tool.problem import Problem
from lti_tool.public_log import publishing
from lti_tool.public_log.sources import source
from lti_tool.verification import kit_files

VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Traced:
    """What the log says of one certificate: its entries by kind, the latest last."""

    entries: dict[str, list[LogEntry]] = field(default_factory=dict)

    def says(self, kind: str) -> bool:
        """Tell whether there is an entry of this kind."""
        return kind in self.entries

    def issued_with(self, name: str, digest: str) -> LogEntry | None:
        """Return the entry by which a file with this hash was issued; `name` is ``pdf_sha256``, ``credential_sha256`` or ``jwt_sha256``."""
        return next((entry for entry in self.entries.get(publishing.ISSUED, []) if entry.more.get(name) == digest), None)


@dataclass(frozen=True, slots=True)
class TrustKit:
    """The issuer's keys with their history, its log and its status lists as they were at `made_at`; `address` is its base URL."""

    address: str
    organisation: str
    made_at: datetime
    ring: KeyRing
    authorities: tuple[Authority, ...]
    head: Checkpoint
    begun_at: datetime | None
    traces: dict[str, Traced]
    lists: dict[int, StatusList]

    @classmethod
    def open(cls, folder: Path) -> TrustKit:
        """Open a kit and prove all of it by its keys: the log by its checkpoint, every status list by its proof, the index by the log.

        Whether the keys are the issuer's is for whoever got the kit to know. Raises Problem("trust-kit-wrong", "log-unreadable").
        """
        try:
            about = json.loads((folder / "kit.json").read_bytes())
            if about["version"] != VERSION:
                raise Problem("trust-kit-wrong", reason=f"it is of version {about['version']}")
            ring = KeyRing.open(folder / "keys")
            head, entries = _log(folder, ring)
            _compare_index(folder, kit_files.About(about["issuer"]["name"], about["made_at"]), ring, entries)
            return cls(
                address=about["issuer"]["address"],
                organisation=about["issuer"]["name"],
                made_at=datetime.fromisoformat(about["made_at"]),
                ring=ring,
                authorities=with_others(ring.authorities, _certificates(folder / "timestamps.pem")),
                head=head,
                begun_at=datetime.fromisoformat(entries[0].at) if entries else None,
                traces=_traced(entries),
                lists=dict(_lists(folder, about["issuer"]["address"], ring, about["lists"])),
            )
        except (SigningError, OSError, ValueError, KeyError, TypeError) as error:
            raise Problem("trust-kit-wrong", reason=str(error) or type(error).__name__) from None

    def traced(self, number: str) -> Traced:
        """Return what the log says of a certificate."""
        return self.traces.get(subject_hash(number), Traced())

    def listed(self, status_index: int) -> bool | None:
        """Tell whether the status lists say that a certificate ended; None for one that has no list here."""
        number, bit = place(status_index)
        return self.lists[number].is_set(bit) if number in self.lists else None


def _log(folder: Path, ring: KeyRing) -> tuple[Checkpoint, tuple[LogEntry, ...]]:
    fetch = source(str(folder))
    origin = unverified_checkpoint(fetch("checkpoint").decode()).origin
    found = follow(fetch, None, [NoteKey(origin, public) for public in ring.log_public.values()])
    return found.head, found.entries


def _compare_index(folder: Path, about: kit_files.About, ring: KeyRing, entries: Sequence[LogEntry]) -> None:
    """Refuse a kit whose index for browsers says something else than its log.

    A kit without one is as good for us, and so is one whose index is of a form that another release wrote: its own page reads it.
    """
    told = folder / kit_files.FOLDER / "about.json"
    if not told.is_file() or json.loads(told.read_bytes())["version"] != kit_files.VERSION:
        return
    for name, content in kit_files.index(about, ring, lambda: entries):
        if (folder / kit_files.FOLDER / name).read_bytes() != content:
            raise Problem("trust-kit-wrong", reason=f"{kit_files.FOLDER}/{name} says something else than the log")


def _traced(entries: Iterable[LogEntry]) -> dict[str, Traced]:
    traces: dict[str, Traced] = {}
    for entry in entries:
        traces.setdefault(entry.subject, Traced()).entries.setdefault(entry.kind, []).append(entry)
    return traces


def _lists(folder: Path, address: str, ring: KeyRing, count: int) -> Iterable[tuple[int, StatusList]]:
    keys = verification_keys(address, ring.credential_public)
    for number in range(1, count + 1):
        document: dict[str, Any] = read_object((folder / "status" / f"{number}.json").read_bytes())
        if not check_proof(document, keys).ok or document.get("id") != f"{address}/status/{number}":
            raise Problem("trust-kit-wrong", reason=f"the status list {number} is not the issuer's")
        yield number, decode(document["credentialSubject"]["encodedList"])


def _certificates(file: Path) -> tuple[x509.Certificate, ...]:
    content = file.read_bytes() if file.is_file() else b""
    return tuple(x509.load_pem_x509_certificates(content)) if content.strip() else ()
