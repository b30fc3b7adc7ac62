"""The browser's half of a login: a cookie that also lives in the LMS's frame."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Response

from lti_tool.launch.hardened.request import STATE_SECONDS

# Browsers treat these as trustworthy over plain http too.
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# As long as browsers keep any cookie.
MARKER_SECONDS: Final = 400 * 24 * 3600


def trusted(base_url: str) -> bool:
    """Tell whether browsers keep `Secure` cookies for this address: https, or a loopback host."""
    parts = urlsplit(base_url)
    return parts.scheme == "https" or parts.hostname in LOOPBACK


@cache
def cookie_prefix(base_url: str) -> str:
    """Return what every state cookie's name begins with; ``__Host-`` keeps neighbouring hosts from planting one."""
    return "__Host-lti-" if trusted(base_url) else "lti-"


def set_state_cookie(response: Response, base_url: str, name: str, value: str) -> None:
    """Set a state cookie for five minutes; an empty `value` removes it."""
    _set(response, base_url, name, value, STATE_SECONDS if value else 0)


def set_marker(response: Response, base_url: str) -> None:
    """Set the cookie by which a frame shows that the browser keeps cookies in it; the same for everybody, so it names nobody."""
    _set(response, base_url, _own_name(base_url) + "-kept", "1", MARKER_SECONDS)


def keeps_cookies(names: Iterable[str], base_url: str) -> bool:
    """Tell from the names of the cookies that came whether this browser keeps ours here: any one of them shows it."""
    ours = (cookie_prefix(base_url), _own_name(base_url))
    return any(name.startswith(ours) for name in names)


def _own_name(base_url: str) -> str:
    return "__Host-sealwright" if trusted(base_url) else "sealwright"


def _set(response: Response, base_url: str, name: str, value: str, age: int) -> None:
    # Our names and values are letters, digits and hyphens: nothing to be quoted, so the header is written as it is (RFC 6265, 4.1.1).
    response.headers.add("Set-Cookie", f"{name}={value}; Max-Age={age}; Path=/; {_kept_where(base_url)}")


# Every launch sets one and removes it, always for the same address.
@cache
def _kept_where(base_url: str) -> str:
    # In a frame of another site only `SameSite=None; Secure; Partitioned` survives where third-party cookies are blocked. Over
    # plain http to another machine browsers drop such cookies; a plain one then works in a window, never in a frame.
    return "HttpOnly; Secure; SameSite=None; Partitioned" if trusted(base_url) else "HttpOnly"
