"""One installation, opened: its settings, database, files, background work and keys."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from certificate_signing.key_folder import CLOSED, TRAVERSABLE, AuthorityEntry, KeyAccess, KeyEntry, KeyFolder, KeyUse
from lti_tool.database import Database, make_engine
from lti_tool.files import Files
from lti_tool.key_secrets import key_access
from lti_tool.problem import Problem
from lti_tool.settings import Settings
from lti_tool.work import Work


@dataclass(frozen=True)
class Installation:
    """Opened lazily: a command that only reads documents touches no database and no key."""

    settings: Settings

    @cached_property
    def database(self) -> Database:
        """The one database."""
        if not self.settings.home.is_dir():
            raise Problem("home-missing", home=str(self.settings.home))
        return Database(make_engine(self.settings.database))

    @cached_property
    def files(self) -> Files:
        """Stored documents and certificates."""
        return Files.open(self.settings.home, self.settings.files_url)

    @cached_property
    def work(self) -> Work:
        """Background work in the same database."""
        return Work(self.database.engine)

    @cached_property
    def key_access(self) -> KeyAccess:
        """What opens the private keys. Raises Problem("key-secret-unreadable")."""
        return key_access(self.settings)

    @cached_property
    def lti_folder(self) -> KeyFolder:
        """The folder of the keys for LMSs, and of all others unless they lie apart; then the password is theirs alone."""
        return KeyFolder(self.settings.keys, KeyAccess() if self.keys_apart else self.key_access)

    @cached_property
    def signing_folder(self) -> KeyFolder:
        """The folder of the keys that sign certificates; where it lies apart, others may read its public halves."""
        return KeyFolder(self.settings.signing_keys, self.key_access, TRAVERSABLE if self.keys_apart else CLOSED)

    @property
    def keys_apart(self) -> bool:
        """Tell whether the keys that sign certificates lie in a folder of their own."""
        return self.settings.signing_keys != self.settings.keys

    @property
    def key_folders(self) -> tuple[KeyFolder, ...]:
        """Every folder of keys, each once."""
        return (self.signing_folder, self.lti_folder) if self.keys_apart else (self.signing_folder,)

    def key_folder(self, use: KeyUse) -> KeyFolder:
        """Return the folder in which keys for a use lie."""
        return self.lti_folder if use is KeyUse.LTI else self.signing_folder

    def key_entries(self) -> tuple[KeyEntry, ...]:
        """Return what the manifests say of every key. Raises KeyUnsafe, KeyWrong."""
        return tuple(entry for folder in self.key_folders for entry in folder.entries())

    def noted_entries(self) -> tuple[KeyEntry | AuthorityEntry, ...]:
        """Return every key and every timestamping authority that the manifests hold: what the history has to say. Raises as `key_entries`."""
        return (*self.key_entries(), *self.signing_folder.authorities())

    @cached_property
    def secret(self) -> bytes:
        """The secret that signs session cookies; made at the first start, readable by the owner alone."""
        return _secret(self.settings.keys / "session.secret")


def _secret(file: Path) -> bytes:
    if not file.is_file():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = file.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_bytes(secrets.token_bytes(32))
        # link() fails if another process was first; then both use the winner's secret.
        try:
            file.hardlink_to(fresh)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return file.read_bytes()
