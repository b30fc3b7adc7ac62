"""A real `sealwright worker` in a process of its own, which can be killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from lti_tool.installation import Installation

# A bound to waiting, not to how long a thing may take: other tests run on the same cores.
PATIENCE = 240.0


class WorkerProcess:
    """One worker of an installation. `failpoint` ends it where the program says so (lti_tool/failpoints.py)."""

    def __init__(self, installation: Installation, failpoint: str | None = None) -> None:
        self.log = Path(installation.settings.home) / f"worker-{time.monotonic_ns()}.log"
        environment = {
            **os.environ,
            "SEALWRIGHT_ALLOW_PRIVATE_HOSTS": "true",
            "SEALWRIGHT_SAMPLE": "0",
            "SEALWRIGHT_DATABASE_URL": installation.settings.database,
            "PYTHONWARNINGS": "error::ResourceWarning",
        }
        if failpoint:
            environment["SEALWRIGHT_FAILPOINT"] = failpoint
        self._output: IO[bytes] = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from lti_tool.commands.main import main; main()", "--home", str(installation.settings.home), "worker"],
            env=environment,
            stdout=self._output,
            stderr=subprocess.STDOUT,
        )

    def __enter__(self) -> WorkerProcess:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.kill()
        self._output.close()

    def ready(self) -> WorkerProcess:
        wait_for(lambda: "The worker is ready." in self.text() or self.process.poll() is not None, self.text)
        return self

    def text(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL: no handler runs."""
        self.process.kill()
        self.process.wait()

    def died(self) -> None:
        """Wait until the failpoint has killed it."""
        assert self.process.wait(PATIENCE) == -signal.SIGKILL, self.text()

    def stop(self) -> int:
        """SIGTERM, as a service manager does; the exit status."""
        self.process.terminate()
        return self.process.wait(PATIENCE)


def wait_for(met: Callable[[], bool], told: Callable[[], str] = lambda: "") -> None:
    until = time.monotonic() + PATIENCE
    while not met():
        assert time.monotonic() < until, f"waited {PATIENCE} s in vain. {told()}"
        time.sleep(0.05)
