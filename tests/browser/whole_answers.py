"""Answers handed to Werkzeug's server whole: one that a browser breaks off is not closed there, which leaves a file open."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


def whole(app: Application) -> Application:
    """Return an application that has closed each answer before the server sends the first byte of it."""

    def answer(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        parts = app(environ, start_response)
        try:
            return [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()

    return answer
