"""Dynamic registration: what this LMS can do, and the endpoint that takes a tool's request (LTI Dynamic Registration 1.0)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any, Final

import jwt
from flask import Blueprint, Response, abort, json, make_response, request

from lti_tool import clock
from lti_tool.practice_lms.catalogue import Tool
from lti_tool.practice_lms.platform import Platform, platform
from lti_tool.practice_lms.tool_configuration import PhpError, Refused, answer_for, tool_from, unregistered
from lti_tool.practice_lms.variables import NAMES
from lti_tool.practice_lms.words import DEEP_LINK, PLATFORM_CONFIGURATION, RESOURCE_LINK, SCOPE_MEMBERS, SCOPES

blueprint = Blueprint("registration", __name__)
LIFETIME: Final = 3600  # seconds
NEW: Final = "reg"
UPDATE: Final = "reg-update"
# What Canvas was seen to answer on a bad day: 422, and nothing that a program could read.
_ODD: Final = '[["lti_registration",{"errors":null,"message":"The property \'#/\' did not contain a required property of \'scope\'"}]]'


@dataclass(frozen=True, slots=True)
class _Granted:
    """What a registration token allows: a new registration with this client id, or changing a known one."""

    client_id: str
    known: Tool | None


@blueprint.get("/mod/lti/openid-configuration.php")
def configuration() -> Response:
    """Describe this platform (3.2)."""
    opened = platform()
    document = {
        "issuer": opened.own_url,
        "token_endpoint": opened.token_url,
        "token_endpoint_auth_methods_supported": ["private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["RS256"],
        "jwks_uri": opened.jwks_url,
        "authorization_endpoint": opened.auth_url,
        "registration_endpoint": f"{opened.own_url}/mod/lti/openid-registration.php",
        "scopes_supported": [*SCOPES, SCOPE_MEMBERS],
        "response_types_supported": ["id_token"],
        "subject_types_supported": ["public", "pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
        PLATFORM_CONFIGURATION: {
            "product_family_code": opened.manner.family,
            "version": opened.manner.version,
            "messages_supported": [{"type": RESOURCE_LINK}, {"type": DEEP_LINK, "placements": ["ContentArea"]}],
            "variables": list(NAMES),
        },
    }
    return make_response(document)


@blueprint.post("/mod/lti/openid-registration.php")
def register() -> Response:
    """Take a tool's request, new or changed; what is new waits for the administrator."""
    opened = platform()
    if opened.store.switch("registration", "working") == "failing":
        return Response(_ODD, 422, content_type="application/json; charset=utf-8")
    try:
        granted = _granted(opened)
        sent = request.get_json(force=True, silent=True)
        if not isinstance(sent, dict):
            raise PhpError("the request is no object")
        tool = opened.catalogue.keep_tool(tool_from(sent, granted.known or unregistered(granted.client_id)))
    except Refused as refusal:
        return _text(str(refusal), 401 if str(refusal) in {"token_already_used", "missing_registration_token"} else 400)
    except PhpError:
        abort(404)
    return _answer(tool)


@blueprint.get("/mod/lti/openid-registration.php")
def current() -> Response:
    """Show the registration that a token for changing it belongs to."""
    try:
        granted = _granted(platform())
    except Refused as refusal:
        return _text(str(refusal), 401)
    except PhpError:
        abort(404)
    if granted.known is None:
        abort(404)
    return _answer(granted.known)


def registration_token(opened: Platform, known: Tool | None) -> str:
    """Return a token for one new registration, or for changing a known one, good for an hour."""
    now = int(clock.now().timestamp())
    subject, scope = (known.id, UPDATE) if known else (secrets.token_hex(8)[:15], NEW)
    return opened.key.signed({"sub": subject, "scope": scope, "iat": now, "exp": now + LIFETIME})


def _granted(opened: Platform) -> _Granted:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise Refused("missing_registration_token")
    claims = _read(opened, token)
    if claims.get("scope") == UPDATE:
        known = opened.catalogue.tool(str(claims["sub"]))
        if known is None:
            raise PhpError("no such registration")
        return _Granted(known.client_id, known)
    # A token is used up when its client id is taken.
    if opened.catalogue.client(str(claims["sub"])) is not None:
        raise Refused("token_already_used")
    return _Granted(str(claims["sub"]), None)


def _read(opened: Platform, token: str) -> dict[str, Any]:
    keys = jwt.PyJWKSet.from_dict(opened.key.public_jwks())
    try:
        return dict(jwt.decode(token, keys[opened.key.kid], algorithms=["RS256"], options={"require": ["sub", "scope", "iat", "exp"]}))
    except jwt.PyJWTError as error:
        raise PhpError(type(error).__name__) from None


def _answer(tool: Tool) -> Response:
    # 200, where the specification has 201.
    return Response(json.dumps(answer_for(tool)), 200, content_type="application/json; charset=utf-8")


def _text(words: str, status: int) -> Response:
    # Plain text that calls itself HTML.
    return Response(words, status, content_type="text/html; charset=utf-8")
