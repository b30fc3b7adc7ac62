"""Where a browser keeps no cookies: the platform's page keeps a login's secret (LTI Client Side postMessages 0.1, Platform Storage 0.1).

A fresh secret is put under the login's state at /lti/login, and asked for again at /lti/launch. Questions go to the origin of the
platform's authentication address alone, and only answers from there count: both are done by `storage.js`, from the values here.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from flask import make_response, render_template
from werkzeug.wrappers import Response

from lti_tool.installation import Installation
from lti_tool.launch import logins
from lti_tool.launch.claims import origin
from lti_tool.launch.hardened import Proof
from lti_tool.launch.records import Login, Registration
from lti_tool.problem import Problem

_TARGET: Final = re.compile(r"[\w.:-]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Secret:
    """What the platform's page is to keep; the database keeps its SHA-256 and the name of the frame that was asked."""

    value: str
    target: str

    @property
    def digest(self) -> str:
        """What the login's row holds of it."""
        return _digest(self.value)


def new_secret(target: str) -> Secret | None:
    """Return a fresh secret for the frame that a platform named in `lti_storage_target`; None when it offers no storage."""
    return Secret(secrets.token_urlsafe(32), target) if _TARGET.fullmatch(target) else None


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
        if login.storage_digest:
            raise StorageNeeded(login)
        return False

    return proved


def by_secret(stored: str) -> Proof:
    """Return the proof by what the platform's storage gave back; it counts for the login that it was made for alone."""

    def proved(login: Login) -> bool:
        if not stored:
            raise Problem("storage-silent")
        if not login.storage_digest or not logins.same(_digest(stored), login.storage_digest):
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


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode("utf-8", "surrogatepass")).hexdigest()
