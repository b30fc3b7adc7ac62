"""What a fork gives up before it looks at a document: network, files, environment, rights, and most of its memory and time.

Each layer holds where the one before is not to be had: what an installation loses without root or without namespaces stands in
docs/administrators/reading.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import resource
from pathlib import Path
from typing import Final

from lti_tool.evidence.system_calls import allow_no_more

# What a fork may take beyond what its parent holds already: a parent with OCR's models loaded holds half a gigabyte, which costs a fork
# nothing, since they share it, and would count against a limit of its own.
MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 20
# The one descriptor that matters to a fork: the pipe it answers on. The three below it are the null device.
ANSWER: Final = 3

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_NOBODY: Final = 65534


def cut_off_network() -> None:
    """Leave the network behind where the kernel allows it; the forks can open no socket in any case."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def give_up_rights(answer: int) -> None:
    """Keep nothing but the pipe `answer`, from now on descriptor `ANSWER`. What has been given up can't be taken back."""
    held = _held()
    os.setpgid(0, 0)
    _keep_only(answer)
    os.environ.clear()
    _become_nobody()
    libc = ctypes.CDLL(None)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    _limit(held + MEMORY)
    allow_no_more()


def _keep_only(answer: int) -> None:
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.dup2(answer, ANSWER)
    os.closerange(ANSWER + 1, 4096)


def _become_nobody() -> None:
    if os.getuid() != 0:
        return
    # A root that may not change its ids is left with the limits and the filter.
    with contextlib.suppress(OSError):
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)


def _held() -> int:
    """Return the address space of this process in bytes (proc(5): the first number of statm is in pages); 0 where the kernel tells none."""
    try:
        return int(Path("/proc/self/statm").read_bytes().split()[0]) * resource.getpagesize()
    except (OSError, ValueError, IndexError):
        return 0


def _limit(memory: int) -> None:
    for limit, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        # The first ends a fork with SIGXCPU, by which its parent knows the reason; the second one that ignores it.
        (resource.RLIMIT_CPU, CPU_SECONDS, CPU_SECONDS + 2),
        (resource.RLIMIT_FSIZE, 0, 0),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_NPROC, 0, 0),
        # None at all: a limit as high as what is open would let a fork close one of those and open a socket in its place.
        (resource.RLIMIT_NOFILE, 0, 0),
    ):
        resource.setrlimit(limit, (soft, hard))
