"""Where a browser keeps no cookies: the platform's page keeps a login's secret (LTI Client Side postMessages 0.1, Platform Storage 0.1).

A fresh secret is put under the login's state at /lti/login, and asked for again at /lti/launch. Questions go to the origin of the
platform's authentication address alone, and only answers from there count: both are done by `storage.js`, from the values here.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from flask import make_response, render_template
from werkzeug.wrappers import Response

from lti_tool.installation import Installation
from lti_tool.launch.claims import origin
from lti_tool.launch.hardened import Proof
from lti_tool.launch.logins import Login, Logins, same
from lti_tool.launch.records import Registration
from lti_tool.problem import Problem

_TARGET: Final = re.compile(r"[\w.:-]{1,100}", re.ASCII)


def frame(target: str) -> str:
    """Return the name of the frame that a platform offers in `lti_storage_target`; "" when it offers none that could be one."""
    return target if _TARGET.fullmatch(target) else ""


class StorageNeeded(Exception):
    """This launch's browser keeps no cookies; its proof lies in the platform's storage."""

    def __init__(self, login: Login) -> None:
        super().__init__()
        self.login = login


def cookie_or_storage(cookie: Proof) -> Proof:
    """Return a proof by cookie that raises StorageNeeded where the login was begun without one."""

    def proved(login: Login) -> bool:
        if cookie(login):
            return True
        if login.storage_target:
            raise StorageNeeded(login)
        return False

    return proved


def by_secret(logins: Logins, stored: str) -> Proof:
    """Return the proof by what the platform's storage gave back; it counts for the login that it was made for alone."""

    def proved(login: Login) -> bool:
        if not stored:
            raise Problem("storage-silent")
        if not login.storage_target or not same(stored, logins.secret(login)):
            raise Problem("storage-wrong")
        return True

    return proved


def ask_for_stored(installation: Installation, login: Login, form: Mapping[str, str]) -> Response:
    """Answer a launch with a page that asks the platform's storage for the login's secret, then posts it with the message."""
    with installation.database.read() as session:
        platform = origin(session.get_one(Registration, login.registration_id).auth_url)
    sent = {name: form.get(name, "") for name in ("state", "id_token")}
    page = render_template("pages/launch_storage.html", platform=platform, target=login.storage_target, sent=sent, languages={})
    return make_response(page)
