"""The grade services of a course: line items, results, scores (AGS 2.0), with Moodle's answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, json, make_response, request

from lti_tool import clock
from lti_tool.practice_lms import grading
from lti_tool.practice_lms.catalogue import Activity, Course, Tool
from lti_tool.practice_lms.grading import Wrong
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.store import Grade, Receipt
from lti_tool.practice_lms.tokens import allowed
from lti_tool.practice_lms.words import SCOPE_LINE_ITEM, SCOPE_LINE_ITEM_READ, SCOPE_RESULT, SCOPE_SCORE

blueprint = Blueprint("grades", __name__, url_prefix="/mod/lti/services.php/<course_id>/lineitems")
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
_MEDIA: Final = "application/vnd.ims.lis.v2."


@blueprint.get("")
def line_items(course_id: str) -> Response:
    """List the course's line items of this tool, all of them."""
    tool = allowed(SCOPE_LINE_ITEM) or allowed(SCOPE_LINE_ITEM_READ)
    if tool is None:
        return refused(401, "Unauthorized")
    listed = [_line_item(each) for each in platform().catalogue.activities(course_id) if each.item and each.tool == tool.id]
    return _json(listed, f"{_MEDIA}lineitemcontainer+json")


@blueprint.get("/<item>/lineitem")
def line_item(course_id: str, item: str) -> Response:
    """Describe one line item."""
    tool = allowed(SCOPE_LINE_ITEM) or allowed(SCOPE_LINE_ITEM_READ)
    if tool is None:
        return refused(401, "Unauthorized")
    activity = _graded(tool, course_id, item)
    return _json(_line_item(activity), f"{_MEDIA}lineitem+json") if activity else _no_item(item)


@blueprint.get("/<item>/lineitem/results")
def results(course_id: str, item: str) -> Response:
    """List the grades of one line item."""
    tool = allowed(SCOPE_RESULT)
    if tool is None:
        return refused(401, "Unauthorized")
    activity = _graded(tool, course_id, item)
    if activity is None:
        return _no_item(item)
    rows = [_result(activity, grade) for grade in platform().store.grades(item) if grade.given is not None]
    return _json(rows, f"{_MEDIA}resultcontainer+json")


@blueprint.post("/<item>/lineitem/scores")
def receive_score(course_id: str, item: str) -> Response:
    """Take one score; every message is noted with its time and its answer."""
    tool = allowed(SCOPE_SCORE)
    if tool is None:
        return refused(401, "Unauthorized")
    body = request.get_data(as_text=True)
    course = platform().catalogue.course(course_id)
    wrong, person = _written(tool, course, item, body) if course else (Wrong(404, "Not Found: no such course"), "")
    status, reason = (wrong.status, wrong.reason) if wrong else (200, "OK")
    platform().store.receive(Receipt(clock.now().isoformat(timespec="milliseconds"), item, person, body, status, _phrase(reason)))
    if wrong:
        return refused(wrong.status, wrong.reason)
    return Response(b"", 200, content_type="application/vnd.ims.lis.v1.scorecontainer+json; charset=utf-8")


def refused(status: int, reason: str) -> Response:
    """Answer as Moodle refuses: the reason stands in the HTTP reason phrase, the body is an empty list."""
    answer = Response(b"[]", content_type="application/json; charset=utf-8")
    answer.status = f"{status} {_phrase(reason)}"
    return answer


def _graded(tool: Tool, course_id: str, item: str) -> Activity | None:
    activity = platform().catalogue.graded(course_id, item)
    return activity if activity and activity.tool == tool.id else None


def _no_item(item: str) -> Response:
    return refused(404, f"Not Found: Grade item {item} doesn't exist")


def _written(tool: Tool, course: Course, item: str, body: str) -> tuple[Wrong | None, str]:
    # What was wrong, if anything, and whom the score was for.
    if request.headers.get("Content-Type") != SCORE_TYPE:
        return Wrong(400, "No context or unsupported content type"), ""
    if _graded(tool, course.id, item) is None:
        return Wrong(404, f"Not Found: Grade item {item} doesn't exist"), ""
    grade = grading.grade_of(item, course, body)
    if isinstance(grade, Wrong):
        return grade, ""
    return _kept(grade, body), grade.person


def _kept(grade: Grade, body: str) -> Wrong | None:
    opened = platform()
    if not opened.manner.erases and not grade.complete:
        return None
    if not opened.store.set_grade(grade):
        return grading.too_early(grade)
    if not opened.manner.erases and grading.is_new_submission(body):
        opened.store.submit(grade.item, grade.person)
    return None


def _line_item(activity: Activity) -> dict[str, Any]:
    return {
        "id": platform().line_item(activity.course, activity.tool, activity.item or ""),
        "label": activity.title,
        "scoreMaximum": activity.maximum,
        "resourceId": activity.resource_id,
        "tag": activity.tag,
        "resourceLinkId": activity.id,
        "ltiLinkId": activity.id,
    }


def _result(activity: Activity, grade: Grade) -> dict[str, Any]:
    address = platform().line_item(activity.course, activity.tool, activity.item or "")
    path, mark, query = address.partition("?")
    return {
        "id": f"{path}/results?user_id={grade.person}{'&' if mark else ''}{query}",
        "userId": grade.person,
        "resultScore": grading.scaled(grade, activity.maximum),
        "resultMaximum": activity.maximum,
        "comment": grade.comment,
        "scoreOf": address,
        "timestamp": datetime.fromtimestamp(grade.at, UTC).isoformat(),
    }


def _json(body: Any, media_type: str) -> Response:
    answer = make_response(json.dumps(body))
    answer.content_type = media_type
    return answer


def _phrase(reason: str) -> str:
    # A reason phrase is one line of visible ASCII (RFC 9112, section 4).
    return re.sub(r"[^\x20-\x7e]+", " ", reason)[:400]
