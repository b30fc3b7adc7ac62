"""How workers know that one of them died: each holds a lock that ends with its process, however it ends.

On SQLite all workers are on one machine, and the lock is a POSIX record lock on a file in the home. On PostgreSQL they may
be anywhere, and it is an advisory lock of a connection that is kept open for this alone; TCP keep-alive lets the server
notice within half a minute that a machine is gone. See docs/decisions/0002-durable-work.md.
"""

from __future__ import annotations

import fcntl
import hashlib
import secrets
from pathlib import Path
from typing import IO, Final, Protocol

import sqlalchemy as sa

from lti_tool.installation import Installation

# What every worker holds beside its own lock, together with all the others: whoever can take it alone finds nobody there.
_ANYBODY: Final = "anybody"
_KEEP_ALIVE: Final = {"tcp_keepalives_idle": 10, "tcp_keepalives_interval": 5, "tcp_keepalives_count": 3}


class Presence(Protocol):
    """One worker's sign of life, and its knowledge of the others'. `executor_id` names it in the queue's tables."""

    executor_id: str

    def renew(self) -> None:
        """Make sure that the sign of life still stands, and raise it again if it was lost."""

    def is_dead(self, executor_id: str) -> bool:
        """Tell whether the worker of this id is gone for certain."""

    def leave(self) -> None:
        """Take the sign of life away."""


def present(installation: Installation) -> Presence:
    """Raise this process's sign of life under a new id."""
    engine = installation.database.engine
    if engine.dialect.name == "postgresql":
        return InDatabase(engine)
    return InHome(installation.settings.home / "workers")


def anybody(installation: Installation) -> bool:
    """Tell whether any worker of this installation is alive, on whichever machine."""
    engine = installation.database.engine
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            alone = connection.scalar(sa.text("select pg_try_advisory_xact_lock(:key)"), {"key": _key(_ANYBODY)})
        return not alone
    path = installation.settings.home / "workers" / f"{_ANYBODY}.lock"
    if not path.exists():
        return False
    try:
        _locked(path).close()
    except OSError:
        return True
    return False


class InHome:
    """A locked file for each worker of a home."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, exist_ok=True)
        self._folder = folder
        self.executor_id = secrets.token_hex(8)
        self._file = _locked(self._path(self.executor_id))
        # Waits, for the moment in which somebody looks whether anybody is there.
        self._together = _locked(self._path(_ANYBODY), fcntl.LOCK_SH)

    def renew(self) -> None:
        """Nothing to do: the system keeps the lock."""

    def is_dead(self, executor_id: str) -> bool:
        """Try the other's lock: whoever can take it has outlived its owner."""
        # Never our own: closing a second handle would give our own lock away (POSIX record locks belong to the process).
        if executor_id == self.executor_id:
            return False
        path = self._path(executor_id)
        if not path.exists():
            return True
        try:
            taken = _locked(path)
        except OSError:
            return False
        path.unlink(missing_ok=True)
        taken.close()
        return True

    def leave(self) -> None:
        """Remove the file, then let go of its lock."""
        self._path(self.executor_id).unlink(missing_ok=True)
        self._file.close()
        self._together.close()

    def _path(self, executor_id: str) -> Path:
        # Ids of other programs' making may hold anything.
        name = executor_id if executor_id.isalnum() else hashlib.sha256(executor_id.encode()).hexdigest()
        return self._folder / f"{name}.lock"


def _locked(path: Path, kind: int = fcntl.LOCK_EX | fcntl.LOCK_NB) -> IO[bytes]:
    file = path.open("a+b")
    try:
        fcntl.lockf(file, kind)
    except OSError:
        file.close()
        raise
    return file


class InDatabase:
    """An advisory lock for each worker of a PostgreSQL database."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self.executor_id = secrets.token_hex(8)
        self._connection = self._hold()

    def renew(self) -> None:
        """Ask the connection that holds the lock for a sign of life; take the lock anew on another one if it has none."""
        try:
            self._connection.execute(sa.text("select 1"))
        except sa.exc.DBAPIError:
            self._connection.invalidate()
            self._connection.close()
            self._connection = self._hold()

    def is_dead(self, executor_id: str) -> bool:
        """Try the other's lock: whoever can take it has outlived its owner."""
        if executor_id == self.executor_id:
            return False
        with self._engine.connect() as connection:
            return bool(connection.scalar(sa.text("select pg_try_advisory_xact_lock(:key)"), {"key": _key(executor_id)}))

    def leave(self) -> None:
        """Let go of the lock, then close the connection."""
        try:
            # By itself the lock ends when the server has noticed that the connection is closed: a moment later.
            self._connection.execute(sa.text("select pg_advisory_unlock_all()"))
        except sa.exc.DBAPIError:
            self._connection.invalidate()
        self._connection.detach()
        self._connection.close()

    def _hold(self) -> sa.Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        for setting, value in _KEEP_ALIVE.items():
            connection.execute(sa.text("select set_config(:setting, :value, false)"), {"setting": setting, "value": str(value)})
        connection.execute(sa.text("select pg_advisory_lock(:key)"), {"key": _key(self.executor_id)})
        connection.execute(sa.text("select pg_advisory_lock_shared(:key)"), {"key": _key(_ANYBODY)})
        return connection


def _key(executor_id: str) -> int:
    return int.from_bytes(hashlib.sha256(b"sealwright worker " + executor_id.encode()).digest()[:8], "big", signed=True)
