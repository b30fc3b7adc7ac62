"""Who is here: the visit behind the session cookie, checked before any view of the tool runs."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlsplit

from flask import Blueprint, Flask, current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from lti_tool.installation import Installation
from lti_tool.launch.visit import Role, Visit
from lti_tool.launch.visits import find_visit
from lti_tool.problem import Problem

SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# The two ends of the launch, which other sites post to by design.
LAUNCH: Final = frozenset({"lti_login", "lti_message", "lti_stored"})
# What programs of any site may call: it knows no visit and changes nothing.
OPEN: Final = frozenset({"api", "wallets"})


def installation() -> Installation:
    """Return the installation that this application serves."""
    opened = current_app.extensions["sealwright"]
    assert isinstance(opened, Installation)  # noqa: S101 - create_app put it there
    return opened


def current_visit() -> Visit:
    """Return the visit of this request's cookie, found once per request.

    Raises Problem("no-session") without a cookie and whatever `find_visit` raises when the visit is over.
    """
    if "visit" not in g:
        visit_id = session.get("visit")
        if not isinstance(visit_id, str):
            raise Problem("no-session-in-frame" if request.headers.get("Sec-Fetch-Dest") == "iframe" else "no-session")
        g.visit = _found(visit_id)
    visit: Visit = g.visit
    return visit


def _found(visit_id: str) -> Visit:
    with installation().database.read() as db:
        return find_visit(db, visit_id)


def require_visit() -> None:
    """Refuse a request to a page of the tool that has no live visit, or whose form was made in somebody else's (threat L19)."""
    visit = current_visit()
    if request.method not in SAFE:
        # What is not a form says it in a header, as it does with our token.
        require_same_visitor(visit, request.form.get("visit") or request.headers.get("X-Visit", ""))


def require_same_visitor(visit: Visit, form_visit: str) -> None:
    """Check that a form was made for this person in this tenant.

    In one browser two people can have one tab each; the cookie is the later one's. Raises Problem("other-visitor").
    """
    if form_visit == visit.id:
        return
    try:
        other = _found(form_visit)
    except Problem:
        raise Problem("other-visitor") from None
    if (other.visitor.id, other.tenant_id) != (visit.visitor.id, visit.tenant_id):
        raise Problem("other-visitor")


def require_reviewer() -> Response | None:
    """Let only people with a right to review past; ids answer them like unknown ones (design rule 8).

    Staff who are not on the list are led to where they may ask for it. Raises Problem("not-found", "not-a-reviewer").
    """
    visit = current_visit()
    if visit.reviews:
        return None
    if request.view_args:
        raise Problem("not-found")
    if Role.STAFF not in visit.roles:
        raise Problem("not-a-reviewer")
    return redirect(url_for("asking.page"), 303)


def tool_blueprint(name: str) -> Blueprint:
    """Make a blueprint whose every view runs inside a live visit."""
    blueprint = Blueprint(name, f"lti_tool.web.{name}")
    blueprint.before_request(require_visit)
    return blueprint


def require_own_origin() -> None:
    """Refuse forms that another site sent, as the browser itself tells (threat W01); launches come from other sites by design."""
    origin = request.headers.get("Origin")
    if request.method in SAFE or request.blueprint in LAUNCH | OPEN or origin is None:
        return
    if not same_origin(origin, installation().settings.base_url):
        raise Problem("form-from-elsewhere")


def same_origin(one: str, other: str) -> bool:
    """Compare two origins by scheme, host and port, default ports filled in."""
    first = _origin(one)
    return first is not None and first == _origin(other)


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}[parts.scheme]
    except (ValueError, KeyError):
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname else None


def init_app(app: Flask) -> None:
    """Check the origin of every unsafe request, and give templates the visit if there is one."""
    app.before_request(require_own_origin)

    @app.context_processor
    def _visit() -> dict[str, object]:
        return {"visit": g.get("visit"), "organisation": installation().settings.organisation}
