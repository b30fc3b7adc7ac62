"""The one clock of the tool: everything that asks for the time asks here."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_held: ContextVar[datetime | None] = ContextVar("sealwright_held_time", default=None)


def now() -> datetime:
    """Return the reference time of the current request, or the present instant; always aware, in UTC."""
    return _held.get() or datetime.now(UTC)


def today(zone: str) -> date:
    """Return the calendar day of `now()` in an IANA time zone such as ``Europe/Brussels``."""
    return now().astimezone(ZoneInfo(zone)).date()


@contextmanager
def held(at: datetime | None = None) -> Iterator[datetime]:
    """Keep the clock still inside the block, so that one request has one reference time.

    Raises ValueError for a time without a zone.
    """
    at = at or now()
    if at.tzinfo is None:
        raise ValueError("a reference time needs a time zone")
    token = _held.set(at.astimezone(UTC))
    try:
        yield at
    finally:
        _held.reset(token)
