"""Access tokens for the services: client credentials with a signed assertion (LTI Security Framework, section 4; RFC 7523)."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any, Final

import jwt
import requests
from flask import Blueprint, Response, make_response, request

from lti_tool import clock
from lti_tool.practice_lms.claims import SCOPE_MEMBERS, SCOPES
from lti_tool.practice_lms.platform import Platform, platform

blueprint = Blueprint("tokens", __name__)
LIFETIME: Final = 3600  # seconds
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@blueprint.post("/mod/lti/token.php")
def token() -> Response:
    """Answer with a token, in JSON that calls itself HTML, as Moodle does."""
    form = request.form
    if not all(form.get(name) for name in ("grant_type", "client_assertion_type", "client_assertion", "scope")):
        return _answer({"error": "invalid_request"}, 400)
    if form["grant_type"] != "client_credentials" or form["client_assertion_type"] != _ASSERTION:
        return _answer({"error": "unsupported_grant_type"}, 400)
    if not _authentic(platform(), form["client_assertion"]):
        return _answer({"error": "invalid_client"}, 400)
    scopes = [scope for scope in form["scope"].split() if scope in (*SCOPES, SCOPE_MEMBERS)]
    if not scopes:
        return _answer({"error": "invalid_scope"}, 400)
    return _answer(_new_token(platform(), " ".join(scopes)), 200)


def allowed(scope: str) -> bool:
    """Tell whether the current request bears a live token for this scope."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not value:
        return False
    return scope in platform().store.token_scopes(_digest(value), int(clock.now().timestamp()))


def _new_token(opened: Platform, scopes: str) -> dict[str, Any]:
    value = secrets.token_hex(16)
    opened.store.keep_token(_digest(value), scopes, int(clock.now().timestamp()) + LIFETIME)
    return {"access_token": value, "token_type": "Bearer", "expires_in": LIFETIME, "scope": scopes}


def _authentic(opened: Platform, assertion: str) -> bool:
    try:
        key = _tool_key(opened, str(jwt.get_unverified_header(assertion).get("kid", "")))
        claims = jwt.decode(
            assertion,
            key,
            algorithms=["RS256"],
            audience=opened.token_url,
            leeway=10,
            options={"require": ["iss", "sub", "aud", "iat", "exp", "jti"]},
        )
    except (jwt.PyJWTError, requests.RequestException, KeyError):
        return False
    return claims["iss"] == claims["sub"] == opened.client_id and opened.store.first_use(str(claims["jti"]))


def _tool_key(opened: Platform, kid: str) -> jwt.PyJWK:
    # Fetched while the tool waits for its token, as Moodle does: a tool that serves one request at a time hangs here.
    answer = requests.get(opened.tool_jwks, timeout=5)
    answer.raise_for_status()
    return jwt.PyJWKSet.from_dict(answer.json())[kid]  # KeyError for an unknown kid


def _answer(body: dict[str, Any], status: int) -> Response:
    answer = make_response(body, status)
    answer.content_type = "text/html; charset=utf-8"
    return answer


def _digest(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
