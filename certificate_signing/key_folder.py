"""The folder of the private keys: one file a key, and a manifest that says what each is for and since when.

The manifest is the commit point: a key that it does not name does not exist, so a start that was interrupted leaves
nothing half made.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from certificate_signing.errors import KeyUnsafe, KeyWrong

MANIFEST: Final = "keys.json"


class KeyUse(StrEnum):
    """What a key is for."""

    SEAL = "seal"
    CREDENTIAL = "credential"
    LTI = "lti"


class KeyState(StrEnum):
    """`ACTIVE` is the newest; `RETIRED` signed earlier things, which stay valid; nothing of a `COMPROMISED` key is trusted.

    Of a `GONE` key, which nothing needs any more, only this line is left. For LTI keys `lti_keys` says which of them signs.
    """

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One line of the manifest. Times are ISO 8601 in UTC; `valid_until` is None for keys without a certificate.

    `file` is "" once the private key was deleted.
    """

    id: str
    use: KeyUse
    algorithm: str
    state: KeyState
    file: str
    created: str
    valid_from: str | None = None
    valid_until: str | None = None
    retired: str | None = None
    development: bool = False


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """A folder of keys. Only its owner may have access: 0700, files 0600."""

    path: Path

    def entries(self) -> tuple[KeyEntry, ...]:
        """Read the manifest, in order of creation; empty if there is none.

        Raises KeyWrong for a damaged manifest, KeyUnsafe if others may write into the folder.
        """
        file = self.path / MANIFEST
        if not file.is_file():
            return ()
        _refuse_open(self.path, 0o022)
        try:
            return tuple(_entry(row) for row in json.loads(file.read_bytes())["keys"])
        except (ValueError, KeyError, TypeError) as error:
            raise KeyWrong(f"{file} is no manifest of keys: {error}") from None

    def version(self) -> tuple[int, int, int]:
        """Return what changes with the manifest, to tell whether it must be read again; zeros if there is none.

        Every change is a rename, which gives the manifest another file: a time alone may stand still for some milliseconds.
        """
        try:
            found = (self.path / MANIFEST).stat()
        except FileNotFoundError:
            return 0, 0, 0
        return found.st_ino, found.st_mtime_ns, found.st_size

    def read(self, entry: KeyEntry) -> bytes:
        """Return a private key's file. Raises KeyUnsafe if others may read it, KeyWrong if it is gone."""
        file = self.path / entry.file
        if not file.is_file():
            raise KeyWrong(f"{file} is named by the manifest, but is not there")
        _refuse_open(file, 0o077)
        return file.read_bytes()

    def add(self, entry: KeyEntry, content: bytes) -> None:
        """Store a key and make it the active one of its use; call inside `locked`."""
        _write(self.path / entry.file, content)
        self._store((*(_retired(each, entry) for each in self.entries()), entry))

    def delete(self, ids: Collection[str], state: KeyState, at: str) -> None:
        """Delete the private keys of these entries, whose lines stay with the new state; call inside `locked`."""
        before = self.entries()
        self._store(replace(each, state=state, file="", retired=each.retired or at) if each.id in ids else each for each in before)
        # Only then the files: a key that the manifest names must be there.
        for entry in before:
            if entry.id in ids and entry.file:
                (self.path / entry.file).unlink(missing_ok=True)

    def _store(self, entries: Iterable[KeyEntry]) -> None:
        rows = [asdict(each) for each in entries]
        _write(self.path / MANIFEST, (json.dumps({"version": 1, "keys": rows}, indent=2) + "\n").encode())

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if needed and keep other processes from changing it inside the block."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.path.chmod(0o700)
        descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _entry(row: dict[str, Any]) -> KeyEntry:
    if Path(row["file"]).name != row["file"]:
        raise ValueError(f"{row['file']} lies outside the folder")
    return KeyEntry(**{**row, "use": KeyUse(row["use"]), "state": KeyState(row["state"])})


def _retired(old: KeyEntry, new: KeyEntry) -> KeyEntry:
    if old.use is new.use and old.state is KeyState.ACTIVE:
        return replace(old, state=KeyState.RETIRED, retired=new.created)
    return old


def _refuse_open(path: Path, forbidden: int) -> None:
    mode = path.stat().st_mode & 0o7777
    if mode & forbidden:
        raise KeyUnsafe(str(path), mode)


def _write(file: Path, content: bytes) -> None:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
