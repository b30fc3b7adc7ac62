"""The proof that a leaf is in the log, as a certificate carries it: entry, place, path and signed checkpoint in one JSON object."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from certificate_signing.checkpoint import Checkpoint, NoteKey, open_checkpoint, unverified_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.log_entry import LogEntry
from certificate_signing.merkle import check_inclusion, leaf_hash

VERSION: Final = 1
MEDIA_TYPE: Final = "application/json"
# Longer texts are no proofs (bytes).
_LONGEST: Final = 65_536


@dataclass(frozen=True, slots=True)
class LogProof:
    """`index` is the leaf's place, from 0; `path` its inclusion proof (RFC 9162) in the tree of the note's size."""

    entry: LogEntry
    index: int
    path: tuple[bytes, ...]
    checkpoint: str

    def to_json(self) -> dict[str, Any]:
        """Return JSON values; the canonical form of `entry` is the leaf."""
        return {
            "version": VERSION,
            "entry": json.loads(self.entry.canonical()),
            "index": self.index,
            "size": unverified_checkpoint(self.checkpoint).size,
            "path": [base64.b64encode(each).decode() for each in self.path],
            "checkpoint": self.checkpoint,
        }

    def encoded(self) -> bytes:
        """Return the JSON in UTF-8; the same proof gives the same bytes."""
        return json.dumps(self.to_json(), ensure_ascii=False, separators=(",", ":")).encode()

    @classmethod
    def parse(cls, content: bytes) -> LogProof:
        """Read such a JSON object. Raises LogWrong for anything that `encoded` does not write."""
        if len(content) > _LONGEST:
            raise LogWrong("the proof is too long")
        try:
            read: Any = json.loads(content)
            entry = LogEntry.parse(json.dumps(read["entry"], sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode())
            path = tuple(base64.b64decode(each, validate=True) for each in read["path"])
            proof = cls(entry, read["index"], path, read["checkpoint"])
            whole = type(proof.index) is int and isinstance(proof.checkpoint, str) and proof.to_json() == read
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise LogWrong("the proof can not be read") from None
        if not whole:
            raise LogWrong("the proof holds something else, too")
        return proof

    def check(self, keys: Iterable[NoteKey]) -> Checkpoint:
        """Return the checkpoint that the leaf is proved to be in. Raises LogWrong if it is not, or no known key signed that."""
        checkpoint = open_checkpoint(self.checkpoint, keys)
        self.leads_to(checkpoint)
        return checkpoint

    def leads_to(self, checkpoint: Checkpoint) -> None:
        """Raise LogWrong unless the leaf is in the tree of this checkpoint, whoever signed that."""
        check_inclusion(self.index, checkpoint.size, leaf_hash(self.entry.canonical()), self.path, checkpoint.root)
