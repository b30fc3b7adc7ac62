"""The process that documents are opened in.

A warm process (`main`) takes documents over a pipe and forks for each one, so that what a document does to its child touches no
other document. The fork gives away its rights, network, files and most of its memory before it looks at the first byte.
The warm process itself never parses a document.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from lti_tool.evidence.frames import Closed, read_frame, write_frame

MOST_REQUEST: Final = 256 << 20
MOST_ANSWER: Final = 32 << 20
MEMORY: Final = 1 << 30
CPU_SECONDS: Final = 20
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 4, 38
_NOBODY: Final = 65534
# The one descriptor that a fork keeps: the pipe it answers on.
_ANSWER: Final = 3

Work = Callable[[dict[str, Any], bytes], bytes]


def main(work_name: str) -> None:
    """Serve requests from standard input until it closes; `work_name` is ``module:function`` of what the forks run."""
    module, function = work_name.split(":")
    work: Work = getattr(importlib.import_module(module), function)
    warm = getattr(importlib.import_module(module), "warm", None)
    if warm is not None:
        warm()
    _cut_off_network()
    with contextlib.suppress(Closed):
        write_frame(1, b"ready")
        while True:
            request = json.loads(read_frame(0, MOST_REQUEST))
            content = read_frame(0, MOST_REQUEST)
            if request["task"] == "prepare":
                _prepare(module, content)
                continue
            write_frame(1, _in_fork(work, request, content))


def _prepare(module: str, content: bytes) -> None:
    """Hand data of ours (a scheme) to the module that does the work, so that every fork has it at hand."""
    importlib.import_module(module).prepare(content)
    # What the forks share stays shared: no collection of theirs touches it.
    gc.collect()
    gc.freeze()


def _cut_off_network() -> None:
    """Leave the network behind where the kernel allows it; the forks can open no socket in any case."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)


def _in_fork(work: Work, request: dict[str, Any], content: bytes) -> bytes:
    """Run one request in a fork; its answer, or ``{"failed": reason}`` if it gave none in time."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _run(work, request, content, writing)
    os.close(writing)
    # The group is made on both sides, so that it exists whichever runs first.
    with contextlib.suppress(OSError):
        os.setpgid(child, child)
    try:
        answer = read_frame(reading, MOST_ANSWER, time.monotonic() + float(request["seconds"]))
    except Closed as error:
        answer = b""
        reason = {"late": "timeout", "too-long": "too-much"}.get(error.reason, "")
    finally:
        os.close(reading)
    status = _end(child)
    return answer or json.dumps({"failed": reason or _reason(status)}).encode()


def _end(child: int) -> int:
    """Kill the fork with everything it may have started, and return its wait status."""
    for target in (-child, child):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(target, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _reason(status: int) -> str:
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU:
        return "timeout"
    return "broken"


def _run(work: Work, request: dict[str, Any], content: bytes, writing: int) -> None:
    """In the fork: give up every right, do the work, answer, and end without any clean-up of the parent's."""
    gc.disable()
    try:
        _give_up_rights(writing)
        writing = _ANSWER
        answer = work(request, content)
    except MemoryError:
        answer = b'{"failed": "too-much"}'
    except BaseException as error:  # whatever a document causes is its answer; the name tells no content
        answer = json.dumps({"failed": "broken", "note": type(error).__name__}).encode()
    with contextlib.suppress(BaseException):
        write_frame(writing, answer)
    os._exit(0)


def _give_up_rights(keep: int) -> None:
    os.setpgid(0, 0)
    null = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(null, descriptor)
    os.dup2(keep, _ANSWER)
    os.closerange(_ANSWER + 1, 4096)
    os.environ.clear()
    libc = ctypes.CDLL(None)
    if os.getuid() == 0:
        with contextlib.suppress(OSError):
            os.setgroups([])
            os.setresgid(_NOBODY, _NOBODY, _NOBODY)
            os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
        # No descriptor is left to open: neither a file nor a socket.
        (resource.RLIMIT_NOFILE, _ANSWER + 1),
    ):
        resource.setrlimit(limit, (value, value))


if __name__ == "__main__":
    main(sys.argv[1])
