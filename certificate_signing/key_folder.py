"""The folder of the private keys: one file a key, and a manifest that says what each is for and since when.

The manifest is the commit point: a key that it does not name does not exist, so a start that was interrupted leaves
nothing half made. It holds every public half, so that whoever only verifies needs no private key; others than the owner may
read the manifest, if the folder is made for it (`TRAVERSABLE`), and nothing else.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from certificate_signing.errors import KeyUnsafe, KeyWrong

MANIFEST: Final = "keys.json"
# 2 brought public halves, tokens and the instant of a compromise, 3 timestamping authorities; all of them are read. One without
# authorities is still written as 2, which earlier releases read.
VERSION: Final = 3
_WITHOUT_AUTHORITIES: Final = 2
CLOSED: Final = 0o700
# For a folder whose manifest others shall read: they may enter it, and see neither its list of files nor any private key.
TRAVERSABLE: Final = 0o711


class KeyUse(StrEnum):
    """What a key is for."""

    SEAL = "seal"
    CREDENTIAL = "credential"
    JWT = "jwt"
    LTI = "lti"
    LOG = "log"


class KeyState(StrEnum):
    """`ACTIVE` is the newest; `RETIRED` signed earlier things, which stay valid; of a `COMPROMISED` key see `key_standing`.

    Of a `GONE` key, which nothing needs any more, only this line is left. For LTI keys `lti_keys` says which of them signs.
    """

    ACTIVE = "active"
    RETIRED = "retired"
    COMPROMISED = "compromised"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """One line of the manifest. Times are ISO 8601 in UTC; `valid_until` is None for keys without a certificate.

    `file` is "" once the private key was deleted, and for a key in a hardware token, whose place is `token` (an RFC 7512
    URI without its PIN). `public` is PEM: the certificate and chain of a seal, the public key of any other; "" only in
    manifests of version 1. `encrypted` says whether the file needs a password.
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
    public: str = ""
    token: str = ""
    encrypted: bool = False
    compromised_at: str | None = None

    @property
    def kept(self) -> bool:
        """Tell whether there is a private key still, in a file or a token."""
        return bool(self.file or self.token)


@dataclass(frozen=True, slots=True)
class AuthorityEntry:
    """One timestamping authority, or a CA of such, that timestamps are trusted by: somebody else's key, with its history as ours have.

    `public` is its certificate in PEM; times are as in `KeyEntry`.
    """

    id: str
    algorithm: str
    state: KeyState
    created: str
    valid_from: str
    valid_until: str
    public: str
    retired: str | None = None
    compromised_at: str | None = None
    use: str = "timestamp"


@dataclass(frozen=True, slots=True)
class KeyAccess:
    """What opens private keys: the password of encrypted files; the module (a path) and PIN of a hardware token."""

    password: bytes | None = field(default=None, repr=False)
    module: str = ""
    pin: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """A folder of keys. Only its owner may have access to private keys: files 0600, the folder `mode`."""

    path: Path
    access: KeyAccess = KeyAccess()
    mode: int = CLOSED

    def entries(self) -> tuple[KeyEntry, ...]:
        """Read the manifest, in order of creation; empty if there is none.

        Raises KeyWrong for a damaged manifest, KeyUnsafe if others may write into the folder.
        """
        return self._read()[0]

    def authorities(self) -> tuple[AuthorityEntry, ...]:
        """Read the timestamping authorities of the manifest, in the order in which they were added. Raises as `entries`."""
        return self._read()[1]

    def _read(self) -> _Manifest:
        file = self.path / MANIFEST
        if not file.is_file():
            return (), ()
        _refuse_open(self.path, 0o022)
        try:
            return _parsed(json.loads(file.read_bytes()))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
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
        """Return a private key's file. Raises KeyUnsafe if others may read it, KeyWrong if it is not for us to read, or gone."""
        self.check(entry)
        try:
            return (self.path / entry.file).read_bytes()
        except PermissionError:
            raise KeyWrong(f"{self.path / entry.file} is not for this user to read: is it the signer's?") from None

    def check(self, entry: KeyEntry) -> None:
        """Look at a private key's file without opening it. Raises KeyUnsafe if others may read it, KeyWrong if it is gone."""
        file = self.path / entry.file
        if not self.holds(entry):
            raise KeyWrong(f"{file} is named by the manifest, but is not there")
        _refuse_open(file, 0o077)

    def holds(self, entry: KeyEntry) -> bool:
        """Tell whether a private key's file is there."""
        return bool(entry.file) and (self.path / entry.file).is_file()

    def add(self, entry: KeyEntry, content: bytes) -> None:
        """Store a key (no content for one in a token) and make it the active one of its use; call inside `locked`."""
        if content:
            _write(self.path / entry.file, content)
        self._store((*(_retired(each, entry) for each in self.entries()), entry))

    def delete(self, ids: Collection[str], state: KeyState, at: str) -> None:
        """Delete the private keys of these entries, whose lines stay with the new state; call inside `locked`."""
        given_up = [each for each in self.entries() if each.id in ids]
        self.change(replace(each, state=state, file="", retired=each.retired or at) for each in given_up)
        # Only then the files: a key that the manifest names must be there.
        for entry in given_up:
            if entry.file:
                (self.path / entry.file).unlink(missing_ok=True)

    def change(self, changed: Iterable[KeyEntry]) -> None:
        """Write these entries over the ones with their ids; call inside `locked`."""
        fresh = {each.id: each for each in changed}
        self._store(fresh.get(each.id, each) for each in self.entries())

    def rewrite(self, entry: KeyEntry, content: bytes, *, encrypted: bool) -> KeyEntry:
        """Store a private key anew, in another file whose name the manifest then bears; call inside `locked`."""
        stem = Path(entry.file).stem.partition("~")[0]
        fresh = replace(entry, file=f"{stem}~{secrets.token_hex(4)}.pem", encrypted=encrypted)
        _write(self.path / fresh.file, content)
        self.change((fresh,))
        (self.path / entry.file).unlink(missing_ok=True)
        return fresh

    def receive(self, entries: Iterable[KeyEntry], files: Mapping[str, bytes]) -> None:
        """Hold exactly these entries and files; call inside `locked`."""
        for name, content in files.items():
            _write(self.path / name, content)
        self._store(entries)

    def forget(self, ids: Collection[str]) -> None:
        """Remove the lines of these keys and their files: another folder holds them; call inside `locked`."""
        gone = [each for each in self.entries() if each.id in ids]
        self._store([each for each in self.entries() if each.id not in ids])
        for entry in gone:
            if entry.file:
                (self.path / entry.file).unlink(missing_ok=True)

    def trust(self, authorities: Iterable[AuthorityEntry]) -> None:
        """Hold exactly these timestamping authorities; call inside `locked`."""
        self._store(self.entries(), tuple(authorities))

    def _store(self, entries: Iterable[KeyEntry], authorities: tuple[AuthorityEntry, ...] | None = None) -> None:
        kept = self.authorities() if authorities is None else authorities
        content = json.dumps(manifest(entries, kept), indent=2) + "\n"
        _write(self.path / MANIFEST, content.encode(), mode=0o600 if self.mode == CLOSED else 0o644)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Make the folder if needed and keep other processes from changing it inside the block."""
        self.path.mkdir(parents=True, exist_ok=True, mode=CLOSED)
        self.path.chmod(self.mode)
        descriptor = os.open(self.path / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def manifest(entries: Iterable[KeyEntry], authorities: Iterable[AuthorityEntry]) -> dict[str, Any]:
    """Return what a manifest of these lines says, to be written as JSON."""
    keys, trusted = [asdict(each) for each in entries], [asdict(each) for each in authorities]
    return {"version": VERSION, "keys": keys, "authorities": trusted} if trusted else {"version": _WITHOUT_AUTHORITIES, "keys": keys}


_Manifest = tuple[tuple[KeyEntry, ...], tuple[AuthorityEntry, ...]]


def _parsed(manifest: Any) -> _Manifest:
    if manifest.get("version", 1) > VERSION:
        raise ValueError("a later release wrote it")
    authorities = (AuthorityEntry(**{**row, "state": KeyState(row["state"])}) for row in manifest.get("authorities", ()))
    return tuple(_entry(row) for row in manifest["keys"]), tuple(authorities)


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


def _write(file: Path, content: bytes, mode: int = 0o600) -> None:
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        os.fchmod(descriptor, mode)
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(file)
