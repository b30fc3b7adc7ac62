"""Places where a test may end the process, to prove that nothing is lost or doubled there. Inert unless the environment asks."""

from __future__ import annotations

import os
import signal
import time
from typing import Final

VARIABLE: Final = "SEALWRIGHT_FAILPOINT"


def failpoint(name: str) -> None:
    """Do what SEALWRIGHT_FAILPOINT asks at the place `name`: ``name`` or ``name:kill``, ``name:error``, ``name:delay``.

    `kill` is SIGKILL (no handler runs, nothing is flushed), `error` raises RuntimeError, `delay` waits two seconds.
    """
    asked = os.environ.get(VARIABLE)
    if asked is None:
        return
    place, _, deed = asked.partition(":")
    if place != name:
        return
    if deed == "error":
        raise RuntimeError(f"failpoint {name}")
    if deed == "delay":
        time.sleep(2)
        return
    os.kill(os.getpid(), signal.SIGKILL)
