"""Who is signed in: a click on a name is enough here."""

from __future__ import annotations

import secrets

from flask import Blueprint, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response

from lti_tool.practice_lms import people
from lti_tool.practice_lms.people import Kind, Person
from lti_tool.practice_lms.platform import platform

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


def editing() -> Person:
    """Return who is signed in and may change courses; others are refused."""
    person = signed_in()
    if not person.edits:
        abort(403)
    return person


def administrating() -> Person:
    """Return the administrator who is signed in; others are refused."""
    person = signed_in()
    if person.kind is not Kind.ADMINISTRATOR:
        abort(403)
    return person


def session_key() -> str:
    """Return the key that this session's addresses and forms carry."""
    return str(session.get("session_key", ""))


def checked_key() -> None:
    """Refuse a request that does not carry this session's key."""
    if not secrets.compare_digest(request.values.get("sesskey", "").encode(), session_key().encode()) or not session_key():
        abort(403)


def locale_of(person: Person) -> str:
    """Return the language that somebody chose, in Moodle's codes."""
    return platform().store.switch(f"locale:{person.id}", person.locale)
