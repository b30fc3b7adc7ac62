"""`/lti/launch`: a platform's message becomes a visit. `/lti/jwks`: the keys that platforms know us by."""

from __future__ import annotations

from typing import Final

import structlog
from flask import Blueprint, current_app, g, jsonify, request, session
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from lti_tool.installation import Installation
from lti_tool.launch import id_token
from lti_tool.launch.arrival import Way, arrival
from lti_tool.launch.claims import CLAIM, member, text
from lti_tool.launch.equipment import equipment
from lti_tool.launch.hardened import Asked, Checks, Message, Proof, StateCookies, ToolConf
from lti_tool.launch.logins import Login
from lti_tool.launch.redirection import Redirection
from lti_tool.launch.state_cookie import cookie_prefix, set_state_cookie
from lti_tool.launch.storage import StorageNeeded, ask_for_stored, cookie_or_storage
from lti_tool.launch.visit import Activity, Visit
from lti_tool.launch.visits import open_visit
from lti_tool.problem import Problem

blueprint = Blueprint("lti_message", __name__)

ACTIVITY_PATHS: Final = {
    Activity.APPLY: "/apply",
    Activity.FINAL: "/final",
    Activity.REVIEW: "/review",
    Activity.PARTICIPATION: "/participation",
    Activity.CHOOSE: "/choose",
    Activity.SUBMISSION: "/submission",
}
MOST_BYTES: Final = 256 * 1024
JWKS_SECONDS: Final = 300

log = structlog.get_logger(__name__)


@blueprint.before_request
def limit_body() -> None:
    """Refuse large bodies before the form is read."""
    request.max_content_length = request.max_form_memory_size = MOST_BYTES


@blueprint.post("/lti/launch")
def launch() -> Response:
    """Check the message, open a visit in a fresh session, and go to the activity's page."""
    installation: Installation = current_app.extensions["sealwright"]
    form = posted()
    if "error" in form:
        raise _platform_error(form)
    base_url = installation.settings.base_url
    cookies = StateCookies(request.cookies, cookie_prefix(base_url))
    try:
        login, visit = accepted(installation, form, cookie_or_storage(cookies.prove))
    except StorageNeeded as needed:
        return ask_for_stored(installation, needed.login, form)
    answer = entered(installation, visit)
    set_state_cookie(answer, base_url, cookies.name(login.id), "")
    return answer


def posted() -> dict[str, str]:
    """Return the form of a message; raises Problem("token-too-large")."""
    try:
        return request.form.to_dict()
    except RequestEntityTooLarge:
        raise Problem("token-too-large", most=id_token.MOST_BYTES // 1000) from None


def _platform_error(form: dict[str, str]) -> Problem:
    # OpenID Connect Core 3.1.2.6. The words are the platform's, or a stranger's: shown as text and kept short.
    return Problem("platform-error", error=text(form["error"], 60) or "—", description=text(form.get("error_description"), 200) or "—")


def accepted(installation: Installation, form: dict[str, str], proved: Proof) -> tuple[Login, Visit]:
    """Check a message and open its visit; return the login that it ended, and the visit.

    `proved` tells whether this browser is the one that began the login.

    Raises Problem for whatever is wrong with it; what was verified until then is in `g.launching`.
    """
    kit, hours = equipment(installation), installation.settings.session_hours
    opened: list[Visit] = []

    def accept(message: Message) -> None:
        placed = kit.platforms.link(installation.database, message.registration.id, member(message.claims, CLAIM + "custom"))
        way = Way(message.login.target, request.headers.get("Sec-Fetch-Dest"), placed)
        said = arrival(message.claims, message.registration, message.deployment, way)
        with installation.database.note_at_once() as db:
            opened.append(open_visit(db, message.registration, message.deployment, said, hours=hours, login_id=message.login.id))

    message = Message(Asked(form), ToolConf(installation.database, kit.platforms), Checks(kit.logins, proved, kit.key_sets), accept)
    try:
        message.validate()
    finally:
        g.launching = message.launching
    log.info("launched", registration=message.registration.id, deployment=message.deployment.id, activity=opened[0].activity.value)
    return message.login, opened[0]


def entered(installation: Installation, visit: Visit) -> Response:
    """Put the visit into a fresh session and lead to its activity's page."""
    # Whatever the browser brought as a session is thrown away: a planted one gains nothing (threat L19).
    session.clear()
    session["visit"] = visit.id
    return Redirection(303, installation.settings.base_url + ACTIVITY_PATHS[visit.activity])


@blueprint.get("/lti/jwks")
def jwks() -> Response:
    """Return our public keys, active and retired ones; platforms may keep them for five minutes."""
    installation: Installation = current_app.extensions["sealwright"]
    answer = jsonify({"keys": [key.public_jwk() for key in equipment(installation).ring.lti_all]})
    answer.headers["Cache-Control"] = f"public, max-age={JWKS_SECONDS}"
    return answer
