"""Instants as text, in the one form that XML Schema, VC 2.0 and the manifest of keys all take."""

from __future__ import annotations

from datetime import UTC, datetime


def xsd_instant(at: datetime) -> str:
    """Write an aware instant in UTC to the second, as ``2026-11-21T10:00:00Z``. Raises ValueError for a time without a zone."""
    if at.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
