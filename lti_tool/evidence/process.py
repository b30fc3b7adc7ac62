"""The serving side of the child process: starts it, speaks with it, and ends it with everything it started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from typing import Any, Final

from lti_tool.evidence.child import MOST_ANSWER
from lti_tool.evidence.frames import Closed, read_frame, write_frame
from lti_tool.problem import Problem

START_SECONDS: Final = 60.0
# What the child may take beyond a document's own time to be told to end it.
GRACE_SECONDS: Final = 10.0
READING_WORK: Final = "lti_tool.evidence.reading_work:reading_work"
# Where tesseract's data lie, if not at their usual place.
_PASSED_ON: Final = ("TESSDATA_PREFIX",)
_PROGRAM: Final = "import json,sys; sys.path[:] = json.loads(sys.argv[1]); from lti_tool.evidence.child import main; main(sys.argv[2])"


class Child:
    """One warm process; one request at a time. After any failure it is ended, and started anew by the next request."""

    def __init__(self, work: str = READING_WORK) -> None:
        self._work = work
        self._process: subprocess.Popen[bytes] | None = None
        self._prepared: set[str] = set()
        self._lock = threading.Lock()

    def ask(self, request: dict[str, Any], content: bytes, seconds: float, prepared: tuple[str, bytes] | None = None) -> bytes:
        """Return the child's answer; ``{"failed": reason}`` if the document gave none in `seconds`.

        `prepared` is (key, data) that the child must have been given once. Raises Problem("reader-not-started").
        """
        with self._lock:
            process = self._started()
            try:
                if prepared and prepared[0] not in self._prepared:
                    self._send(process, {"task": "prepare"}, prepared[1], START_SECONDS)
                    self._prepared.add(prepared[0])
                self._send(process, {**request, "seconds": seconds}, content, seconds + GRACE_SECONDS)
                assert process.stdout is not None  # noqa: S101 - a pipe was asked for
                return read_frame(process.stdout.fileno(), MOST_ANSWER, time.monotonic() + seconds + GRACE_SECONDS)
            except Closed as error:
                self._end()
                return json.dumps({"failed": "timeout" if error.reason == "late" else "crashed"}).encode()
            except BaseException:
                # Half a frame may be under way: the next request must not read its rest.
                self._end()
                raise

    @staticmethod
    def _send(process: subprocess.Popen[bytes], request: dict[str, Any], content: bytes, seconds: float) -> None:
        assert process.stdin is not None  # noqa: S101 - a pipe was asked for
        deadline = time.monotonic() + seconds
        write_frame(process.stdin.fileno(), json.dumps(request).encode(), deadline)
        write_frame(process.stdin.fileno(), content, deadline)

    def close(self) -> None:
        """End the process."""
        with self._lock:
            self._end()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._end()
        process = subprocess.Popen(  # noqa: S603 - our own interpreter and program
            [sys.executable, "-I", "-c", _PROGRAM, json.dumps(sys.path), self._work],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8"} | {name: os.environ[name] for name in _PASSED_ON if name in os.environ},
            start_new_session=True,
        )
        self._process = process
        assert process.stdout is not None  # noqa: S101 - a pipe was asked for
        try:
            if read_frame(process.stdout.fileno(), 64, time.monotonic() + START_SECONDS) == b"ready":
                return process
        except Closed:
            pass
        self._end()
        raise Problem("reader-not-started", note="the child process did not start")

    def _end(self) -> None:
        process, self._process = self._process, None
        self._prepared.clear()
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
