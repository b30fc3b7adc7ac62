"""Single flight: what several threads want at once is asked for once, and all get the answer, or the failure."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Final

# Seconds that a thread waits for another one's answer; longer than a whole call may last.
PATIENCE: Final = 30.0


class Flights:
    """Calls under way by key; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[Hashable, Future[str]] = {}

    def once(self, key: Hashable, make: Callable[[], str]) -> str:
        """Return what `make` returns, run by one thread at a time for each key; raises what it raises, or TimeoutError."""
        with self._lock:
            flight = self._under_way.get(key)
            own: Future[str] | None = None
            if flight is None:
                own = self._under_way[key] = Future()
        if flight is not None:
            return flight.result(timeout=PATIENCE)
        assert own is not None  # noqa: S101 - made just now
        return self._made(key, own, make)

    def _made(self, key: Hashable, flight: Future[str], make: Callable[[], str]) -> str:
        try:
            value = make()
        except BaseException as error:
            # Those who wait fail with it, instead of trying one after the other what has just taken seconds to fail.
            flight.set_exception(error)
            raise
        else:
            flight.set_result(value)
            return value
        finally:
            with self._lock:
                del self._under_way[key]
