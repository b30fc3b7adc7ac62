"""The courses, links and registrations that the practice LMS starts with, from `seeds.toml`."""

from __future__ import annotations

import hashlib
import tomllib
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from lti_tool.practice_lms.catalogue import Activity, Catalogue, Course, Tool
from lti_tool.practice_lms.manner import Manner
from lti_tool.practice_lms.variables import SEEDED
from lti_tool.practice_lms.words import SCOPE_MEMBERS, SCOPES

FIRST_COURSE: Final = "2"


@cache
def _seeds() -> dict[str, list[dict[str, Any]]]:
    return tomllib.loads(resources.files(__package__).joinpath("seeds.toml").read_text(encoding="utf-8"))


def plant(catalogue: Catalogue, manner: Manner, tool_url: str, client_id: str) -> None:
    """Write what is missing. A registration whose tool moved to another address is written anew."""
    rows = [row for row in _seeds()["course"] if manner.name in row["manners"]]
    for number in sorted({row["tool"] for row in rows}):
        known = catalogue.tool(number)
        if known is None or not known.target.startswith(f"{tool_url}/"):
            catalogue.keep_tool(_tool(number, tool_url, client_of(client_id, number)))
    for row in rows:
        if catalogue.course(row["id"]) is None:
            course = Course(row["id"], row["label"], row["title"], tuple(row["learners"]))
            catalogue.keep_course(course)
            catalogue.place(course.id, row["tool"], deployment_of(manner, course.id, row["tool"]))
            catalogue.keep_activities(_links(row))


def client_of(client_id: str, number: str) -> str:
    """Return the client id of the tool's registration with this number: in Canvas's manner the tool has two."""
    return client_id if number == "1" else f"{client_id}-{number}"


def deployment_of(manner: Manner, course_id: str, tool_id: str) -> str:
    """Return the deployment id of a tool in a course: one for all courses in Moodle, one of its own for each in Canvas."""
    if not manner.deployment_per_course:
        return tool_id
    return f"{course_id}:{hashlib.sha256(f'{course_id} {tool_id}'.encode()).hexdigest()[:40]}"


def _tool(number: str, tool_url: str, client_id: str) -> Tool:
    return Tool(
        id=number,
        client_id=client_id,
        name="Sealwright" if number == "1" else "Sealwright for science",
        login=f"{tool_url}/lti/login",
        redirects=(f"{tool_url}/lti/launch",),
        jwks=f"{tool_url}/lti/jwks",
        target=f"{tool_url}/lti/launch",
        domain=urlsplit(tool_url).netloc,
        scopes=(*SCOPES, SCOPE_MEMBERS),
        custom=SEEDED,
        deep_linking=f"{tool_url}/lti/launch",
    )


def _links(row: dict[str, Any]) -> list[Activity]:
    items = iter(row["items"])
    return [
        Activity(
            id=link_id,
            course=row["id"],
            tool=row["tool"],
            title=link["title"],
            about=link["about"],
            custom={"activity": link["opens"]},
            item=next(items) if link["graded"] else None,
            staff_only=link["opens"] == "review",
        )
        for link_id, link in zip(row["links"], _seeds()["link"], strict=True)
    ]
