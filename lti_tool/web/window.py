"""From the LMS's frame into a window of its own, where the frame's cookie does not reach: by a one-use ticket."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, jsonify, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from lti_tool.launch.visits import make_ticket, redeem_ticket
from lti_tool.problem import Problem
from lti_tool.web.errors import wants_json
from lti_tool.web.guard import current_visit, installation, require_visit
from lti_tool.web.refused import way_on

blueprint = Blueprint("window", __name__)

# Where a ticket may lead: what each activity opens, and pages with a button for a new window. Nothing else is ever redirected to.
PLACES: Final = {
    "apply": "apply.page",
    "final": "final.page",
    "review": "review.desk",
    "roster": "roster.page",
    "participation": "participation.page",
    "choose": "choose.page",
    "submission": "submission.page",
    "admin": "admin.overview",
    "print": "certificates.pdf",
    "sheet": "certificates.sheet",
}
# Those that are about one certificate, and how it is shown there.
_OF_ONE: Final[dict[str, dict[str, Any]]] = {"print": {"show": 1}, "sheet": {}}


@blueprint.post("/window")
def open_window() -> Response | str:
    """Make a ticket, inside the frame; what opens the window is a link to it.

    A form that opened the window itself would arrive there without the frame's cookie (tried with Chromium 156).
    """
    require_visit()
    to, number = request.form.get("to", ""), request.form.get("number", "")
    if to not in PLACES:
        raise Problem("bad-request")
    with installation().database.write() as db:
        ticket = make_ticket(db, current_visit())
    address = url_for("window.enter", ticket=ticket, to=to, number=number or None)
    return jsonify(address=address) if wants_json() else render_template("pages/window.html", address=address, print=to in _OF_ONE, back=way_on())


@blueprint.get("/enter/<ticket>")
def enter(ticket: str) -> Response:
    """Begin a session of its own in this window; a ticket opens once, and only where a page of ours led to it.

    Somebody else's page must not make its reader arrive as whoever made the ticket (threat L03); browsers tell who led here.
    """
    to, number = request.args.get("to", ""), request.args.get("number", "")
    if to not in PLACES:
        raise Problem("page-not-found")
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        raise Problem("ticket-from-elsewhere")
    with installation().database.write() as db:
        visit = redeem_ticket(db, ticket)
    session.clear()
    session["visit"] = visit.id
    return redirect(url_for(PLACES[to], number=number, **_OF_ONE[to]) if to in _OF_ONE else url_for(PLACES[to]), 303)
