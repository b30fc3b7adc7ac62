"""The roster of a course (NRPS 2.0); in Moodle's manner with short roles, its paging and its Link header."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, json, request

from lti_tool.practice_lms.catalogue import NAME_CLAIMS, Course, Tool
from lti_tool.practice_lms.grades import refused
from lti_tool.practice_lms.people import Person, people, roster_roles
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.switches import names_are_shared
from lti_tool.practice_lms.tokens import allowed
from lti_tool.practice_lms.words import SCOPE_MEMBERS

blueprint = Blueprint("roster", __name__)
MEDIA_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@blueprint.get("/mod/lti/services.php/CourseSection/<course_id>/bindings/1/memberships")
def members(course_id: str) -> Response:
    """List who is enrolled; in pages only when ``?limit=`` asks for them."""
    tool, opened = allowed(SCOPE_MEMBERS), platform()
    course = opened.catalogue.course(course_id)
    if tool is None:
        return refused(401, "Unauthorized")
    if opened.manner.exact_accept and request.headers.get("Accept") != MEDIA_TYPE:
        return refused(400, "Unsupported media type")
    if course is None or opened.catalogue.deployment(course.id, tool.id) is None:
        return refused(404, "Not Found")
    enrolled = [person for person in people() if roster_roles(person, course, opened.manner)]
    start, limit = request.args.get("from", 0, type=int), request.args.get("limit", 0, type=int)
    page = enrolled[start : start + limit] if limit > 0 else enrolled[start:]
    answer = Response(json.dumps(_container(tool, course, page)), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    if 0 < limit < len(enrolled) - start:
        answer.headers["Link"] = _next_page(course, start + limit, limit)
    return answer


def _container(tool: Tool, course: Course, page: list[Person]) -> dict[str, Any]:
    return {
        "id": platform().members(course.id),
        "context": {"id": course.id, "label": course.label, "title": course.title},
        "members": [_member(tool, course, person) for person in page],
    }


def _member(tool: Tool, course: Course, person: Person) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": "Active",
        "roles": list(roster_roles(person, course, platform().manner)),
        "user_id": person.id,
        "lis_person_sourcedid": f"sis-{person.username}",
    }
    if not names_are_shared(platform().store):
        return member
    told = {"given_name": person.given_name, "family_name": person.family_name, "name": person.name}
    names = told if any(name in tool.claims for name in NAME_CLAIMS) else {}
    return {**member, **names, **({"email": person.email} if "email" in tool.claims else {})}


def _next_page(course: Course, start: int, limit: int) -> str:
    address = f"{platform().members(course.id)}?limit={limit}"
    if not platform().manner.odd_links:
        return f'<{address}&from={start}>; rel="next"'
    # Moodle writes curly quotes and an HTML entity into this header; WSGI carries its bytes as Latin-1.
    return f"<{address}&amp;from={start}>; rel=“next”".encode().decode("latin-1")
