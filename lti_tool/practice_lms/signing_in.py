"""Who is signed in: a click on a name is enough here."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response

from lti_tool.practice_lms import people
from lti_tool.practice_lms.people import Person

blueprint = Blueprint("signing_in", __name__)


@blueprint.post("/sign-in")
def sign_in() -> Response:
    """Start a fresh session as the chosen person."""
    person = people.find(request.form.get("person"))
    if person is None:
        abort(404)
    session.clear()
    session["person"] = person.id
    session["session_key"] = secrets.token_urlsafe(8)
    return redirect(url_for("pages.course_page"), 303)


@blueprint.post("/sign-out")
def sign_out() -> Response:
    """End the session."""
    session.clear()
    return redirect(url_for("pages.front_page"), 303)


def visitor() -> Person | None:
    """Return who is signed in, or None."""
    return people.find(session.get("person"))


def signed_in() -> Person:
    """Return who is signed in; others get to the sign-in page."""
    person = visitor()
    if person is None:
        abort(redirect(url_for("pages.front_page"), 303))
    return person


def in_charge() -> Person:
    """Return the member of staff or administrator who is signed in; teachers are refused."""
    person = signed_in()
    if not person.manages:
        abort(403)
    return person
