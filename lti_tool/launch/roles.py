"""From the roles claim to what somebody may do here: exact URIs, the course's roles first (design rule 10)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from lti_tool.launch.platforms import COURSE_FIRST
from lti_tool.launch.visit import Role
from lti_tool.problem import Problem

MOST_ROLES: Final = 200
COURSE_PREFIX: Final = "http://purl.imsglobal.org/vocab/lis/v2/membership"


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads(resources.files("lti_tool.launch").joinpath("roles.toml").read_text(encoding="utf-8"))


def roles_claim(value: object) -> tuple[str, ...]:
    """Return the roles claim, which must be there and a list of texts, perhaps empty (LTI 1.3, 5.3.7).

    Raises Problem("claim-missing") or Problem("claim-wrong").
    """
    if value is None:
        raise Problem("claim-missing", claim="roles")
    if not isinstance(value, list) or len(value) > MOST_ROLES or not all(isinstance(role, str) for role in value):
        raise Problem("claim-wrong", claim="roles")
    return tuple(value)


def rights(roles: Iterable[str], rule: str = COURSE_FIRST) -> frozenset[Role]:
    """Return what these roles let somebody do; somebody with no role that we know may only look.

    `rule` is the platform's row: ``course-first`` or ``all`` (institution roles count beside course roles).
    """
    table, named = _table(), set(roles)
    in_course = any(role.startswith(COURSE_PREFIX) for role in named)
    counted = dict(table["course"])
    if rule != COURSE_FIRST or not in_course:
        counted |= table["institution"]
    given = {counted[role] for role in named if role in counted}
    taken = {right for role in named for right in table["takes_away"].get(role, ())}
    return frozenset(Role(right) for right in given - taken) or frozenset({Role.OBSERVER})
