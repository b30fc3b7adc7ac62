"""The gradebook, and every score message that came in."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from flask import Blueprint, Response, make_response, render_template, request

from lti_tool.practice_lms import grading, people
from lti_tool.practice_lms.catalogue import Activity
from lti_tool.practice_lms.courses import course_named
from lti_tool.practice_lms.people import Person
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.signing_in import signed_in
from lti_tool.practice_lms.store import Grade

blueprint = Blueprint("gradebook", __name__)


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell; `submissions` were made by scores, in Canvas's manner."""

    activity: Activity
    text: str
    comment: str
    submissions: int


@blueprint.get("/grade/report.php")
def page() -> str:
    """Show a course's grades: everybody's to staff, one's own to a teacher."""
    person, course = signed_in(), course_named(request.args.get("id"))
    graded = [activity for activity in platform().catalogue.activities(course.id) if activity.item]
    shown = [each for each in people.people() if people.learns(each, course)] if person.manages else [person]
    rows = [(each, [_cell(activity, each) for activity in graded]) for each in shown]
    items = {activity.item for activity in graded}
    # A message whose line item is unknown belongs to no course: staff see it in each.
    known = {activity.item for each in platform().catalogue.courses() for activity in platform().catalogue.activities(each.id)}
    receipts = [
        (receipt, people.find(receipt.person))
        for receipt in platform().store.receipts()
        if (receipt.item in items or receipt.item not in known) and (person.manages or receipt.person == person.id)
    ]
    manner = platform().manner
    return render_template("practice_lms/gradebook.html", course=course, columns=graded, rows=rows, receipts=receipts, manner=manner)


@blueprint.get("/grade/receipts.json")
def receipts_json() -> Response:
    """Return every score message received; open to everybody, for tests and scripts."""
    return make_response([asdict(receipt) for receipt in platform().store.receipts()])


def is_complete(item: str, person: Person) -> bool:
    """Tell whether a score completed the activity for somebody."""
    grade = platform().store.grade(item, person.id)
    return grade is not None and grade.complete


def _cell(activity: Activity, person: Person) -> Cell:
    store, item = platform().store, activity.item or ""
    grade = store.grade(item, person.id)
    return Cell(activity, _text(activity, grade), grade.comment if grade else "", store.submissions(item, person.id))


def _text(activity: Activity, grade: Grade | None) -> str:
    value = grading.scaled(grade, activity.maximum) if grade else None
    return "–" if value is None else f"{value:.2f} of {activity.maximum:.0f}"
