"""Our side of a dynamic registration (LTI Dynamic Registration 1.0, 3.5): what we ask for, and what the platform answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import requests

from lti_tool.launch.claims import DEEP_LINKING, RESOURCE_LINK, member, text
from lti_tool.launch.id_token import usable
from lti_tool.launch.outgoing import Client, Limits, NotCalled
from lti_tool.launch.platform_configuration import MOST_LISTED, Configuration, manner, told_address
from lti_tool.launch.tool_details import ToolDetails
from lti_tool.problem import Problem

TOOL: Final = "https://purl.imsglobal.org/spec/lti-tool-configuration"
LIMITS: Final = Limits(bytes=64 * 1024, seconds=15.0)
LONGEST_WORDS: Final = 300
_PAGE: Final = re.compile(r"(?is)<!doctype|<html|<body")
_TITLE: Final = re.compile(r"(?is)<title[^>]*>([^<]{1,300})")
# Where platforms put their reasons: OAuth's names (RFC 7591, 3.2.2) and those of Canvas, Moodle's services and others.
_REASONS: Final = ("error", "error_description", "message", "errors", "errorcode", "detail", "title")


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a platform answered: the client id it gave us, a deployment if it made one, and what it says it granted (only shown)."""

    client_id: str
    deployment_id: str | None
    messages: tuple[str, ...]
    scopes: tuple[str, ...]
    claims: tuple[str, ...]


def request_body(details: ToolDetails, configuration: Configuration) -> dict[str, Any]:
    """Return the registration that we ask for: everything we use, as far as the platform lists it as supported."""
    scopes = [one for one in details.scopes if configuration.scopes is None or one in configuration.scopes]
    claims = [one for one in details.claims if configuration.claims is None or one in configuration.claims]
    return {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": details.login_url,
        "redirect_uris": [details.redirect_uri],
        "client_name": details.name,
        "client_uri": details.home_url,
        "logo_uri": details.icon_url,
        "jwks_uri": details.jwks_url,
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": " ".join(scopes),
        TOOL: {
            "domain": details.domain,
            "description": details.description,
            "target_link_uri": details.launch_url,
            # Names come with launches only if they are listed here (measured with Moodle); who it is comes with every one.
            "claims": list(dict.fromkeys(["iss", "sub", *claims])),
            "messages": [_message(kind, details, configuration) for kind in wanted_messages(details, configuration)],
            **manner(configuration.family).tool,
        },
    }


def wanted_messages(details: ToolDetails, configuration: Configuration) -> tuple[str, ...]:
    """Return our messages that the platform supports; opening a link is what every platform supports, listed or not."""
    supported = configuration.messages
    return tuple(kind for kind in details.messages if supported is None or kind in supported or kind == RESOURCE_LINK)


def _message(kind: str, details: ToolDetails, configuration: Configuration) -> dict[str, Any]:
    message: dict[str, Any] = {"type": kind, "target_link_uri": details.launch_url, "label": details.name}
    if kind == DEEP_LINKING:
        offered = (configuration.messages or {}).get(kind, ())
        wanted = manner(configuration.family).placements
        placements = [one for one in wanted if one in offered] if offered else list(wanted)
        if placements:
            message["placements"] = placements
    return message


def register(client: Client, configuration: Configuration, token: str, body: Mapping[str, Any]) -> Agreement:
    """Send the registration, and read what was agreed.

    Raises Problem: registration-refused (with the platform's words), registration-unanswered or registration-unreadable.
    """
    headers = {"Content-Type": "application/json", "Accept": "application/json"}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    try:
        answer = client.post(configuration.registration_url, json.dumps(body), headers, limits=LIMITS)
    except NotCalled as error:
        if error.reason == "address":
            raise Problem("registration-address", which="registration_endpoint", address=told_address(configuration.registration_url)) from None
        raise Problem("registration-unanswered", reason=error.reason) from None
    # Moodle answers 200 where the standard says 201.
    if not 200 <= answer.status_code < 300:
        raise Problem("registration-refused", status=answer.status_code, words=words_of(answer) or "—")
    return agreement(_document(answer))


def agreement(document: object) -> Agreement:
    """Read an answer. Raises Problem("registration-unreadable")."""
    said = document if isinstance(document, dict) else {}
    tool = member(said, TOOL)
    client_id = _identifier(said.get("client_id"))
    if client_id is None:
        raise Problem("registration-unreadable")
    messages = tool.get("messages")
    kinds = [entry.get("type") for entry in messages[:MOST_LISTED] if isinstance(entry, dict)] if isinstance(messages, list) else []
    scope = said.get("scope")
    return Agreement(
        client_id=client_id,
        deployment_id=_identifier(tool.get("deployment_id")) or _identifier(said.get("deployment_id")),
        messages=_listed(kinds),
        scopes=_listed(scope.split() if isinstance(scope, str) else scope),
        claims=_listed(tool.get("claims")),
    )


def _document(answer: requests.Response) -> object:
    try:
        return json.loads(answer.content)
    except (ValueError, RecursionError):
        raise Problem("registration-unreadable") from None


def _identifier(value: object) -> str | None:
    """Return an id, which some platforms send as a number, letter by letter as it came."""
    written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
    return written if isinstance(written, str) and usable(written, 255) else None


def _listed(value: object) -> tuple[str, ...]:
    cleaned = [text(one, 200) for one in value[:MOST_LISTED]] if isinstance(value, list) else []
    return tuple(dict.fromkeys(one for one in cleaned if one))


def words_of(answer: requests.Response) -> str:
    """Return a platform's reason as one short line: from JSON, from Moodle's plain text that calls itself HTML, or a page's title."""
    try:
        return text(" · ".join(dict.fromkeys(_reasons(json.loads(answer.content)))), LONGEST_WORDS)
    except (ValueError, RecursionError):
        body = answer.content[:20_000].decode("utf-8", "replace")
    if _PAGE.search(body):
        titled = _TITLE.search(body)
        return text(titled.group(1), LONGEST_WORDS) if titled else ""
    return text(body, LONGEST_WORDS)


def _reasons(value: object, depth: int = 0) -> Iterator[str]:
    if isinstance(value, str):
        yield text(value, LONGEST_WORDS)
    elif isinstance(value, list) and depth < 4:
        for entry in value[:10]:
            yield from _reasons(entry, depth + 1)
    elif isinstance(value, dict) and depth < 4:
        for name in _REASONS:
            if value.get(name):
                yield from _reasons(value[name], depth + 1)
