"""`/lti/launch/stored`: the second half of a launch in a browser that keeps no cookies, proved by the platform's storage."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, current_app, make_response, render_template, request
from werkzeug.wrappers import Response

from lti_tool.installation import Installation
from lti_tool.launch import message
from lti_tool.launch.claims import origin
from lti_tool.launch.equipment import equipment
from lti_tool.launch.storage import by_secret
from lti_tool.launch.visits import make_ticket
from lti_tool.problem import Problem

blueprint = Blueprint("lti_stored", __name__)
blueprint.before_request(message.limit_body)

# Time to read the page that the ticket stands on.
TICKET_LIFE: Final = timedelta(minutes=5)


@blueprint.post("/lti/launch/stored")
def stored() -> Response:
    """Check the message as always, then lead into a window of its own: no session cookie would live in this frame either."""
    installation: Installation = current_app.extensions["sealwright"]
    _require_own_page(installation.settings.base_url)
    form = message.posted()
    _login, visit = message.accepted(installation, form, by_secret(equipment(installation).logins, form.get("stored", "")))
    with installation.database.write() as db:
        ticket = make_ticket(db, visit, life=TICKET_LIFE)
    return make_response(render_template("pages/launch_window.html", ticket=ticket, activity=visit.activity, languages={}))


def _require_own_page(base_url: str) -> None:
    # A stranger's page that knows a secret of its own must not make others arrive as the stranger (threat L03). Browsers name the
    # origin of every form that is posted, and pages cannot change it.
    sent = request.headers.get("Origin")
    if not sent or sent != origin(base_url):
        raise Problem("stored-from-elsewhere")
