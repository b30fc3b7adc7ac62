"""What the machine below us may fail with while the tool itself is sound: no room left, a database that is away or too busy.

It passes by itself, so it is told as what it is: with words that say when to try again, not as an error of the program.
"""

from __future__ import annotations

import errno
import shutil
from pathlib import Path
from typing import Final

import sqlalchemy as sa
from obstore.exceptions import BaseError

from lti_tool.problem import Problem

# Less room than this, and the tool says that it is not ready, while it can still finish what it began (bytes).
LEAST_ROOM: Final = 64 << 20
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# Stores and databases give the system's number, or SQLite's or PostgreSQL's own words, in their message alone.
_FULL_WORDS: Final = (f"os error {errno.ENOSPC}", f"os error {errno.EDQUOT}", "database or disk is full", "No space left on device")
# PostgreSQL's "disk full" (its manual, appendix A).
_DISK_FULL: Final = "53100"


def known(error: BaseException) -> Problem | None:
    """Return how to tell an error of the machine, None for one that is no such thing."""
    if isinstance(error, OSError):
        return Problem("no-room") if error.errno in _FULL else None
    if isinstance(error, BaseError):
        return Problem("no-room") if _says_full(error) else None
    if isinstance(error, sa.exc.OperationalError):
        full = getattr(error.orig, "sqlstate", None) == _DISK_FULL or _says_full(error.orig)
        return Problem("no-room") if full else Problem("database-away")
    # The pool has waited for a connection as long as it may.
    return Problem("database-away") if isinstance(error, sa.exc.TimeoutError) else None


def room(home: Path) -> bool:
    """Tell whether there is room to go on where the installation keeps its database and files."""
    return shutil.disk_usage(home).free >= LEAST_ROOM


def _says_full(error: BaseException | None) -> bool:
    return any(word in str(error) for word in _FULL_WORDS)
