"""How far the clocks of platforms are from ours, as their latest messages show; kept in this process alone.

A platform's message is made when the browser asks for it and is here a moment later, so the age of a verified one is the difference
of the two clocks, give or take the way. The median of the last few keeps one slow line from looking like a wrong clock.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Final

# Messages remembered for each platform, how many of them say something, and the seconds from which a difference is worth a word.
LATEST: Final = 5
ENOUGH: Final = 2
TOLERABLE: Final = 30


@dataclass(frozen=True, slots=True)
class Skew:
    """`seconds` by which this tool's clock is ahead of the platform's (negative: behind), as seen at `at` in `messages` messages."""

    registration_id: int
    seconds: float
    messages: int
    at: datetime

    @property
    def troubling(self) -> bool:
        """Tell whether launches fail by it, or soon will."""
        return self.messages >= ENOUGH and abs(self.seconds) > TOLERABLE


_lock: Final = threading.Lock()
_seen: Final[dict[int, deque[tuple[float, datetime]]]] = {}


def observe(registration_id: int, issued_at: object, now: datetime) -> None:
    """Remember when a message with a verified signature says that it was made; anything but a number of seconds is no news."""
    if isinstance(issued_at, bool) or not isinstance(issued_at, int | float) or not 0 < issued_at < 1e11:
        return
    with _lock:
        _seen.setdefault(registration_id, deque(maxlen=LATEST)).append((now.timestamp() - issued_at, now))


def observed(registration_id: int) -> Skew | None:
    """Return the difference that this process saw last for a platform, or None if nobody has come from it."""
    with _lock:
        found = list(_seen.get(registration_id, ()))
    return Skew(registration_id, median(seconds for seconds, _ in found), len(found), found[-1][1]) if found else None


def troubling() -> tuple[Skew, ...]:
    """Return every difference that is worth a warning. When all platforms differ alike, it is this tool's clock that is wrong."""
    with _lock:
        known = sorted(_seen)
    return tuple(skew for skew in map(observed, known) if skew is not None and skew.troubling)


def forget() -> None:
    """Forget everything, as at the start of the process."""
    with _lock:
        _seen.clear()
