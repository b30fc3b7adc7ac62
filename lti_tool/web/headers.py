"""Security headers of every answer: what may run, who may frame it, who may keep it."""

from __future__ import annotations

import secrets
from typing import Final

from flask import Flask, Response, g, request

from lti_tool.launch.visit import Visit
from lti_tool.web.guard import LAUNCH

# Blueprints that live in an LMS's frame, and those that anybody opens.
FRAMED: Final = frozenset(
    {
        "apply",
        "uploading",
        "pieces",
        "final",
        "certificates",
        "review",
        "asking",
        "roster",
        "participation",
        "choose",
        "submission",
        "window",
        "lti_register",
    }
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
    """Return the Content-Security-Policy: everything from here, nothing inline, nothing evaluated.

    It names this response's nonce where the page has one. A page that may be given again has none: its scripts are files of ours.
    """
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'nonce-{nonce()}'" if "nonce" in g else "script-src 'self'",
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

    fixed = _fixed(https=https)

    @app.after_request
    def _add(response: Response) -> Response:
        # Ours go behind what a view has set; one look at its names is cheaper than one for each of ours.
        present = {name.lower() for name in response.headers.keys()}  # noqa: SIM118 - iterating headers gives pairs
        if "content-security-policy" not in present:
            response.headers.add("Content-Security-Policy", policy())
        if not (request.endpoint or "").endswith("static"):
            # One line of what an answer varies by, with what its view has said.
            if "vary" in present:
                response.vary.add("Cookie")
            else:
                response.headers.add("Vary", "Cookie")
        # Platforms show our sign beside the links that they hold.
        sharing = "cross-origin" if request.path.endswith("/icon.svg") else "same-origin"
        for name, value in (*fixed, ("Cross-Origin-Resource-Policy", sharing)):
            if name.lower() not in present:
                response.headers.add(name, value)
        return response


def _fixed(*, https: bool) -> tuple[tuple[str, str], ...]:
    """Return the headers that are the same for every answer."""
    return (
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Permissions-Policy", PERMISSIONS),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cache-Control", "no-store"),
        *((("Strict-Transport-Security", "max-age=31536000"),) if https else ()),
    )
