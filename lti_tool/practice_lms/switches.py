"""Behaviour on demand: an LMS that is down or slow, shares no names, throttles, guards its own network, or can't register."""

from __future__ import annotations

import ipaddress
import time
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, flash, g, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.signing_in import in_charge
from lti_tool.practice_lms.store import Store

blueprint = Blueprint("switches", __name__)
SLOW_SECONDS: Final = 4.0
_SERVICE_PATHS: Final = ("/mod/lti/token.php", "/mod/lti/services.php")


class Services(StrEnum):
    """How the token and grade services behave."""

    WORKING = "working"
    DOWN = "down"
    SLOW = "slow"


# Every switch with its positions; the first is where it stands at the start.
SWITCHES: Final[dict[str, tuple[str, ...]]] = {
    "services": tuple(Services),
    "names": ("shared", "hidden"),
    # Moodle's "HTTP security": its servers call neither this machine nor other ports than the web's.
    "security": ("off", "on"),
    # Canvas: the status with which it throttles, the frame that keeps things, and a registration that fails.
    "throttling": ("off", "403", "429"),
    "storage": ("frame", "parent", "none"),
    "registration": ("working", "failing"),
}


def names_are_shared(store: Store) -> bool:
    """Tell whether launches carry names and e-mail addresses."""
    return store.switch("names", "shared") == "shared"


def may_be_fetched(url: str) -> bool:
    """Tell whether this LMS may fetch an address: with its HTTP security on, only public hosts at the web's ports."""
    if platform().store.switch("security", "off") == "off":
        return True
    parts = urlsplit(url)
    return parts.port in {None, 80, 443} and not _is_inside(parts.hostname or "")


def _is_inside(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


@blueprint.before_app_request
def misbehave() -> Response | None:
    """Answer 503, or late, or that it is too much, where the services were switched so; pages and launches go on."""
    if not request.path.startswith(_SERVICE_PATHS):
        return None
    opened = platform()
    state = opened.store.switch("services", Services.WORKING)
    if state == Services.DOWN:
        opened.store.count("turned_away")
        return Response("<!DOCTYPE html><title>503</title><p>Service unavailable: this LMS is under maintenance.", 503, mimetype="text/html")
    if not opened.manner.bare_callers and not request.headers.get("User-Agent"):
        return Response("User-Agent is required", 403, mimetype="text/plain")
    throttled = _throttled()
    if throttled is None and state == Services.SLOW:
        time.sleep(SLOW_SECONDS)
    return throttled


def _throttled() -> Response | None:
    opened = platform()
    status = opened.store.switch("throttling", "off")
    if status == "off":
        return None
    if opened.bucket.enter():
        g.in_bucket = True
        return None
    opened.store.count("turned_away")
    # Canvas names no time to come back.
    return Response(f"{status} Forbidden (Rate Limit Exceeded)\n", int(status), {"X-Rate-Limit-Remaining": "0.0"}, mimetype="text/plain")


@blueprint.teardown_app_request
def _leave_bucket(_: BaseException | None) -> None:
    if g.pop("in_bucket", False):
        platform().bucket.leave()


@blueprint.get("/behaviour")
def behaviour_page() -> str:
    """Show the switches to staff and administrators."""
    in_charge()
    return render_template("practice_lms/behaviour.html", states=_states(), slow_seconds=SLOW_SECONDS, manner=platform().manner)


@blueprint.post("/behaviour")
def change() -> AnyResponse:
    """Set the switches from the page's form; those that it does not show stay."""
    in_charge()
    sent = {name: request.form[name] for name in SWITCHES if name in request.form}
    _set({**sent, "names": "shared" if request.form.get("names") else "hidden"})
    flash("The practice LMS behaves so from now on.")
    return redirect(url_for("switches.behaviour_page"), 303)


@blueprint.get("/behaviour.json")
def states() -> Response:
    """Return how the switches stand; open to everybody, for tests and scripts."""
    return make_response(_states())


@blueprint.post("/behaviour.json")
def change_by_json() -> Response:
    """Set the switches that the JSON object names, such as ``{"services": "down"}``; open to everybody."""
    sent = request.get_json()
    if not isinstance(sent, dict):
        abort(400)
    _set(sent)
    return make_response(_states())


def _states() -> dict[str, Any]:
    store = platform().store
    return {**{name: store.switch(name, positions[0]) for name, positions in SWITCHES.items()}, "turned_away": int(store.switch("turned_away", "0"))}


def _set(sent: dict[str, Any]) -> None:
    if any(value not in SWITCHES.get(name, ()) for name, value in sent.items()):
        abort(400)
    for name, value in sent.items():
        platform().store.set_switch(name, str(value))
