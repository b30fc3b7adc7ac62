"""The process that documents are opened in.

A warm process (`main`) takes documents over a pipe and forks for each one, so that what a document does to its child touches no
other document. The fork gives away its rights, network, files and most of its memory before it looks at the first byte.
The warm process itself never parses a document.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from typing import Any, Final

from lti_tool.evidence.frames import Closed, read_frame, write_frame
from lti_tool.evidence.needed import Needed, Place
from lti_tool.evidence.sandbox import ANSWER, cut_off_network, give_up_rights

MOST_REQUEST: Final = 256 << 20
MOST_ANSWER: Final = 32 << 20
_NEEDS: Final = b'{"needs": '

Work = Callable[[dict[str, Any], bytes], bytes]


def main(work_name: str) -> None:
    """Serve requests from standard input until it closes; `work_name` is ``module:function`` of what the forks run."""
    module, function = work_name.split(":")
    # A library that opens something here must not get the number by which forks know the pipe of their answer.
    os.dup2(os.open(os.devnull, os.O_RDWR), ANSWER)
    work: Work = getattr(importlib.import_module(module), function)
    warm = getattr(importlib.import_module(module), "warm", None)
    if warm is not None:
        warm()
    cut_off_network()
    with contextlib.suppress(Closed):
        write_frame(1, b"ready")
        while True:
            request = json.loads(read_frame(0, MOST_REQUEST))
            content = read_frame(0, MOST_REQUEST)
            if request["task"] == "prepare":
                _prepare(module, content)
                continue
            write_frame(1, _answered(work, request, content, getattr(importlib.import_module(module), "load", None)))


def _prepare(module: str, content: bytes) -> None:
    """Hand data of ours (a scheme) to the module that does the work, so that every fork has it at hand."""
    importlib.import_module(module).prepare(content)
    _freeze()


def _answered(work: Work, request: dict[str, Any], content: bytes, load: Callable[[str], bool] | None) -> bytes:
    """Run one request, anew for each thing of ours that it turns out to need; what was loaded stays for the next documents."""
    while True:
        answer = _in_fork(work, request, content)
        name = _needs(answer)
        if name is None:
            return answer
        # A fork that was taken over may ask for anything: there are few names, and each is loaded once.
        if load is None or not load(name):
            return b'{"failed": "broken"}'
        _freeze()


def _needs(answer: bytes) -> str | None:
    if not answer.startswith(_NEEDS) or len(answer) > 100:
        return None
    with contextlib.suppress(ValueError, TypeError, KeyError):
        return str(json.loads(answer)["needs"])
    return None


def _freeze() -> None:
    # What the forks share stays shared: no collection of theirs touches it.
    gc.collect()
    gc.freeze()


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
        answer = read_frame(reading, min(int(request.get("most", MOST_ANSWER)), MOST_ANSWER), time.monotonic() + float(request["seconds"]))
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
    """Say why a fork gave no whole answer: it used up its time, or it died, since one that lives answers whatever happens."""
    return "timeout" if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGXCPU else "crashed"


def _run(work: Work, request: dict[str, Any], content: bytes, writing: int) -> None:
    """In the fork: give up every right, do the work, answer, and end without any clean-up of the parent's."""
    gc.disable()
    try:
        os.nice(int(request.get("niceness", 0)))
        give_up_rights(writing)
        writing = ANSWER
        Place.in_fork = True
        answer = work(request, content)
    except Needed as needed:
        answer = _NEEDS + json.dumps(needed.name).encode() + b"}"
    except MemoryError:
        answer = b'{"failed": "too-much"}'
    except BaseException as error:  # whatever a document causes is its answer; the name tells no content
        answer = json.dumps({"failed": "broken", "note": type(error).__name__}).encode()
    with contextlib.suppress(BaseException):
        write_frame(writing, answer)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
