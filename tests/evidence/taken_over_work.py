"""What a child says that a document took over; run in place of the reading."""

from __future__ import annotations

from typing import Any


def prepare(content: bytes) -> None:
    """Schemes are of no interest here."""


def lie(request: dict[str, Any], content: bytes) -> bytes:
    """Answer whatever the document holds."""
    return content
