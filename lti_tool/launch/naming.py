"""A name for somebody whose launch brought none: the roster's, if the course's platform shares it."""

from __future__ import annotations

from typing import Final

import structlog

from lti_tool.installation import Installation
from lti_tool.launch.roster import Roster
from lti_tool.launch.rosters import remembered, roster
from lti_tool.launch.visit import Visit
from lti_tool.launch.visits import ask_name_once, rename
from lti_tool.problem import Problem

# Seconds that a page waits for a name; a roster that takes longer is there for the next page.
PATIENCE: Final = 3.0

_log = structlog.get_logger(__name__)


def nameless(visit: Visit) -> bool:
    """Tell whether nobody told us any name of this visitor."""
    visitor = visit.visitor
    return not (visitor.given_name or visitor.family_name or visitor.full_name)


def named(installation: Installation, visit: Visit) -> Visit:
    """Return the visit with the name that the roster has for its person, or as it was.

    The platform is asked once for each visit, for at most three seconds; a roster that is remembered is looked at every time.
    Never raises for what a platform answers or fails to answer.
    """
    if not nameless(visit) or visit.members_url is None:
        return visit
    known = remembered(installation, visit) or _asked(installation, visit)
    found = next((member for member in known.members if member.user_id == visit.visitor.sub), None) if known else None
    if found is None or not found.full_name:
        return visit
    names = {"given_name": found.given_name, "family_name": found.family_name, "full_name": found.full_name}
    with installation.database.write() as session:
        return rename(session, visit.id, **names)


def _asked(installation: Installation, visit: Visit) -> Roster | None:
    with installation.database.write() as session:
        if not ask_name_once(session, visit.id):
            return None
    try:
        return roster(installation, visit, patience=PATIENCE)
    except Problem as problem:
        _log.info("name-not-found", visit=visit.id, code=problem.code)
        return None
