"""`/lti/login`: a platform begins a launch."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, redirect, request
from werkzeug.wrappers import Response as Answer

from lti_tool.installation import Installation
from lti_tool.launch.equipment import equipment
from lti_tool.launch.hardened import Asked, LoginStart, StateCookies, ToolConf
from lti_tool.launch.own_urls import own_target, redirect_uri
from lti_tool.launch.state_cookie import cookie_prefix, set_state_cookie
from lti_tool.problem import Problem

blueprint = Blueprint("lti_login", __name__)

MOST_BYTES = 64 * 1024


@blueprint.before_request
def limit_body() -> None:
    """Refuse large bodies before the form is read."""
    request.max_content_length = MOST_BYTES


@blueprint.route("/lti/login", methods=["GET", "POST"])
def start() -> Answer:
    """Store a login and send the browser to the platform's authentication address."""
    installation: Installation = current_app.extensions["sealwright"]
    base_url = installation.settings.base_url
    sent = request.form if request.method == "POST" else request.args
    if not sent.get("target_link_uri"):
        raise Problem("login-incomplete", missing="target_link_uri")
    target = own_target(base_url, sent["target_link_uri"])
    cookies = StateCookies(request.cookies, cookie_prefix(base_url))
    login = LoginStart(Asked(sent), ToolConf(installation.database, equipment(installation).ring.lti), cookies)
    answer: Response = redirect(login.begin(redirect_uri(base_url), target), 302)  # type: ignore[assignment]
    answer.headers["Cache-Control"] = "no-store"
    # The hints in the address are the platform's secrets about its user.
    answer.headers["Referrer-Policy"] = "no-referrer"
    for name, value in cookies.written.items():
        set_state_cookie(answer, base_url, name, value)
    return answer
