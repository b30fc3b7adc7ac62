"""How much, and how often, somebody may send."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from flask import Flask, request, session
from limits import RateLimitItem, parse

from lti_tool.evidence.resuming import MOST_PART
from lti_tool.settings import Settings
from lti_tool.web.configuration import MEBIBYTE
from lti_tool.web.counters import Counters

# Files that one request may bring at once; scripts send them one by one, the plain form all together.
FILES_AT_ONCE: Final = 10
UPLOADS: Final = frozenset({"apply.add_documents", "apply.replace_document"})
VERIFY: Final = frozenset({"verify.check", "api.check"})
PARTS: Final = frozenset({"uploading.append"})

# Each number is for one visit and route, or for one address where there is no visit; a whole school may share one address.
EVERYTHING: Final = parse("1200 per minute")
_RATES: Final = {
    "lti_login.start": "600 per minute",
    "lti_login.go_on": "600 per minute",
    "lti_message.launch": "600 per minute",
    "lti_stored.stored": "600 per minute",
    "lti_register.ask": "120 per minute",
    "lti_register.register": "30 per minute",
    "apply.add_documents": "120 per minute",
    "apply.replace_document": "120 per minute",
    "uploading.begin": "240 per minute",
    "apply.submit": "30 per minute",
    "choose.choose": "60 per minute",
    "pieces.picture": "240 per minute",
    "pieces.original": "60 per minute",
    "certificates.picture": "120 per minute",
    "verify.certificate": "300 per minute",
    "verify.check": "60 per minute",
    "api.number": "300 per minute",
    "api.file_known": "300 per minute",
    "api.check": "60 per minute",
    "wallets.exchange": "60 per minute",
    "certificates.europass": "30 per minute",
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
RATES: Final = {route: parse(rate) for route, rate in _RATES.items()}


class TooFast(Exception):
    """Somebody sends more than `rate` allows; another window begins after at most its expiry, in seconds."""

    def __init__(self, rate: RateLimitItem) -> None:
        super().__init__(str(rate))
        self.rate = rate


# Counts one request of a caller to a route; False if that is more than the route allows.
Within = Callable[[str, str], bool]


def caller() -> str:
    """Return who counts as one caller: a visit, or a network address."""
    visit = None if request.blueprint == "api" else session.get("visit")
    return f"visit:{visit}" if isinstance(visit, str) else address(request.remote_addr)


def address(remote: str | None) -> str:
    """Return a network address as a caller."""
    return f"address:{remote or '127.0.0.1'}"


def largest_body(settings: Settings, endpoint: str | None) -> int:
    """Return the most bytes that a request to this route may have."""
    if endpoint in UPLOADS:
        return (settings.max_upload_mb * FILES_AT_ONCE + 1) * MEBIBYTE
    if endpoint in PARTS:
        return MOST_PART
    if endpoint in VERIFY:
        return (settings.max_upload_mb + 1) * MEBIBYTE
    return MEBIBYTE


def init_app(app: Flask, settings: Settings) -> Within:
    """Limit bodies before anything reads the form, and count requests; raises TooFast. Return what counts."""
    counters = Counters()

    def within(route: str, who: str) -> bool:
        rate = RATES.get(route, EVERYTHING)
        return counters.one_more((route, who), rate.get_expiry()) <= rate.amount

    @app.before_request
    def _limit_body() -> None:
        request.max_content_length = largest_body(settings, request.endpoint)

    @app.before_request
    def _limit_rate() -> None:
        route = request.endpoint
        if route is None or route.endswith("static"):
            return
        if not within(route, caller()):
            raise TooFast(RATES.get(route, EVERYTHING))

    return within
