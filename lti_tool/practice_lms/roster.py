"""The roster of the course (NRPS 2.0), with Moodle's short roles, paging and Link header."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, Response, json, request

from lti_tool.practice_lms import course
from lti_tool.practice_lms.claims import SCOPE_MEMBERS
from lti_tool.practice_lms.grades import refused
from lti_tool.practice_lms.people import ROSTER_ROLES, Person, people
from lti_tool.practice_lms.platform import platform
from lti_tool.practice_lms.switches import names_are_shared
from lti_tool.practice_lms.tokens import allowed

blueprint = Blueprint("roster", __name__)
MEDIA_TYPE: Final = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


@blueprint.get(f"/mod/lti/services.php/CourseSection/{course.ID}/bindings/1/memberships")
def members() -> Response:
    """List who is enrolled; in pages only when ``?limit=`` asks for them."""
    if not allowed(SCOPE_MEMBERS):
        return refused(401, "Unauthorized")
    if request.headers.get("Accept") != MEDIA_TYPE:
        return refused(400, "Unsupported media type")
    enrolled = [person for person in people() if person.kind in ROSTER_ROLES]
    start, limit = request.args.get("from", 0, type=int), request.args.get("limit", 0, type=int)
    page = enrolled[start : start + limit] if limit > 0 else enrolled[start:]
    answer = Response(json.dumps(_container(page)), content_type=f"{MEDIA_TYPE}; charset=utf-8")
    if 0 < limit < len(enrolled) - start:
        answer.headers["Link"] = _next_page(start + limit, limit)
    return answer


def _container(page: list[Person]) -> dict[str, Any]:
    shared = names_are_shared(platform().store)
    return {
        "id": platform().members,
        "context": {"id": course.ID, "label": course.LABEL, "title": course.TITLE},
        "members": [_member(person, shared=shared) for person in page],
    }


def _member(person: Person, *, shared: bool) -> dict[str, Any]:
    member: dict[str, Any] = {
        "status": "Active",
        "roles": list(ROSTER_ROLES[person.kind]),
        "user_id": person.id,
        "lis_person_sourcedid": f"sis-{person.username}",
    }
    names = {"given_name": person.given_name, "family_name": person.family_name, "name": person.name, "email": person.email}
    return {**member, **names} if shared else member


def _next_page(start: int, limit: int) -> str:
    # Moodle writes curly quotes and an HTML entity into this header; WSGI carries its bytes as Latin-1.
    return f"<{platform().members}?limit={limit}&amp;from={start}>; rel=“next”".encode().decode("latin-1")
