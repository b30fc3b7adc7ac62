"""In whose manner the practice LMS behaves. What the two do differently are values of a row here, read where they matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_COURSE: Final = "http://purl.imsglobal.org/vocab/lis/v2/course#"


@dataclass(frozen=True, slots=True)
class Manner:
    """What one kind of LMS does.

    `family` is its `product_family_code`, `context_type` what it calls a course; `storage_target` the frame that keeps things for a tool
    (LTI Platform Storage), or "" for none. `deployment_per_course` makes every course that a tool is put into a deployment of its own;
    `institution_roles` tells whether roles in the institution stand beside those in the course; `short_roles` whether the roster
    writes ``Learner``. `exact_accept`, `odd_links` and `type_in_address` are Moodle's ways with its services, `token_type` the
    media type of token answers, `erases` whether a score that is not final takes a grade away. With `reviews` the gradebook opens
    somebody's submission in the tool, and `bare_callers` may call services without a User-Agent.
    """

    name: str
    title: str
    family: str
    version: str
    context_type: str
    storage_target: str
    deployment_per_course: bool
    institution_roles: bool
    short_roles: bool
    exact_accept: bool
    odd_links: bool
    type_in_address: bool
    token_type: str
    erases: bool
    reviews: bool
    bare_callers: bool


MOODLE: Final = Manner(
    name="moodle",
    title="Moodle",
    family="moodle",
    version="2024100706",
    # The short word, where the specification wants a URI.
    context_type="CourseSection",
    storage_target="",
    deployment_per_course=False,
    institution_roles=False,
    short_roles=True,
    exact_accept=True,
    odd_links=True,
    type_in_address=True,
    # JSON that calls itself HTML.
    token_type="text/html; charset=utf-8",  # noqa: S106 - a media type
    erases=True,
    reviews=True,
    bare_callers=True,
)
CANVAS: Final = Manner(
    name="canvas",
    title="Canvas",
    family="canvas",
    version="cloud",
    context_type=f"{_COURSE}CourseOffering",
    storage_target="post_message_forwarding",
    deployment_per_course=True,
    institution_roles=True,
    short_roles=False,
    exact_accept=False,
    odd_links=False,
    type_in_address=False,
    token_type="application/json; charset=utf-8",  # noqa: S106 - a media type
    erases=False,
    reviews=False,
    bare_callers=False,
)
MANNERS: Final = {manner.name: manner for manner in (MOODLE, CANVAS)}
