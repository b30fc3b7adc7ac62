"""How much, and how often, somebody may send."""

from __future__ import annotations

from typing import Final

from flask import Flask, request, session
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from lti_tool.settings import Settings
from lti_tool.web.configuration import MEBIBYTE

# Files that one request may bring at once; scripts send them one by one, the plain form all together.
FILES_AT_ONCE: Final = 10
UPLOADS: Final = frozenset({"apply.add_documents", "apply.replace_document"})
VERIFY: Final = frozenset({"verify.check"})

# Each number is for one visit and route, or for one address where there is no visit; a whole school may share one address.
EVERYTHING: Final = "1200 per minute"
RATES: Final = {
    "lti_login.start": "600 per minute",
    "lti_login.go_on": "600 per minute",
    "lti_message.launch": "600 per minute",
    "lti_stored.stored": "600 per minute",
    "lti_register.ask": "120 per minute",
    "lti_register.register": "30 per minute",
    "apply.add_documents": "120 per minute",
    "apply.replace_document": "120 per minute",
    "apply.submit": "30 per minute",
    "choose.choose": "60 per minute",
    "pieces.picture": "240 per minute",
    "certificates.picture": "120 per minute",
    "verify.certificate": "300 per minute",
    "verify.check": "60 per minute",
    "asking.ask": "30 per minute",
    "asking.list_oneself": "30 per minute",
    "roster.reload": "6 per minute",
    "roster.table": "30 per minute",
    "participation.issue": "30 per minute",
    "window.open_window": "30 per minute",
    "operators.enter": "20 per minute",
    "admin_platforms.examine": "10 per minute",
    "admin_outbox.retry_all": "10 per minute",
    "window.enter": "60 per minute",
}


def caller() -> str:
    """Return who counts as one caller: a visit, or a network address."""
    visit = session.get("visit")
    return f"visit:{visit}" if isinstance(visit, str) else f"address:{get_remote_address()}"


def rate() -> str:
    """Return the limit of this request's route."""
    return RATES.get(request.endpoint or "", EVERYTHING)


def largest_body(settings: Settings, endpoint: str | None) -> int:
    """Return the most bytes that a request to this route may have."""
    if endpoint in UPLOADS:
        return (settings.max_upload_mb * FILES_AT_ONCE + 1) * MEBIBYTE
    if endpoint in VERIFY:
        return (settings.max_upload_mb + 1) * MEBIBYTE
    return MEBIBYTE


def init_app(app: Flask, settings: Settings) -> None:
    """Limit bodies before anything reads the form, and count requests."""

    @app.before_request
    def _limit_body() -> None:
        request.max_content_length = largest_body(settings, request.endpoint)

    Limiter(caller, app=app, default_limits=[rate])
