"""Select content: deep linking to the tool and back (LTI Deep Linking 2.0)."""

from __future__ import annotations

import secrets
from typing import Any, Final

import jwt
import requests
from flask import Blueprint, Response, abort, flash, make_response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from lti_tool.practice_lms import content_items
from lti_tool.practice_lms.catalogue import Course, Tool
from lti_tool.practice_lms.content_items import MoodleCrash
from lti_tool.practice_lms.courses import active_tool, course_named, link_of
from lti_tool.practice_lms.initiating import initiated, needs_reposting, reposted
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.signing_in import checked_key, editing
from lti_tool.practice_lms.store import Launch
from lti_tool.practice_lms.words import DEEP_LINK, DEEP_LINK_RESPONSE, DEEP_LINKING, LTI

blueprint = Blueprint("selecting", __name__)
_REQUIRED: Final = {"require": ["iss", "aud", "iat", "exp", "nonce"]}


@blueprint.get("/mod/lti/contentitem.php")
def begin() -> Response:
    """Send a member of staff to the tool to choose links."""
    person = editing()
    course, tool = course_named(request.args.get("course")), active_tool(request.args.get("id"))
    if not tool.deep_linking:
        abort(404)
    return initiated(Launch(person.id, course.id, tool.id, "iframe", message=DEEP_LINK))


@blueprint.post("/mod/lti/contentitem_return.php")
def come_back() -> Response:
    """Take the tool's answer: one item fills the form, several become links at once, none closes."""
    if needs_reposting():
        return reposted()
    person = editing()
    checked_key()
    course, tool = course_named(request.args.get("course")), active_tool(request.args.get("id"))
    claims = _verified(tool, course, request.form.get("JWT", ""))
    for name in ("errormsg", "msg", "errorlog", "log"):
        if claims.get(f"{DEEP_LINKING}{name}"):
            flash(f"The tool says: {claims[DEEP_LINKING + name]}")
    try:
        return _placed(person.id, course, tool, claims.get(f"{DEEP_LINKING}content_items") or [])
    except MoodleCrash as crash:
        return make_response(render_template("practice_lms/error.html", code=500, name="Error", description=str(crash)), 500)


def _placed(person: str, course: Course, tool: Tool, items: list[dict[str, Any]]) -> Response:
    if not isinstance(items, list) or not all(isinstance(item, dict) and item.get("type") == "ltiResourceLink" for item in items):
        abort(400, "Only links to this tool (ltiResourceLink) are taken here.")
    fields = [content_items.form_fields(item) for item in items]
    if len(items) == 1:
        draft = secrets.token_urlsafe(8)
        platform().catalogue.keep_draft(draft, person, items)
        return _closing(url_for("courses.edit_page", course=course.id, tool=tool.id, draft=draft))
    if not items:
        return _closing(url_for("courses.edit_page", course=course.id, tool=tool.id))
    made = platform().catalogue.keep_activities(link_of(course, tool, MultiDict(form)) for form in fields)
    flash(f"{len(made)} links are in the course now.")
    return _closing(url_for("pages.course_page", id=course.id))


def _closing(address: str) -> Response:
    # The answer stands in the frame of the form: the window around it goes on.
    return make_response(render_template("practice_lms/selected.html", address=address))


def _verified(tool: Tool, course: Course, token: str) -> dict[str, Any]:
    opened = platform()
    try:
        claims = opened.tool_keys.verified(token, tool.jwks, audience=opened.own_url, issuer=tool.client_id, options=_REQUIRED)
    except (jwt.PyJWTError, requests.RequestException) as error:
        abort(400, f"The tool's answer proves nothing: {type(error).__name__}.")
    expected = {
        f"{LTI}message_type": DEEP_LINK_RESPONSE,
        f"{LTI}version": "1.3.0",
        f"{LTI}deployment_id": opened.catalogue.deployment(course.id, tool.id),
    }
    wrong = [name for name, value in expected.items() if claims.get(name) != value]
    if wrong or not opened.store.first_use(f"{tool.id} {claims['nonce']}"):
        abort(400, f"The tool's answer is not for this place, or was used before: {' '.join(wrong) or 'nonce'}.")
    return claims
