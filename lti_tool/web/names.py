"""A name for the visitor of this request, from the roster if their launch brought none."""

from __future__ import annotations

from flask import g

from lti_tool.launch.naming import named
from lti_tool.launch.visit import Visit
from lti_tool.web.guard import current_visit, installation


def named_visit() -> Visit:
    """Return the visit of this request, with the name that the roster has for its person if nobody told us one yet."""
    g.visit = found = named(installation(), current_visit())
    return found
