"""Security headers of every answer: what may run, who may frame it, who may keep it."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Flask, Response, g, request

from lti_tool.launch.visit import Visit
from lti_tool.web.guard import LAUNCH

# Blueprints that live in an LMS's frame, and those that anybody opens.
FRAMED: Final = frozenset(
    {"apply", "pieces", "final", "certificates", "review", "asking", "roster", "participation", "choose", "submission", "window", "lti_register"}
)
FRAMED_ADMIN: Final = frozenset({"admin", "admin_platforms", "admin_connect", "admin_tenant", "admin_outbox"})
PERMISSIONS: Final = ", ".join(
    f"{feature}=()" for feature in ("camera", "microphone", "geolocation", "payment", "usb", "midi", "display-capture", "browsing-topics")
)


def nonce() -> str:
    """Return this response's nonce, the same for every script of the page and different in every response."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(16)
    value: str = g.nonce
    return value


def frame_ancestors() -> str:
    """Return who may frame this answer.

    A tool page: the platform of the visit alone. A problem page shown where no visit is known (in the tool, or at the ends
    of the launch) holds nothing but text, and must be readable in the frame of whichever LMS opened it. Everything else: nobody.
    """
    visit: Visit | None = g.get("visit")
    if g.get("operator"):
        # What an operator can do no frame may borrow (threat W02).
        return "'none'"
    if request.blueprint in FRAMED | FRAMED_ADMIN and visit is not None:
        return visit.platform_origin
    if request.blueprint in FRAMED | FRAMED_ADMIN | LAUNCH:
        return "*"
    return "'none'"


def policy() -> str:
    """Return the Content-Security-Policy: everything from here, nothing inline, nothing evaluated."""
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'",
            "style-src 'self'",
            # Bootstrap draws its check marks and arrows as data: pictures.
            "img-src 'self' data:",
            "font-src 'self'",
            "connect-src 'self'",
            # A page whose form ends at a platform says so in `g.form_action`.
            " ".join(("form-action 'self'", *g.get("form_action", ()))),
            "base-uri 'none'",
            f"frame-ancestors {frame_ancestors()}",
        )
    )


def init_app(app: Flask, *, https: bool) -> None:
    """Put the headers on every answer; a view that sets its own `Cache-Control` or policy keeps it."""

    @app.context_processor
    def _nonce() -> dict[str, object]:
        return {"csp_nonce": nonce}

    @app.after_request
    def _add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy())
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        # Platforms show our sign beside the links that they hold.
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if request.path.endswith("/icon.svg") else "same-origin")
        headers.setdefault("Cache-Control", "no-store")
        if not (request.endpoint or "").endswith("static"):
            response.vary.add("Cookie")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
