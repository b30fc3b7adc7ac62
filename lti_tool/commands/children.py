"""Child processes that live and die with the command that started them."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from types import FrameType
from typing import Final, Self
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from lti_tool.problem import Problem

START_SECONDS: Final = 60.0
# The worker gives what it runs twenty seconds.
STOP_SECONDS: Final = 25.0
_PR_SET_PDEATHSIG: Final = 1  # prctl(2)


@dataclass(frozen=True, slots=True, eq=False)
class Child:
    """One part: its name, the arguments of the Python that runs it, its environment, and an address that answers once it is ready."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    answers_at: str = ""


class Children:
    """Runs parts inside a `with` block; SIGINT and SIGTERM end the waiting, and leaving the block stops every part.

    Each part leads a process group of its own, so that a Ctrl-C of the terminal reaches only the parent, and is told by the
    kernel when the parent dies without having stopped it (Linux).
    """

    def __init__(self, parts: Sequence[Child], logs: Path) -> None:
        self._parts = parts
        self._logs = logs
        self._running: dict[Child, subprocess.Popen[bytes]] = {}
        self._stop = threading.Event()

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._asked_to_stop)
        self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            for part in self._parts:
                self._running[part] = self._started(part)
        except BaseException:
            self._stop_all()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop_all()

    def wait_until_they_answer(self) -> None:
        """Return when every part with an address answers, or when asked to stop. Raises Problem("demo-part-stopped")."""
        until = time.monotonic() + START_SECONDS
        for part in self._parts:
            while part.answers_at and not self._stop.is_set() and not _answers(part.answers_at):
                self._check_alive()
                if time.monotonic() > until:
                    raise Problem("demo-part-stopped", part=part.name, log=str(self._log(part)))
                self._stop.wait(0.1)

    def wait_until_stopped(self) -> None:
        """Return when asked to stop. Raises Problem("demo-part-stopped") when a part ends by itself."""
        while not self._stop.wait(0.5):
            self._check_alive()

    def _asked_to_stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()

    def _started(self, part: Child) -> subprocess.Popen[bytes]:
        parent = os.getpid()
        with self._log(part).open("wb") as log:
            return subprocess.Popen(  # noqa: S603 - our own Python and our own modules
                [sys.executable, *part.arguments],
                env=dict(part.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 - the parent has no other threads yet
            )

    def _log(self, part: Child) -> Path:
        return self._logs / f"{part.name.replace(' ', '-').lower()}.log"

    def _check_alive(self) -> None:
        for part, process in self._running.items():
            if process.poll() is not None and not self._stop.is_set():
                raise Problem("demo-part-stopped", part=part.name, log=str(self._log(part)))

    def _stop_all(self) -> None:
        for process in self._running.values():
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, until - time.monotonic()))
        for process in self._running.values():
            # Whatever a part left behind in its group.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def refuse_taken(ports: Mapping[int, str]) -> None:
    """Raise Problem("port-taken") for the first port that is in use on a loopback address; the values name the options."""
    for port, option in ports.items():
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            if _is_taken(family, host, port):
                raise Problem("port-taken", port=port, option=option)


def _is_taken(family: socket.AddressFamily, host: str, port: int) -> bool:
    try:
        with socket.socket(family, socket.SOCK_STREAM) as attempt:
            attempt.settimeout(1)
            return attempt.connect_ex((host, port)) == 0
    except OSError:  # no IPv6 here
        return False


def _die_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)


def _answers(address: str) -> bool:
    try:
        # A proxy of the environment has no business here.
        with build_opener(ProxyHandler({})).open(address, timeout=2) as answer:
            return bool(answer.status < 500)
    except HTTPError as error:
        error.close()
        return error.code < 500
    except (URLError, HTTPException, OSError):
        return False
