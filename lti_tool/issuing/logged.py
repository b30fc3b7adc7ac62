"""A certificate's place in the public log, and the proof of it that the certificate carries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from certificate_signing.checkpoint import unverified_checkpoint
from certificate_signing.errors import KeyMissing, LogWrong, SigningError
from certificate_signing.keyring import KeyRing
from certificate_signing.log_entry import LogEntry, subject_hash
from certificate_signing.log_proof import LogProof
from lti_tool import history
from lti_tool.installation import Installation
from lti_tool.issuing import keys, signer_client
from lti_tool.issuing.signer_calls import Asked, Question
from lti_tool.problem import Problem
from lti_tool.public_log import checkpoints, publishing, tree
from lti_tool.public_log.records import LogLeaf
from lti_tool.public_log.tree import Reader

_LEAVES: Final = (
    sa.select(history.Event.subject, LogLeaf.position, LogLeaf.entry)
    .join(history.Event, history.Event.id == LogLeaf.event_id)
    .where(history.Event.kind == publishing.PREPARED, history.Event.subject.in_(sa.bindparam("numbers", expanding=True)))
    .order_by(LogLeaf.position)
)
_ISSUED: Final = (
    sa.select(LogLeaf.position, LogLeaf.entry)
    .join(history.Event, history.Event.id == LogLeaf.event_id)
    .where(history.Event.kind == publishing.ISSUED, history.Event.subject == sa.bindparam("number"))
    .order_by(LogLeaf.position)
)
# A certificate's number, and the place and data of its leaf.
_Row = sa.Row[str, int, str]


def proofs_to_carry(installation: Installation, ring: KeyRing, numbers: Sequence[str]) -> dict[str, LogProof]:
    """Return the proofs for certificates that are prepared, each from the first checkpoint that holds it; asking again gives the same.

    One that was prepared before there was a log has none. Raises Problem("keys-missing").
    """
    with installation.database.look() as reader:
        leaves = _leaves(reader, numbers)
    if not leaves:
        return {}
    try:
        checkpoints.covering(installation.database, ring, installation.settings.base_url, leaves[-1].position)
    except KeyMissing as error:
        raise Problem("keys-missing", reason=str(error)) from None
    with installation.database.look() as reader:
        notes = checkpoints.first_holding(reader, [leaf.position for leaf in leaves])
        return {leaf.subject: proof for leaf, proof in zip(leaves, _proofs(reader, leaves, notes), strict=True)}


def current_checkpoint(installation: Installation) -> str:
    """Return a checkpoint of the whole log as it is now, signed just now if it has grown: by the signer where there is one.

    Raises Problem("keys-missing"), and what `signer_client` raises.
    """
    if installation.settings.signer is not None:
        return signer_client.ask(installation.settings.signer, Question(Asked.CHECKPOINT, ""))
    try:
        return checkpoints.current(installation.database, keys.ring(installation), installation.settings.base_url)
    except SigningError as error:
        raise Problem("keys-missing", reason=str(error)) from None


def logged(reader: Reader, ring: KeyRing | None, number: str, content_sha256: str) -> LogProof | None:
    """Return the proof that a certificate with this content is in the public log; None for one older than the log.

    With a `ring` the checkpoint's signature is checked, too. Raises
    LogWrong if the leaf says something else, is not where the tree has it, or no checkpoint that counts holds it: then the record
    can't be confirmed.
    """
    leaves = _leaves(reader, [number])
    if not leaves:
        return None
    leaf = Leaf(leaves[0].position, leaves[0].entry, checkpoints.stored_covering(reader, leaves[0].position))
    return proof_of(reader, ring, leaf, number, content_sha256)


def issued_at(reader: Reader, ring: KeyRing, number: str, pdf_sha256: str) -> datetime | None:
    """Return when the public log says that a certificate was issued as this very PDF; None if it does not, or can't be shown to."""
    for leaf in reader.execute(_ISSUED, {"number": number}):
        entry = LogEntry.parse(leaf.entry.encode())
        if (entry.kind, entry.subject, entry.more.get("pdf_sha256")) != (publishing.ISSUED, subject_hash(number), pdf_sha256):
            continue
        held = checkpoints.stored_covering(reader, leaf.position)
        if held is not None and any(_good(_proof(reader, leaf.position, entry, note), ring) for note in (held, checkpoints.latest(reader))):
            return datetime.fromisoformat(entry.at)
    return None


@dataclass(frozen=True, slots=True)
class Leaf:
    """A certificate's leaf: its place, its data, and the smallest stored checkpoint whose tree holds it, None if none does."""

    position: int
    entry: str
    note: str | None


def proof_of(reader: Reader, ring: KeyRing | None, leaf: Leaf, number: str, content_sha256: str) -> LogProof:
    """Return the proof that this leaf is of a certificate with this content and in the public log; see `logged`. Raises LogWrong."""
    entry = LogEntry.parse(leaf.entry.encode())
    if (entry.kind, entry.subject, entry.more.get("content_sha256")) != (publishing.PREPARED, subject_hash(number), content_sha256):
        raise LogWrong("the leaf of the certificate says something else")
    if leaf.note is None:
        raise LogWrong("no checkpoint holds the leaf of the certificate")
    # The first one that held it; if its key is not trusted any more, the latest one, which a newer key signed.
    for note in (leaf.note, None):
        found = _proof(reader, leaf.position, entry, note or checkpoints.latest(reader))
        if _good(found, ring):
            return found
    raise LogWrong("no checkpoint that counts holds the leaf of the certificate")


def _good(proof: LogProof, ring: KeyRing | None) -> bool:
    try:
        head = unverified_checkpoint(proof.checkpoint)
        if ring is None:
            proof.leads_to(head)
        else:
            proof.check(checkpoints.note_keys(ring, head.origin))
    except LogWrong:
        return False
    return True


def _proof(reader: Reader, position: int, entry: LogEntry, note: str) -> LogProof:
    path = tree.inclusion(reader, position, unverified_checkpoint(note).size)
    return LogProof(entry, position, path, note)


def _leaves(reader: Reader, numbers: Sequence[str]) -> Sequence[_Row]:
    return reader.execute(_LEAVES, {"numbers": list(numbers)}).all()


def _proofs(reader: Reader, leaves: Sequence[_Row], notes: Sequence[str]) -> list[LogProof]:
    sizes = [unverified_checkpoint(note).size for note in notes]
    paths = tree.inclusions(reader, [(leaf.position, size) for leaf, size in zip(leaves, sizes, strict=True)])
    rows = zip(leaves, paths, notes, strict=True)
    return [LogProof(LogEntry.parse(leaf.entry.encode()), leaf.position, path, note) for leaf, path, note in rows]
