"""Who administers here, and how far it reaches: an operator's session, or an administrator's visit, before any admin view runs."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, g, request, session

from lti_tool.administration import operators
from lti_tool.administration.scope import EVERYTHING, Scope, scope_of
from lti_tool.problem import Problem
from lti_tool.web.guard import SAFE, current_visit, installation, require_same_visitor
from lti_tool.web.refused import way_on

# The key of an operator's session in the session cookie; a launch throws it away with the rest of the cookie.
OPERATOR: Final = "operator"
UTC: Final = "UTC"


def current_scope() -> Scope:
    """Return how far this request's administration reaches, found once per request.

    Raises Problem: admin-only for anybody who is no administrator, operator-session-over or session-over for one whose session ended.
    """
    if "scope" not in g:
        g.scope = _operator() or _administrator()
    scope: Scope = g.scope
    return scope


def _operator() -> Scope | None:
    session_id = session.get(OPERATOR)
    if not isinstance(session_id, str):
        return None
    g.operator = True
    with installation().database.read() as db:
        operators.find(db, session_id)
    return EVERYTHING


def _administrator() -> Scope:
    if "visit" not in session:
        raise Problem("admin-only")
    return scope_of(current_visit())


def require_administrator() -> None:
    """Refuse a request of anybody who does not administer, or whose form was made in somebody else's visit (threat L19)."""
    current_scope()
    if not g.get("operator") and request.method not in SAFE:
        require_same_visitor(current_visit(), request.form.get("visit", ""))


def require_operator() -> None:
    """Let only operators past; ids answer everybody else like unknown ones (design rule 8)."""
    if not current_scope().everything:
        raise Problem("not-found" if request.view_args else "operators-only")


def admin_blueprint(name: str) -> Blueprint:
    """Make a blueprint whose every view runs for an administrator; its templates know `operator` and the time zone for moments."""
    blueprint = Blueprint(name, f"lti_tool.web.{name}")
    blueprint.before_request(require_administrator)
    blueprint.context_processor(_context)
    return blueprint


def _context() -> dict[str, object]:
    visit = g.get("visit")
    known = {"operator": bool(g.get("operator")), "zone": (visit.time_zone if visit else "") or UTC, "activity_page": way_on()}
    # No choice of languages where its links would lead to an address that takes forms alone.
    return known if request.method == "GET" else {**known, "languages": {}}
