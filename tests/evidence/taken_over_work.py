"""What a child says that a document took over, and what it finds around itself; run in place of the reading."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import resource
from typing import Any

LIMITS = ("AS", "CPU", "FSIZE", "CORE", "NPROC", "NOFILE")
_PR_GET_DUMPABLE, _PR_GET_NO_NEW_PRIVS = 3, 39


def look_around(request: dict[str, Any], content: bytes) -> bytes:
    """Limits, rights and descriptors as the child has them."""
    libc = ctypes.CDLL(None)
    found = {name: list(resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))) for name in LIMITS}
    ids = [*os.getresuid(), *os.getresgid(), *os.getgroups()]
    rights = [libc.prctl(_PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), libc.prctl(_PR_GET_DUMPABLE, 0, 0, 0, 0)]
    group = os.getpgid(0) == os.getpid()
    return json.dumps({"limits": found, "ids": ids, "rights": rights, "open": [n for n in range(512) if _is_open(n)], "group": group}).encode()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError as error:
        return error.errno != errno.EBADF
    return True


def raise_the_limits(request: dict[str, Any], content: bytes) -> bytes:
    """Try to take back what was given up."""
    for name in LIMITS:
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (1 << 40, 1 << 40))
        except (ValueError, OSError):
            continue
        return name.encode()
    return b"refused"


def prepare(content: bytes) -> None:
    """Schemes are of no interest here."""


def lie(request: dict[str, Any], content: bytes) -> bytes:
    """Answer whatever the document holds."""
    return content
