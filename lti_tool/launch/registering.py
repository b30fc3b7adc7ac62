"""`/lti/register`: an LMS administrator opened an invitation's address in their platform (LTI Dynamic Registration 1.0).

The secret in the address is the authority; no session and no cookie is involved. Looking changes nothing and calls nobody:
a click posts, with a mark that says which platform was looked at, and only then the invitation is used and the platform called.
"""

from __future__ import annotations

import hashlib
import hmac
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final
from urllib.parse import urlsplit

import structlog
from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as Answer

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import invitations, platform_configuration, tool_registration
from lti_tool.launch.agreements import store
from lti_tool.launch.equipment import equipment
from lti_tool.launch.records import Invitation, Registration
from lti_tool.launch.tool_details import tool_details
from lti_tool.problem import Problem

blueprint = Blueprint("lti_register", __name__)

MOST_BYTES: Final = 64 * 1024
LONGEST_TOKEN: Final = 8 * 1024
# How long a page may stand open before its button is pressed; Moodle's token lives as long.
MARK_SECONDS: Final = 3600

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a platform appended to the invitation's address (3.3)."""

    secret: str
    openid_configuration: str
    registration_token: str


@blueprint.before_request
def limit_body() -> None:
    """Refuse large bodies before the form is read."""
    request.max_content_length = MOST_BYTES


@blueprint.after_request
def protect(answer: Response) -> Response:
    """Keep the address secret, and the window that opened this page within reach, so that it can be told to close it.

    The policy is not `no-referrer`: under that, browsers send the form with the origin `null`, which we refuse.
    """
    answer.headers["Referrer-Policy"] = "same-origin"
    answer.headers["Cross-Origin-Opener-Policy"] = "unsafe-none"
    answer.headers["Cache-Control"] = "no-store"
    return answer


@blueprint.get("/lti/register")
@blueprint.get("/lti/register/<secret>")
def ask(secret: str = "") -> Response:
    """Show what would be registered with whom; once it is done, what was agreed and what is left to do."""
    installation = _installation()
    secret = secret or request.args.get("invitation", "")
    with installation.database.read() as session:
        invitation = invitations.find(session, secret)
        if invitation.registration_id is not None and invitation.expires_at > clock.now():
            return _done(session.get_one(Registration, invitation.registration_id), invitation)
        invitations.peek(session, secret)
        label = invitation.label
    asked = _asked(secret, request.args)
    details = tool_details(installation.settings)
    if not asked.openid_configuration and not asked.registration_token:
        return _page("pages/register_paste.html", address=invitations.address(installation.settings.base_url, secret))
    _check(asked, installation)
    mark = _mark(installation, asked, int(clock.now().timestamp()) + MARK_SECONDS)
    host = urlsplit(asked.openid_configuration).netloc
    return _page("pages/register.html", details=details, asked=asked, host=host, mark=mark, label=label)


@blueprint.post("/lti/register/<secret>")
def register(secret: str) -> Answer:
    """Use the invitation, agree with the platform, store what was agreed; whatever comes to nothing gives the invitation back."""
    installation = _installation()
    asked = _asked(secret, request.form)
    _check_mark(installation, asked, request.form.get("mark", ""))
    _check(asked, installation)
    with installation.database.write() as session:
        digest = invitations.use(session, secret).digest
    try:
        registration_id = _register(installation, digest, asked)
    except BaseException as error:
        # An attempted takeover is no accident: its invitation stays used up.
        if getattr(error, "code", "") != "registration-taken":
            with installation.database.write() as session:
                invitations.give_back(session, digest)
        raise
    log.info("registered", registration=registration_id, invitation=invitations.subject(digest))
    # Seen again by reloading, and not lost if this answer is.
    return redirect(invitations.address(installation.settings.base_url, secret), 303)


def _register(installation: Installation, digest: str, asked: Asked) -> int:
    allow_private = installation.settings.allow_private_hosts
    client = equipment(installation).client
    configuration = platform_configuration.fetch(client, asked.openid_configuration, asked.registration_token, allow_private=allow_private)
    body = tool_registration.request_body(tool_details(installation.settings), configuration)
    agreed = tool_registration.register(client, configuration, asked.registration_token, body)
    return store(installation.database, digest, configuration, agreed, allow_http=allow_private)


def _done(registration: Registration, invitation: Invitation) -> Response:
    details = tool_details(_installation().settings)
    updated = invitation.used_at is not None and registration.created_at < invitation.used_at
    clicks = steps(registration.family)
    return _page("pages/register_done.html", registration=registration, updated=updated, details=details, steps=clicks)


def steps(family: str) -> tuple[str, ...]:
    """Return the clicks that are left to do in a platform of this family, as sentences with the placeholder {name}."""
    return _steps().get(family, _steps()["default"])


@cache
def _steps() -> Mapping[str, tuple[str, ...]]:
    table = tomllib.loads(resources.files("lti_tool.launch").joinpath("after_registration.toml").read_text(encoding="utf-8"))
    return {family: tuple(row["steps"]) for family, row in table.items()}


def _asked(secret: str, sent: Mapping[str, str]) -> Asked:
    return Asked(secret, sent.get("openid_configuration", ""), sent.get("registration_token", ""))


def _check(asked: Asked, installation: Installation) -> None:
    token = asked.registration_token
    if not asked.openid_configuration:
        raise Problem("registration-incomplete")
    if len(token) > LONGEST_TOKEN or not token.isascii() or not token.isprintable() or " " in token:
        raise Problem("bad-request")
    allow_private = installation.settings.allow_private_hosts
    platform_configuration.check_address("openid_configuration", asked.openid_configuration, allow_private=allow_private)


def _mark(installation: Installation, asked: Asked, until: int) -> str:
    """Bind a form to the invitation and the platform that its page showed, until a moment (seconds since 1970)."""
    parts = (asked.secret, asked.openid_configuration, asked.registration_token, str(until))
    seen = b"".join(hashlib.sha256(part.encode("utf-8", "surrogatepass")).digest() for part in parts)
    return f"{until}.{hmac.new(installation.secret, b'register' + seen, hashlib.sha256).hexdigest()}"


def _check_mark(installation: Installation, asked: Asked, mark: str) -> None:
    """Refuse a form that is not from our page, or from one that stood open too long. Raises Problem("form-outdated")."""
    written = mark.partition(".")[0]
    until = int(written) if written.isdecimal() and written.isascii() and len(written) <= 12 else 0
    good = hmac.compare_digest(mark.encode("utf-8", "surrogatepass"), _mark(installation, asked, until).encode())
    if not good or until < clock.now().timestamp():
        raise Problem("form-outdated")


def _installation() -> Installation:
    installation: Installation = current_app.extensions["sealwright"]
    return installation


def _page(template: str, **values: object) -> Response:
    # The list of languages would lead away from the address, which holds what the platform appended.
    return make_response(render_template(template, languages={}, **values))
