"""The operator's way in and out: `sealwright admin login-link` prints an address, its page has one button."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, session, url_for
from werkzeug.wrappers import Response

from lti_tool.administration import operators
from lti_tool.web.admin_guard import OPERATOR
from lti_tool.web.guard import installation

blueprint = Blueprint("operators", __name__)


@blueprint.get("/admin/enter/<secret>")
def door(secret: str) -> str:
    """Show one button. Mail and chat programs look at addresses before people do: only the button uses the address up."""
    return render_template("pages/admin/enter.html", secret=secret)


@blueprint.post("/admin/enter/<secret>")
def enter(secret: str) -> Response:
    """Use the address up, and begin a fresh session: whatever the cookie held before is thrown away."""
    with installation().database.write() as db:
        opened = operators.enter(db, secret)
    session.clear()
    session[OPERATOR] = opened
    return redirect(url_for("admin.overview"), 303)


@blueprint.post("/admin/leave")
def leave() -> Response:
    """End the session, here and in the database; without one, nothing happens."""
    if isinstance(session_id := session.get(OPERATOR), str):
        with installation().database.write() as db:
            operators.end(db, session_id)
        session.clear()
    return redirect(url_for("home.index"), 303)
