"""Throttling in Canvas's manner: a leaking bucket that a request fills by what it costs, and by a deposit while it runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

CAPACITY: Final = 60.0
# Kept while a request runs, so that a second one at the same time does not fit.
DEPOSIT: Final = 50.0
COST: Final = 2.0
LEAK: Final = 10.0  # a second


class Bucket:
    """How full the bucket is; `now` tells seconds."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._level, self._running, self._at = 0.0, 0, now()

    def enter(self) -> bool:
        """Take a request in; False when the bucket is too full for it."""
        with self._lock:
            self._leak()
            if self._level + DEPOSIT * (self._running + 1) > CAPACITY:
                return False
            self._running += 1
            return True

    def leave(self) -> None:
        """Let a request go: its deposit turns into what it cost."""
        with self._lock:
            self._leak()
            self._running -= 1
            self._level += COST

    def remaining(self) -> float:
        """Return how much still fits."""
        with self._lock:
            self._leak()
            return max(0.0, CAPACITY - self._level - DEPOSIT * self._running)

    def _leak(self) -> None:
        now = self._now()
        self._level = max(0.0, self._level - LEAK * (now - self._at))
        self._at = now
