"""Access tokens for the services: client credentials with a signed assertion (LTI Security Framework, section 4; RFC 7523)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Final

import jwt
import requests
from flask import Blueprint, Response, abort, make_response, request

from lti_tool import clock
from lti_tool.practice_lms.catalogue import Tool
from lti_tool.practice_lms.platform import Platform, platform
from lti_tool.practice_lms.switches import may_be_fetched
from lti_tool.practice_lms.words import SCOPE_MEMBERS, SCOPES

blueprint = Blueprint("tokens", __name__)
LIFETIME: Final = 3600  # seconds
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@blueprint.post("/mod/lti/token.php")
def token() -> Response:
    """Answer with a token, in JSON that in Moodle calls itself HTML."""
    form, opened = request.form, platform()
    if not all(form.get(name) for name in ("grant_type", "client_assertion_type", "client_assertion", "scope")):
        return _answer({"error": "invalid_request"}, 400)
    if form["grant_type"] != "client_credentials" or form["client_assertion_type"] != _ASSERTION:
        return _answer({"error": "unsupported_grant_type"}, 400)
    tool = _claimed(opened, form["client_assertion"])
    if tool and not may_be_fetched(tool.jwks):
        abort(404)  # Moodle's "HTTP security" keeps it from the tool's keys, and this is all it says
    if tool is None or not _authentic(opened, tool, form["client_assertion"]):
        return _answer({"error": "invalid_client"}, 400)
    scopes = [scope for scope in form["scope"].split() if scope in tool.scopes and scope in (*SCOPES, SCOPE_MEMBERS)]
    if not scopes:
        return _answer({"error": "invalid_scope"}, 400)
    return _answer(_new_token(opened, tool, " ".join(scopes)), 200)


def allowed(scope: str) -> Tool | None:
    """Return the tool whose live token for this scope the current request bears, or None."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not value:
        return None
    tool, scopes = platform().store.token(_digest(value), int(clock.now().timestamp()))
    return platform().catalogue.tool(tool) if scope in scopes else None


def _new_token(opened: Platform, tool: Tool, scopes: str) -> dict[str, Any]:
    value = secrets.token_hex(16)
    opened.store.keep_token(_digest(value), tool.id, scopes, int(clock.now().timestamp()) + LIFETIME)
    return {"access_token": value, "token_type": "Bearer", "expires_in": LIFETIME, "scope": scopes}


def _claimed(opened: Platform, assertion: str) -> Tool | None:
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
    except jwt.PyJWTError:
        return None
    return opened.catalogue.client(str(claims.get("iss", "")))


def _authentic(opened: Platform, tool: Tool, assertion: str) -> bool:
    required = {"require": ["iss", "sub", "aud", "iat", "exp", "jti"]}
    try:
        claims = opened.tool_keys.verified(assertion, tool.jwks, audience=opened.token_url, options=required)
    except (jwt.PyJWTError, requests.RequestException):
        return False
    return claims["iss"] == claims["sub"] == tool.client_id and opened.store.first_use(str(claims["jti"]))


def _answer(body: dict[str, Any], status: int) -> Response:
    answer = make_response(body, status)
    answer.content_type = platform().manner.token_type
    return answer


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
