"""`/lti/login`: a platform begins a launch. `/lti/continue`: the launch goes on in a window of its own.

Which way is taken in a frame is told in docs/decisions/0003-cookies-and-frames.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, current_app, g, make_response, render_template, request
from werkzeug.wrappers import Response as Answer

from lti_tool.installation import Installation
from lti_tool.launch.equipment import equipment
from lti_tool.launch.handover import hand_over, take_over
from lti_tool.launch.hardened import Asked, LoginStart, StateCookies, ToolConf
from lti_tool.launch.own_urls import own_target, redirect_uri
from lti_tool.launch.redirection import Redirection
from lti_tool.launch.state_cookie import cookie_prefix, keeps_cookies, set_marker, set_state_cookie
from lti_tool.launch.storage import frame
from lti_tool.problem import Problem

blueprint = Blueprint("lti_login", __name__)

MOST_BYTES: Final = 64 * 1024
# What a platform may send (LTI 1.3 Core 4.1, Security Framework 5.1.1.1, Client Side postMessages); nothing else is passed on.
PARAMETERS: Final = ("iss", "login_hint", "target_link_uri", "lti_message_hint", "lti_deployment_id", "client_id", "lti_storage_target")
FRAMES: Final = frozenset({"iframe", "frame", "object", "embed"})


@blueprint.before_request
def limit_body() -> None:
    """Refuse large bodies before the form is read."""
    request.max_content_length = MOST_BYTES


@blueprint.route("/lti/login", methods=["GET", "POST"])
def start() -> Answer:
    """Store a login and send the browser to the platform's authentication address.

    In a frame that has not shown that cookies live in it, that is found out first; where they don't, another way is taken.
    """
    installation = _installation()
    received = (request.form if request.method == "POST" else request.args).to_dict()
    sent = {name: received[name] for name in PARAMETERS if received.get(name)}
    login = _checked(installation, sent)
    if request.headers.get("Sec-Fetch-Dest") not in FRAMES or keeps_cookies(request.cookies, installation.settings.base_url):
        return _redirected(installation, login, sent)
    if received.get("checked") != "1":
        return _probe(installation, login, sent)
    return _without_cookies(installation, login, sent)


@blueprint.get("/lti/continue/<ticket>")
def go_on(ticket: str) -> Answer:
    """Begin a login anew, in the window that a frame without cookies opened; its ticket works once."""
    installation = _installation()
    with installation.database.write() as session:
        sent = take_over(session, ticket)
    return _redirected(installation, _checked(installation, sent), sent)


def _installation() -> Installation:
    installation: Installation = current_app.extensions["sealwright"]
    return installation


def _checked(installation: Installation, sent: Mapping[str, str]) -> LoginStart:
    """Return the login, not begun yet, of a platform that is known and asks for an address of ours; raises Problem."""
    if not sent.get("target_link_uri"):
        raise Problem("login-incomplete", missing="target_link_uri")
    own_target(installation.settings.base_url, sent["target_link_uri"])
    cookies = StateCookies(request.cookies, cookie_prefix(installation.settings.base_url))
    kit = equipment(installation)
    login = LoginStart(Asked(sent), ToolConf(installation.database, kit.platforms), cookies, kit.logins)
    login.validate_oidc_login()
    return login


def _redirected(installation: Installation, login: LoginStart, sent: Mapping[str, str]) -> Answer:
    base_url = installation.settings.base_url
    begun = login.begin(redirect_uri(base_url), sent["target_link_uri"])
    answer = Redirection(302, begun.address)
    cookies = StateCookies({}, cookie_prefix(base_url))
    set_state_cookie(answer, base_url, cookies.name(begun.login.id), begun.login.id)
    return _discreet(answer)


def _probe(installation: Installation, login: LoginStart, sent: Mapping[str, str]) -> Answer:
    """Answer with a page that brings the same parameters back by itself, with the marker if the browser keeps it."""
    # The page's form ends at the platform, perhaps after hosts that nobody knows beforehand: hosted Canvas passes on from its
    # authentication address to the school's own, and Chromium holds every hop against this policy.
    g.form_action = ("https:", login.platform_origin())
    answer = _page("login_probe", sent=sent)
    set_marker(answer, installation.settings.base_url)
    return answer


def _without_cookies(installation: Installation, login: LoginStart, sent: Mapping[str, str]) -> Answer:
    # The way by a new window is prepared in any case: the platform's storage may not answer.
    with installation.database.write() as session:
        ticket = hand_over(session, sent)
    target = frame(sent.get("lti_storage_target", ""))
    return _stored(installation, login, sent, target, ticket) if target else _page("login_window", ticket=ticket)


def _stored(installation: Installation, login: LoginStart, sent: Mapping[str, str], target: str, ticket: str) -> Answer:
    """Answer with a page that puts a secret into the platform's storage, then goes to its authentication address."""
    begun = login.begin(redirect_uri(installation.settings.base_url), sent["target_link_uri"], storage_target=target)
    secret = equipment(installation).logins.secret(begun.login)
    return _page("login_storage", platform=login.platform_origin(), begun=begun, target=target, secret=secret, ticket=ticket)


def _page(name: str, **values: Any) -> Response:
    # No choice of languages: its links would lead to this address without what was posted to it.
    return _discreet(make_response(render_template(f"pages/{name}.html", **values, languages={})))


def _discreet(answer: Response) -> Response:
    answer.headers["Cache-Control"] = "no-store"
    # The hints in the address are the platform's secrets about its user.
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
