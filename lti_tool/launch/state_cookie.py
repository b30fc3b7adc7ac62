"""The browser's half of a login: a cookie that also lives in the LMS's frame."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from lti_tool.launch.hardened.request import STATE_SECONDS

# Browsers treat these as trustworthy over plain http too.
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def trusted(base_url: str) -> bool:
    """Tell whether browsers keep `Secure` cookies for this address: https, or a loopback host."""
    parts = urlsplit(base_url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


def cookie_prefix(base_url: str) -> str:
    """Return what every state cookie's name begins with; ``__Host-`` keeps neighbouring hosts from planting one."""
    return "__Host-lti-" if trusted(base_url) else "lti-"


def set_state_cookie(response: Response, base_url: str, name: str, value: str) -> None:
    """Set a state cookie for five minutes; an empty `value` removes it.

    In a frame of another site only ``SameSite=None; Secure; Partitioned`` survives where third-party cookies are blocked.
    Over plain http to another machine browsers drop such cookies; a plain one then works in a window, never in a frame.
    """
    safe = trusted(base_url)
    age = STATE_SECONDS if value else 0
    response.set_cookie(name, value, max_age=age, secure=safe, httponly=True, samesite="None" if safe else None, partitioned=safe)
