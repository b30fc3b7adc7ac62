"""Our token in forms (threat W01): every form bears one, but that of the public page when it is sent by nobody we know.

A token keeps another site from acting in somebody's name. Who reads the page behind a QR code has no name here, and gets no cookie:
so the same page may be given to everybody. The origin is checked all the same (`guard.require_own_origin`).
"""

from __future__ import annotations

from typing import Final

from flask import Flask, request, session
from flask_wtf.csrf import CSRFProtect

PUBLIC: Final = frozenset({"verify.check"})
# What a session may hold without telling who somebody is.
_NAMELESS: Final = frozenset({"csrf_token", "language"})


def somebody() -> bool:
    """Tell whether this browser's session names somebody: a visit, an operator."""
    return not set(session) <= _NAMELESS


def init_app(app: Flask) -> CSRFProtect:
    """Check the token of every unsafe request; return the protection, for routes that other sites post to by design."""
    csrf = CSRFProtect(app)

    @app.before_request
    def _of_somebody() -> None:
        if request.endpoint in PUBLIC and somebody():
            csrf.protect()

    @app.context_processor
    def _somebody() -> dict[str, object]:
        return {"somebody": somebody}

    return csrf
