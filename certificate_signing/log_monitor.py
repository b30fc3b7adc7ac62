"""Following a log from outside: from the checkpoint that was seen last to the one of now, with everything in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from certificate_signing.checkpoint import Checkpoint, NoteKey, open_checkpoint
from certificate_signing.errors import LogWrong
from certificate_signing.log_entry import LogEntry
from certificate_signing.log_reader import Fetch, new_entries
from certificate_signing.merkle import EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Followed:
    """The log now: its checkpoint, the note it came in, and the entries since the one seen before, the first at `first`."""

    head: Checkpoint
    note: str
    first: int
    entries: tuple[LogEntry, ...]


def follow(fetch: Fetch, seen: str | None, keys: Sequence[NoteKey]) -> Followed:
    """Read a log and prove that it continues the one of the note `seen` (None: from its beginning).

    Raises LogWrong, whose sentence says what is wrong, if the log was rewritten, cut or signed by an unknown key, or if an entry is
    none: whoever published it then shows different people different logs, or has lost some of it.
    """
    note = read_note(fetch)
    head = open_checkpoint(note, keys)
    before = Checkpoint(head.origin, 0, EMPTY_ROOT) if seen is None else open_checkpoint(seen, keys)
    if before.origin != head.origin:
        raise LogWrong(f"this is the log {head.origin}, and the one seen was {before.origin}")
    entries = new_entries(fetch, before, head)
    return Followed(head, note, before.size, tuple(LogEntry.parse(entry) for entry in entries))


def read_note(fetch: Fetch) -> str:
    """Return the log's latest signed checkpoint, unproved. Raises LogWrong if it is no text."""
    try:
        return fetch("checkpoint").decode()
    except UnicodeDecodeError:
        raise LogWrong("the checkpoint is no text") from None


def read_keys(fetch: Fetch) -> list[NoteKey]:
    """Return the keys that a log names as its own: for whoever has none yet, and believes it the first time. Raises LogWrong."""
    return [NoteKey.from_vkey(line) for line in fetch("keys").decode("utf-8", "replace").splitlines() if line.strip()]
