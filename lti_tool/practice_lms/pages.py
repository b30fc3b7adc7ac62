"""The pages people see: sign-in, course, an activity in its frame, the language."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.practice_lms import people
from lti_tool.practice_lms.catalogue import ACTIVE
from lti_tool.practice_lms.courses import course_named
from lti_tool.practice_lms.gradebook import is_complete
from lti_tool.practice_lms.initiating import storage_target
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.signing_in import locale_of, session_key, signed_in, visitor

blueprint = Blueprint("pages", __name__)
# In Moodle's codes, which are not BCP 47.
LANGUAGES: Final = {
    "en": "English",
    "is": "íslenska",
    "el": "Ελληνικά",
    "es": "español",
    "bg": "български",
    "nl": "Nederlands",
    "pt_br": "português (Brasil)",
    "de_du": "Deutsch (du)",
    "sr_lt": "srpski",
    "zh_tw": "正體中文",
}


@blueprint.app_context_processor
def common() -> dict[str, Any]:
    """Give every page the visitor and the LMS's manner."""
    person = visitor()
    chosen = {"languages": LANGUAGES, "language": locale_of(person)} if person else {}
    return {"visitor": person, "manner": platform().manner, "language": "en", "sesskey": session_key(), **chosen}


@blueprint.get("/")
def front_page() -> AnyResponse | str:
    """Offer everybody to sign in as."""
    if visitor():
        return redirect(url_for("pages.course_page"), 303)
    return render_template("practice_lms/front.html", people=people.people())


@blueprint.get("/course/view.php")
def course_page() -> str:
    """Show a course with its links, and to its staff what they may add."""
    person, course, catalogue = signed_in(), course_named(request.args.get("id")), platform().catalogue
    links = catalogue.activities(course.id)
    done = {activity.id for activity in links if activity.item and is_complete(activity.item, person)}
    tools = [tool for tool in catalogue.tools() if tool.state == ACTIVE and catalogue.deployment(course.id, tool.id)]
    return render_template(
        "practice_lms/course.html",
        course=course,
        activities=[link for link in links if not link.staff_only],
        staff_links=[link for link in links if link.staff_only],
        done=done,
        tools=tools,
    )


@blueprint.get("/mod/lti/view.php")
def activity_page() -> str:
    """Show an activity in a frame of this page; with ``action=gradeReport`` a learner's submission."""
    person = signed_in()
    opened, activity = platform(), platform().catalogue.activity(request.args.get("id"))
    if activity is None or (activity.staff_only and not person.manages):
        abort(404)
    asked = {name: request.args[name] for name in ("action", "user") if name in request.args}
    course = opened.catalogue.course(activity.course)
    return render_template("practice_lms/activity.html", activity=activity, course=course, asked=asked, storage=storage_target(opened))


@blueprint.get("/post_message_forwarding")
def storage_frame() -> Response:
    """Show nothing: the frame that keeps things for tools."""
    if not platform().manner.storage_target:
        abort(404)
    return make_response(render_template("practice_lms/storage.html"))


@blueprint.post("/user/language.php")
def choose_language() -> AnyResponse:
    """Let somebody choose the language that launches tell the tool."""
    person, chosen = signed_in(), request.form.get("language", "")
    if chosen not in LANGUAGES:
        abort(400)
    platform().store.set_switch(f"locale:{person.id}", chosen)
    flash(f"Tools are told that you read {LANGUAGES[chosen]}.")
    return redirect(url_for("pages.course_page"), 303)
