"""The grade services of the course: line items, results, scores (AGS 2.0), with Moodle's answers."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Final

from flask import Blueprint, Response, json, make_response, request

from lti_tool import clock
from lti_tool.practice_lms import course, grading
from lti_tool.practice_lms.claims import SCOPE_LINE_ITEM, SCOPE_LINE_ITEM_READ, SCOPE_RESULT, SCOPE_SCORE
from lti_tool.practice_lms.course import Activity
from lti_tool.practice_lms.grading import Wrong
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.store import Receipt
from lti_tool.practice_lms.tokens import allowed

blueprint = Blueprint("grades", __name__, url_prefix=f"/mod/lti/services.php/{course.ID}/lineitems")
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
_MEDIA: Final = "application/vnd.ims.lis.v2."


@blueprint.get("")
def line_items() -> Response:
    """List the course's line items of this tool."""
    if not (allowed(SCOPE_LINE_ITEM) or allowed(SCOPE_LINE_ITEM_READ)):
        return refused(401, "Unauthorized")
    return _json([_line_item(activity) for activity in course.ACTIVITIES if activity.item], f"{_MEDIA}lineitemcontainer+json")


@blueprint.get("/<item>/lineitem")
def line_item(item: str) -> Response:
    """Describe one line item."""
    activity = course.graded(item)
    if not (allowed(SCOPE_LINE_ITEM) or allowed(SCOPE_LINE_ITEM_READ)):
        return refused(401, "Unauthorized")
    if activity is None:
        return refused(404, f"Not Found: Grade item {item} doesn't exist")
    return _json(_line_item(activity), f"{_MEDIA}lineitem+json")


@blueprint.get("/<item>/lineitem/results")
def results(item: str) -> Response:
    """List the grades of one line item."""
    if not allowed(SCOPE_RESULT):
        return refused(401, "Unauthorized")
    if course.graded(item) is None:
        return refused(404, f"Not Found: Grade item {item} doesn't exist")
    address = platform().line_item(item)
    rows = [
        {
            "id": address.replace("/lineitem?", f"/lineitem/results?user_id={grade.person}&"),
            "userId": grade.person,
            "resultScore": grading.scaled(grade),
            "resultMaximum": grading.ITEM_MAXIMUM,
            "comment": grade.comment,
            "scoreOf": address,
            "timestamp": datetime.fromtimestamp(grade.at, UTC).isoformat(),
        }
        for grade in platform().store.grades(item)
        if grade.given is not None
    ]
    return _json(rows, f"{_MEDIA}resultcontainer+json")


@blueprint.post("/<item>/lineitem/scores")
def receive_score(item: str) -> Response:
    """Take one score; every message is noted with its time and its answer."""
    if not allowed(SCOPE_SCORE):
        return refused(401, "Unauthorized")
    body = request.get_data(as_text=True)
    wrong, person = _written(item, body)
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


def _written(item: str, body: str) -> tuple[Wrong | None, str]:
    # What was wrong, if anything, and whom the score was for.
    if request.headers.get("Content-Type") != SCORE_TYPE:
        return Wrong(400, "No context or unsupported content type"), ""
    if course.graded(item) is None:
        return Wrong(404, f"Not Found: Grade item {item} doesn't exist"), ""
    grade = grading.grade_of(item, body)
    if isinstance(grade, Wrong):
        return grade, ""
    return (None if platform().store.set_grade(grade) else grading.too_early(grade)), grade.person


def _line_item(activity: Activity) -> dict[str, Any]:
    return {
        "id": platform().line_item(activity.item or ""),
        "label": activity.title,
        "scoreMaximum": grading.ITEM_MAXIMUM,
        "resourceId": "",
        "tag": "",
        "resourceLinkId": activity.id,
        "ltiLinkId": activity.id,
    }


def _json(body: Any, media_type: str) -> Response:
    answer = make_response(json.dumps(body))
    answer.content_type = media_type
    return answer


def _phrase(reason: str) -> str:
    # A reason phrase is one line of visible ASCII (RFC 9112, section 4).
    return re.sub(r"[^\x20-\x7e]+", " ", reason)[:400]
