"""Beginning a launch: the page that posts itself to the tool's login address (LTI 1.3 Security Framework, 5.1.1)."""

from __future__ import annotations

import json
import secrets

from flask import Response, abort, make_response, render_template, request, session

from lti_tool.practice_lms.claims import target_of
from lti_tool.practice_lms.platform import Platform, platform
from lti_tool.practice_lms.store import Launch


def initiated(launch: Launch) -> Response:
    """Remember a launch and send the browser to the tool with it; 404 where the tool is not active, or not switched on in the course."""
    opened = platform()
    tool, activity = opened.catalogue.tool(launch.tool), opened.catalogue.activity(launch.activity)
    deployment = opened.catalogue.deployment(launch.course, launch.tool)
    if tool is None or tool.state != "active" or deployment is None:
        abort(404)
    launch_id = f"ltilaunch{launch.activity}_{secrets.randbelow(2**31)}"
    opened.store.begin(launch_id, launch)
    module = int(launch.activity or launch.course) + 1
    fields = {
        "iss": opened.own_url,
        "target_link_uri": target_of(launch.message, tool, activity),
        "login_hint": launch.person,
        "lti_message_hint": json.dumps({"cmid": module, "launchid": launch_id}, separators=(",", ":")),
        "client_id": tool.client_id,
        "lti_deployment_id": deployment,
    }
    target = storage_target(opened)
    return posting_itself(tool.login, fields | ({"lti_storage_target": target} if target else {}))


def storage_target(opened: Platform) -> str:
    """Return the frame that keeps things for tools, as its switch stands; "" in a manner that has none."""
    if not opened.manner.storage_target:
        return ""
    return {"frame": opened.manner.storage_target, "parent": "_parent"}.get(opened.store.switch("storage", "frame"), "")


def needs_reposting() -> bool:
    """Tell whether the browser came from another site and therefore left the session's cookie out, as far as one can tell."""
    return "person" not in session and "repost" not in request.form


def reposted() -> Response:
    """Return a page that sends the same request once more, from here and so with the cookie, as Moodle does."""
    return posting_itself(request.full_path, {**request.form.to_dict(), "repost": "1"})


def posting_itself(address: str, fields: dict[str, str]) -> Response:
    """Return a page that posts these fields to an address."""
    return make_response(render_template("practice_lms/posting_itself.html", address=address, fields=fields))
