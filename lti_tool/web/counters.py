"""How often who asked for what, counted in this process for fixed windows of time, under the rate limits.

The storage in memory of the library that names our rates starts a thread every hundredth of a second and walks over all of its
counters in each; under load that costs more than the requests which it counts. Here a counter that is over goes when a new one
needs its place.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

# Counters are swept when there are this many, and at the most once a second.
SWEEP_FROM: Final = 10_000
SWEEP_EVERY: Final = 1.0

Key = tuple[str, str]


class Counters:
    """Counts in memory, safe to share between threads; a window begins with its first request. `tick` gives seconds."""

    def __init__(self, tick: Callable[[], float] = time.monotonic) -> None:
        self._tick = tick
        self._lock = threading.Lock()
        self._counts: dict[Key, tuple[int, float]] = {}
        self._swept = 0.0

    def one_more(self, key: Key, seconds: float) -> int:
        """Count one more and return the count of the present window, which lasts `seconds`."""
        now = self._tick()
        with self._lock:
            count, end = self._counts.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + seconds
                self._sweep(now)
            self._counts[key] = (count + 1, end)
            return count + 1

    def _sweep(self, now: float) -> None:
        if len(self._counts) >= SWEEP_FROM and now - self._swept >= SWEEP_EVERY:
            self._swept = now
            self._counts = {key: entry for key, entry in self._counts.items() if entry[1] > now}
