"""A launch: login initiation, and the authorisation endpoint that answers with an id_token (LTI 1.3 Security Framework, section 5)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from flask import Blueprint, Response, abort, make_response, render_template, request, session

from lti_tool import clock
from lti_tool.practice_lms import people
from lti_tool.practice_lms.catalogue import Tool
from lti_tool.practice_lms.claims import Message, launch_claims
from lti_tool.practice_lms.initiating import initiated, needs_reposting, posting_itself, reposted
from lti_tool.practice_lms.people import Person
from lti_tool.practice_lms.platform import Platform, platform
from lti_tool.practice_lms.signing_in import locale_of, signed_in
from lti_tool.practice_lms.store import Launch
from lti_tool.practice_lms.switches import names_are_shared
from lti_tool.practice_lms.words import RESOURCE_LINK, SUBMISSION_REVIEW

blueprint = Blueprint("launching", __name__)
_TARGETS: Final = ("iframe", "window")


@dataclass(frozen=True, slots=True)
class _Refusal:
    error: str
    description: str


@blueprint.get("/mod/lti/launch.php")
def begin() -> Response:
    """Initiate a login at the tool, to open a link or (``action=gradeReport``) to look at a learner's submission."""
    person = signed_in()
    activity, target = platform().catalogue.activity(request.args.get("id")), request.args.get("target", "iframe")
    if activity is None or target not in _TARGETS or (activity.staff_only and not person.manages):
        abort(404)
    launch = Launch(person.id, activity.course, activity.tool, target, activity.id, RESOURCE_LINK)
    if request.args.get("action") == "gradeReport":
        learner = _learner(person)
        if not platform().manner.reviews or activity.item is None:
            abort(404)
        launch = Launch(person.id, activity.course, activity.tool, target, activity.id, SUBMISSION_REVIEW, learner.id)
    return initiated(launch)


def _learner(person: Person) -> Person:
    learner = people.find(request.args.get("user"))
    if learner is None or not person.manages:
        abort(404)
    return learner


@blueprint.route("/mod/lti/auth.php", methods=["GET", "POST"])
def authorise() -> Response:
    """Answer an authentication request with a form_post of an id_token, or of an error once the redirect URI is trusted."""
    opened, sent = platform(), request.values
    if needs_reposting():
        return reposted()
    launch = opened.store.take(_launch_id(sent.get("lti_message_hint", "")))
    if launch is None:
        abort(404)  # used before (back, reload), or never begun
    tool = opened.catalogue.tool(launch.tool)
    if tool is None or sent.get("client_id") != tool.client_id or sent.get("redirect_uri") not in tool.redirects:
        abort(400, "The client or its redirect address is not the registered one.")
    refusal = _refusal(launch)
    fields = {"error": refusal.error, "error_description": refusal.description} if refusal else {"id_token": _id_token(opened, tool, launch)}
    if "state" in sent:
        fields["state"] = sent["state"]
    return posting_itself(sent["redirect_uri"], fields)


@blueprint.get("/mod/lti/certs.php")
def keys() -> Response:
    """Publish the platform's key set."""
    answer = make_response(platform().key.public_jwks())
    answer.content_type = "application/json; charset=utf-8"
    return answer


@blueprint.get("/mod/lti/return.php")
def come_back() -> Response:
    """Take a visitor back from the tool, with its message if it sent one."""
    signed_in()
    error, message = request.args.get("lti_errormsg", ""), request.args.get("lti_msg", "")
    return make_response(render_template("practice_lms/returned.html", error=error, message=message))


def _launch_id(hint: str) -> str:
    try:
        found = json.loads(hint)
    except json.JSONDecodeError:
        return ""
    return str(found.get("launchid", "")) if isinstance(found, dict) else ""


def _refusal(launch: Launch) -> _Refusal | None:
    # Checked in this order; each row is (holds, error, description), with the codes of OpenID Connect Core 3.1.2.6.
    sent = request.values
    rules = (
        (bool(sent.get("nonce")), "invalid_request", "No nonce"),
        (sent.get("scope") == "openid", "invalid_scope", "The scope must be openid"),
        (sent.get("response_type") == "id_token", "unsupported_response_type", "The response type must be id_token"),
        (sent.get("login_hint") == launch.person == session.get("person"), "access_denied", "The login hint names somebody else"),
        (sent.get("response_mode") == "form_post", "invalid_request", "The response mode must be form_post"),
        (sent.get("prompt", "none") == "none", "invalid_request", "The prompt must be none"),
    )
    return next((_Refusal(error, description) for holds, error, description in rules if not holds), None)


def _id_token(opened: Platform, tool: Tool, launch: Launch) -> str:
    person, course = people.find(launch.person), opened.catalogue.course(launch.course)
    deployment = opened.catalogue.deployment(launch.course, tool.id)
    if person is None or course is None or deployment is None:
        abort(404)
    message = Message(
        kind=launch.message,
        person=person,
        tool=tool,
        deployment=deployment,
        course=course,
        activity=opened.catalogue.activity(launch.activity),
        for_person=people.find(launch.for_person),
        target=launch.target,
        locale=locale_of(person),
        nonce=request.values["nonce"],
        issued_at=int(clock.now().timestamp()),
        session_key=session.get("session_key", ""),
        share_names=names_are_shared(opened.store),
    )
    return opened.key.signed(launch_claims(opened, message))
