"""The index of a trust kit by which a browser finds a file: from its SHA-256 to what the public log says of it.

It is made of the log's entries and of nothing else, so whoever has the kit can make it again and compare. It is cut into shards by
the first bits of the hashes: a look-up fetches one, whose size does not grow with the log, and tells its host only which of
some thousand files it may have been.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from certificate_signing.key_folder import KeyUse
from certificate_signing.key_standing import standing_of
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry
from certificate_signing.log_reader import number_path
from lti_tool.public_log import publishing

FOLDER: Final = "check/files"
# Higher with whatever changes what is written, the size of shards too: kits of this version are compared byte by byte.
VERSION: Final = 1
# Files of one shard, on average, at the most.
MOST: Final = 1024
# As many characters of a subject's hash as tell which of the numbers that a file holds is its own.
_SUBJECT: Final = 8
# What the log calls the hash of a file → the form, and the key that signs it.
_FORMS: Final = {
    "pdf_sha256": ("pdf", KeyUse.SEAL),
    "credential_sha256": ("credential", KeyUse.CREDENTIAL),
    "jwt_sha256": ("jwt", KeyUse.JWT),
}
_ENDED: Final = {publishing.REVOKED: "revoked", publishing.SUPERSEDED: "replaced"}

# Goes through all entries of a log from the first one on; called twice.
Entries = Callable[[], Iterable[LogEntry]]


@dataclass(frozen=True, slots=True)
class About:
    """What the index says of itself: who issued, and when the kit was made (ISO 8601)."""

    issuer: str
    made_at: str


def index(about: About, ring: KeyRing, entries: Entries) -> Iterator[tuple[str, bytes]]:
    """Return every file of the index, its place under `FOLDER` and its content.

    ``about.json`` has ``version``, ``issuer``, ``made_at``, ``begun_at`` (of the log's first entry, null for an empty log) and ``bits``. A
    shard is named by the first `bits` bits of the hashes in it, as a number in the log's own way, and is a JSON object: SHA-256 of
    a file (base64url) → form, the beginning of the subject's hash (base64url), when it was logged (seconds since 1970), and if
    it does not count any more ``revoked``, ``doubtful`` (the key was somebody else's too by then) or ``replaced``, and since when.
    """
    count, begun_at, ended = _surveyed(entries())
    bits = max(0, (count - 1).bit_length() - (MOST - 1).bit_length())
    told = {"version": VERSION, "issuer": about.issuer, "made_at": about.made_at, "begun_at": begun_at, "bits": bits}
    yield "about.json", json.dumps(told, ensure_ascii=False).encode()
    shards = [bytearray() for _ in range(1 << bits)]
    for entry in entries():
        for digest, record in _records(entry, ring, ended):
            shards[int.from_bytes(digest[:4], "big") >> 32 - bits] += f"{_text(digest)} {record}\n".encode()
    for number, shard in enumerate(shards):
        yield f"{number_path(number)}.json", _written(shard)


def _surveyed(entries: Iterable[LogEntry]) -> tuple[int, str | None, dict[str, list[Any]]]:
    """Return how many files were issued, when the log began, and what became of certificates: subject → standing, since when."""
    count, begun_at, ended = 0, None, dict[str, list[Any]]()
    for entry in entries:
        begun_at = begun_at or entry.at
        count += sum(name in entry.more for name in _FORMS) if entry.kind == publishing.ISSUED else 0
        standing = _ENDED.get(entry.kind)
        # What was revoked is revoked, also if it was replaced before or is after; the first time counts.
        if standing and (entry.subject not in ended or (standing == "revoked") > (ended[entry.subject][0] == "revoked")):
            ended[entry.subject] = [standing, _seconds(entry.at)]
    return count, begun_at, ended


def _records(entry: LogEntry, ring: KeyRing, ended: dict[str, list[Any]]) -> Iterator[tuple[bytes, str]]:
    if entry.kind != publishing.ISSUED:
        return
    subject = _text(bytes.fromhex(entry.subject))[:_SUBJECT]
    became = ended.get(entry.subject, [])
    for name, (form, use) in _FORMS.items():
        if name in entry.more:
            doubtful = became[:1] != ["revoked"] and _in_doubt(ring, use, datetime.fromisoformat(entry.at))
            record = [form, subject, _seconds(entry.at), *(["doubtful"] if doubtful else became)]
            yield bytes.fromhex(str(entry.more[name])), json.dumps(record, separators=(",", ":"))


def _in_doubt(ring: KeyRing, use: KeyUse, at: datetime) -> bool:
    """Tell whether a key that signed at an instant was in somebody else's hands already."""
    for entry in ring.entries:
        if entry.use is use and not standing_of(entry).believes(at):
            retired = datetime.fromisoformat(entry.retired) if entry.retired else None
            if datetime.fromisoformat(entry.created) <= at and (retired is None or at <= retired):
                return True
    return False


def _written(shard: bytearray) -> bytes:
    """Return a shard as JSON, in the order of its hashes; a file that was logged twice counts as it was at first."""
    found: dict[str, str] = {}
    for line in shard.decode().splitlines():
        digest, _, record = line.partition(" ")
        found.setdefault(digest, record)
    return ("{" + ",\n".join(f'"{digest}":{found[digest]}' for digest in sorted(found)) + "}\n").encode()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _seconds(at: str) -> int:
    return int(datetime.fromisoformat(at).timestamp())
