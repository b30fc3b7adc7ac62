"""Flask's configuration, derived from the installation's settings."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from lti_tool.settings import Settings

MEBIBYTE: Final = 1024 * 1024
# Browsers treat these as trustworthy over plain http too (tried with Chromium 156: it keeps `__Host-` cookies there).
LOOPBACK: Final = {"localhost", "127.0.0.1", "[::1]", "::1"}


def secure(base_url: str) -> bool:
    """Tell whether browsers keep `Secure` cookies for this address: https, or a loopback host."""
    parts = urlsplit(base_url)
    return parts.scheme == "https" or (parts.hostname or "") in LOOPBACK


def cookies(base_url: str) -> dict[str, Any]:
    """Return the session cookie's settings.

    `__Host-` binds the cookie to this very host over a secure connection, `Partitioned` lets it live in the LMS's frame.
    Over plain http to another machine browsers drop both; there the cookie is `sealwright`, `Lax`, and only a window of
    its own works, never a frame. That is for trying things out in a closed network, not for production.
    """
    trusted = secure(base_url)
    return {
        "SESSION_COOKIE_NAME": "__Host-sealwright" if trusted else "sealwright",
        "SESSION_COOKIE_SECURE": trusted,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "None" if trusted else "Lax",
        "SESSION_COOKIE_PARTITIONED": trusted,
        "SESSION_COOKIE_PATH": "/",
        "SESSION_REFRESH_EACH_REQUEST": False,
    }


def configuration(settings: Settings, secret: bytes) -> dict[str, Any]:
    """Return everything that Flask and its extensions are told."""
    return {
        "SECRET_KEY": secret,
        **cookies(settings.base_url),
        # The most that any route takes; `limits.BODIES` allows less almost everywhere.
        "MAX_CONTENT_LENGTH": MEBIBYTE,
        "MAX_FORM_MEMORY_SIZE": 500_000,
        "MAX_FORM_PARTS": 200,
        "BOOTSTRAP_SERVE_LOCAL": True,
        "SEND_FILE_MAX_AGE_DEFAULT": 3600,
        # A token lives as long as its session; our own check of the Origin replaces the one of the Referer.
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "BABEL_DEFAULT_LOCALE": "en",
    }
