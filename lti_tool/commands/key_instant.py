"""The instant of a compromise, as it is typed."""

from __future__ import annotations

from datetime import datetime

import click


def instant_of(text: str) -> datetime:
    """Read an instant that says its distance from UTC. Raises click.UsageError."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        raise click.UsageError(f"{text} is no instant: write it as 2026-11-30T08:00:00Z.") from None
    if instant.tzinfo is None:
        raise click.UsageError(f"{text} does not say its distance from UTC: write it as {text}Z, or with an offset such as +02:00.")
    return instant
