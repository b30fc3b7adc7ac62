"""Behaviour on demand: an LMS that is down or slow, and one that shares no names."""

from __future__ import annotations

import time
from enum import StrEnum
from typing import Any, Final

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
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


def names_are_shared(store: Store) -> bool:
    """Tell whether launches carry names and e-mail addresses."""
    return store.switch("names", "shared") == "shared"


@blueprint.before_app_request
def misbehave() -> Response | None:
    """Answer 503, or late, where the services were switched so; pages and launches go on."""
    if not request.path.startswith(_SERVICE_PATHS):
        return None
    state = platform().store.switch("services", Services.WORKING)
    if state == Services.DOWN:
        platform().store.count("turned_away")
        return Response("<!DOCTYPE html><title>503</title><p>Service unavailable: this LMS is under maintenance.", 503, mimetype="text/html")
    if state == Services.SLOW:
        time.sleep(SLOW_SECONDS)
    return None


@blueprint.get("/behaviour")
def behaviour_page() -> str:
    """Show the switches to staff and administrators."""
    in_charge()
    return render_template("practice_lms/behaviour.html", states=_states(), slow_seconds=SLOW_SECONDS)


@blueprint.post("/behaviour")
def change() -> AnyResponse:
    """Set the switches from the page's form."""
    in_charge()
    _set({"services": request.form.get("services", ""), "names": "shared" if request.form.get("names") else "hidden"})
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
    return {
        "services": store.switch("services", Services.WORKING),
        "names": store.switch("names", "shared"),
        "turned_away": int(store.switch("turned_away", "0")),
    }


def _set(sent: dict[str, Any]) -> None:
    allowed: dict[str, tuple[str, ...]] = {"services": tuple(Services), "names": ("shared", "hidden")}
    if any(value not in allowed.get(name, ()) for name, value in sent.items()):
        abort(400)
    for name, value in sent.items():
        platform().store.set_switch(name, str(value))
