"""Which addresses of this tool a platform may ask for. All come from the configured base URL, never from a Host header."""

from __future__ import annotations

from typing import Final
from urllib.parse import parse_qsl, urlsplit

from lti_tool.launch.visit import LINKED, Activity
from lti_tool.problem import Problem

LAUNCH_PATH: Final = "/lti/launch"


def redirect_uri(base_url: str) -> str:
    """Return the one address that id_tokens are posted to; platforms compare it letter by letter."""
    return base_url + LAUNCH_PATH


def own_target(base_url: str, target: str) -> str:
    """Return a `target_link_uri` that is ours: the launch address, perhaps with ``?activity=…``.

    Compared as text, so that no two readings of an odd URL are possible. Raises Problem("target-not-ours").
    """
    fixed = redirect_uri(base_url)
    if target == fixed:
        return target
    address, mark, query = target.partition("?")
    asked = parse_qsl(query, keep_blank_values=True) if query.isprintable() and len(query) <= 100 else []
    if address == fixed and mark and len(asked) == 1 and asked[0][0] == "activity" and asked[0][1] in LINKED:
        return target
    raise Problem("target-not-ours", expected=fixed)


def activity_of(target: str) -> Activity | None:
    """Return the activity that an own target names in its query, if any."""
    asked = dict(parse_qsl(urlsplit(target).query)).get("activity")
    return Activity(asked) if asked in LINKED else None
