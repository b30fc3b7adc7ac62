"""The pages people see: sign-in, course, an activity in its frame, gradebook."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from lti_tool.practice_lms import course, grading, people
from lti_tool.practice_lms.people import Person
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.signing_in import signed_in, visitor
from lti_tool.practice_lms.store import Grade

blueprint = Blueprint("pages", __name__)


@blueprint.app_context_processor
def common() -> dict[str, Any]:
    """Give every page the visitor and the staff's link."""
    return {"visitor": visitor(), "review": course.REVIEW, "course_title": course.TITLE}


@blueprint.get("/")
def front_page() -> AnyResponse | str:
    """Offer everybody to sign in as."""
    if visitor():
        return redirect(url_for("pages.course_page"), 303)
    return render_template("practice_lms/front.html", people=people.people())


@blueprint.get("/course/view.php")
def course_page() -> str:
    """Show the course with its two activities."""
    person = signed_in()
    done = {activity.id for activity in course.ACTIVITIES if activity.item and _is_complete(activity.item, person)}
    return render_template("practice_lms/course.html", activities=course.ACTIVITIES, done=done)


@blueprint.get("/mod/lti/view.php")
def activity_page() -> str:
    """Show an activity in a frame of this page."""
    person = signed_in()
    activity = course.find(request.args.get("id"))
    if activity is None or (activity is course.REVIEW and not person.manages):
        abort(404)
    return render_template("practice_lms/activity.html", activity=activity)


@blueprint.get("/grade/report.php")
def gradebook() -> str:
    """Show the grades: everybody's to staff, one's own to a teacher."""
    person = signed_in()
    shown = people.teachers() if person.manages else (person,)
    columns = [activity for activity in course.ACTIVITIES if activity.item]
    rows = [(each, [platform().store.grade(activity.item or "", each.id) for activity in columns]) for each in shown]
    receipts = [(receipt, people.find(receipt.person)) for receipt in platform().store.receipts() if person.manages or receipt.person == person.id]
    return render_template("practice_lms/gradebook.html", columns=columns, rows=rows, receipts=receipts, grade_text=_grade_text)


@blueprint.get("/grade/receipts.json")
def receipts_json() -> Response:
    """Return every score message received; open to everybody, for tests and scripts."""
    return make_response([{name: getattr(receipt, name) for name in receipt.__slots__} for receipt in platform().store.receipts()])


def _is_complete(item: str, person: Person) -> bool:
    grade = platform().store.grade(item, person.id)
    return grade is not None and grade.complete


def _grade_text(grade: Grade | None) -> str:
    value = grading.scaled(grade) if grade else None
    return "–" if value is None else f"{value:.2f} of {grading.ITEM_MAXIMUM:.0f}"
