"""A tool's request to be registered, read with Moodle's rules, and the answer to it (LTI Dynamic Registration 1.0, 3.5 and 3.6)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from lti_tool.practice_lms.catalogue import PENDING, Tool
from lti_tool.practice_lms.words import AGS, DEEP_LINK, SCOPE_LINE_ITEM, SCOPE_MEMBERS, SCOPE_RESULT, SCOPE_SCORE, SCOPES, TOOL_CONFIGURATION

_REQUIRED: Final = (
    "response_types",
    "initiate_login_uri",
    "redirect_uris",
    "client_name",
    "jwks_uri",
    "token_endpoint_auth_method",
    TOOL_CONFIGURATION,
)
_AUTH_METHOD: Final = "private_key_jwt"
_TAGS: Final = re.compile(r"<[^<>]*>")


class Refused(Exception):
    """A request that Moodle answers with 400 and one word of text."""


class PhpError(Exception):
    """A request that makes Moodle's own code fail: it answers with its HTML error page, status 404."""


def domain_of(url: str) -> str:
    """Return host and port of an address, with or without its scheme; ``www.`` does not count."""
    found = re.match(r"(?:https?://)?([^/?#]+)", url.strip(), re.IGNORECASE)
    return found[1].lower().removeprefix("www.") if found else ""


def tool_from(sent: Mapping[str, Any], known: Tool) -> Tool:
    """Return `known` as the request describes it. Raises Refused or PhpError."""
    for name in _REQUIRED:
        if not sent.get(name):
            raise Refused(f"missing_required_attribute_{name}")
    configuration = sent[TOOL_CONFIGURATION]
    if not isinstance(configuration, dict):
        raise PhpError("the tool configuration is no object")
    _check(sent)
    domain, target = _place(configuration)
    return replace(
        known,
        name=plain(sent["client_name"]),
        login=str(sent["initiate_login_uri"]),
        redirects=tuple(map(str, sent["redirect_uris"])),
        jwks=str(sent["jwks_uri"]),
        target=target,
        domain=domain,
        claims=tuple(map(str, configuration.get("claims") or ())),
        scopes=_granted(str(sent.get("scope") or "").split()),
        custom={str(name): str(value) for name, value in (configuration.get("custom_parameters") or {}).items()},
        deep_linking=_deep_linking(configuration, target),
        description=plain(configuration.get("description") or ""),
        logo=str(sent.get("logo_uri") or ""),
    )


def answer_for(tool: Tool) -> dict[str, Any]:
    """Return what a tool is told of its registration. Moodle's deployment id is the registration's own."""
    configuration: dict[str, Any] = {
        "version": "1.3.0",
        "deployment_id": tool.id,
        "domain": tool.domain,
        "target_link_uri": tool.target,
        "description": tool.description,
        "custom_parameters": tool.custom,
        "messages": [{"type": DEEP_LINK, "target_link_uri": tool.deep_linking}] if tool.deep_linking else [],
        "claims": ["sub", "iss", *tool.claims],
    }
    return {
        "client_id": tool.client_id,
        "response_types": ["id_token"],
        "jwks_uri": tool.jwks,
        "initiate_login_uri": tool.login,
        "grant_types": ["client_credentials", "implicit"],
        "redirect_uris": list(tool.redirects),
        "application_type": "web",
        "token_endpoint_auth_method": "private_key_jwt",
        "client_name": tool.name,
        "logo_uri": tool.logo,
        "scope": " ".join(tool.scopes),
        TOOL_CONFIGURATION: configuration,
    }


def unregistered(client_id: str) -> Tool:
    """Return the empty registration that a request fills in; it waits for an administrator."""
    return Tool("", client_id, "", "", (), "", "", "", state=PENDING)


def plain(value: object) -> str:
    """Return a text without HTML tags."""
    return _TAGS.sub("", str(value)).strip()


def _check(sent: Mapping[str, Any]) -> None:
    types = sent["response_types"]
    if not isinstance(types, list):
        raise PhpError("in_array(): Argument #2 ($haystack) must be of type array, string given")
    if "id_token" not in types:
        raise Refused("invalid_response_types")
    if not isinstance(sent["redirect_uris"], list):
        raise Refused("invalid_redirect_uris")
    if sent["token_endpoint_auth_method"] != _AUTH_METHOD:
        raise Refused("invalid_token_endpoint_auth_method")
    if sent.get("application_type", "web") != "web":
        raise Refused("invalid_application_type")


def _place(configuration: Mapping[str, Any]) -> tuple[str, str]:
    domain = domain_of(str(configuration.get("domain") or ""))
    if not domain:
        raise Refused("missing_domain")
    target = str(configuration.get("target_link_uri") or f"https://{domain}")
    if domain_of(target) != domain:
        raise Refused("domain_targetlinkuri_mismatch")
    return domain, target


def _deep_linking(configuration: Mapping[str, Any], target: str) -> str:
    messages = [message for message in configuration.get("messages") or () if isinstance(message, dict)]
    return next((str(message.get("target_link_uri") or target) for message in messages if message.get("type") == DEEP_LINK), "")


def _granted(asked: list[str]) -> tuple[str, ...]:
    # Whoever asks for any of the grade services is told of all of them: what a launch carries is what counts.
    grades = SCOPES if {SCOPE_SCORE, SCOPE_LINE_ITEM, SCOPE_RESULT} & set(asked) else tuple(scope for scope in asked if scope.startswith(AGS))
    return (*grades, *((SCOPE_MEMBERS,) if SCOPE_MEMBERS in asked else ()))
