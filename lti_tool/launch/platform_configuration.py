"""A platform's own configuration (LTI Dynamic Registration 1.0, 3.4), fetched with care: its address came from outside (threat L13)."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict

from lti_tool.launch.claims import member, origin, text
from lti_tool.launch.id_token import usable
from lti_tool.launch.outgoing import Client, Limits, NotCalled
from lti_tool.launch.platforms import family_of
from lti_tool.problem import Problem

LIMITS: Final = Limits(bytes=64 * 1024, seconds=5.0)
PLATFORM: Final = "https://purl.imsglobal.org/spec/lti-platform-configuration"
MOST_LISTED: Final = 200
LONGEST_ADDRESS: Final = 1000
# What our records hold of an address.
LONGEST_KEPT: Final = 500


class Manner(BaseModel):
    """One row of registering.toml, which explains the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    hosts: tuple[str, ...]
    placements: tuple[str, ...]
    audience: bool
    tool: Mapping[str, Any]

    def owns(self, host: str) -> bool:
        """Tell whether a host belongs to the family's maker."""
        return any(host == ending or host.endswith("." + ending) for ending in self.hosts)


@cache
def _manners() -> Mapping[str, Manner]:
    table = tomllib.loads(resources.files("lti_tool.launch").joinpath("registering.toml").read_text(encoding="utf-8"))
    return {name: Manner.model_validate({**table["default"], **row}) for name, row in table.items()}


def manner(family: str) -> Manner:
    """Return how a family registers tools, or how all others do."""
    return _manners().get(family, _manners()["default"])


@dataclass(frozen=True, slots=True)
class Configuration:
    """What a platform says of itself. `messages` maps each message it supports to its placements; None where it lists nothing."""

    issuer: str
    auth_url: str
    token_url: str
    jwks_url: str
    registration_url: str
    audience: str | None
    family: str
    product: str
    messages: Mapping[str, tuple[str, ...]] | None
    scopes: frozenset[str] | None
    claims: frozenset[str] | None


def check_address(which: str, url: object, *, allow_private: bool, most: int = LONGEST_ADDRESS) -> str:
    """Return an address that we may call: https, no user, an ordinary port. The IP address is checked when we connect.

    On an installation that may call private hosts, http is taken too. Raises Problem("registration-address").
    """
    refused = Problem("registration-address", which=which, address=told_address(url))
    if not isinstance(url, str) or len(url) > most or origin(url) is None or "#" in url:
        raise refused
    parts = urlsplit(url)
    ordinary = {443, 80} if allow_private else {443}
    if parts.scheme != "https" and not allow_private:
        raise refused
    if parts.port is not None and parts.port not in ordinary and parts.port < 1024:
        raise refused
    return url


def told_address(url: object) -> str:
    """Return an address as refusals show it: without its query, which may hold the registration token."""
    return text(url, 200).partition("?")[0] or "—"


def fetch(client: Client, url: str, token: str, *, allow_private: bool) -> Configuration:
    """Fetch and judge the configuration at `url`; Canvas wants the registration token for it already.

    Raises Problem: registration-address, configuration-unreachable, configuration-wrong, issuer-elsewhere or service-elsewhere.
    """
    check_address("openid_configuration", url, allow_private=allow_private)
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    try:
        answer = client.get(url, headers, limits=LIMITS)
    except NotCalled as error:
        if error.reason == "address":
            raise Problem("registration-address", which="openid_configuration", address=told_address(url)) from None
        raise Problem("configuration-unreachable", host=urlsplit(url).hostname or "—", reason=error.reason) from None
    if answer.status_code != 200:
        raise Problem("configuration-unreachable", host=urlsplit(url).hostname or "—", reason=f"status {answer.status_code}")
    try:
        document = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise Problem("configuration-wrong", part="JSON") from None
    return judged(document, url, allow_private=allow_private)


def judged(document: object, url: str, *, allow_private: bool) -> Configuration:
    """Return the configuration that a document from `url` holds; raises what `fetch` raises of it."""
    if not isinstance(document, dict):
        raise Problem("configuration-wrong", part="JSON")
    told = member(document, PLATFORM)
    family = family_of(told.get("product_family_code"))
    issuer = _issuer(document, url, family, allow_private=allow_private)
    named = {
        "auth_url": "authorization_endpoint",
        "token_url": "token_endpoint",
        "jwks_url": "jwks_uri",
        "registration_url": "registration_endpoint",
    }
    addresses = {field: _address(document, which, allow_private=allow_private) for field, which in named.items()}
    for field, address in addresses.items():
        _check_host(named[field], address, issuer if field != "registration_url" else url, family, strict=field == "registration_url")
    return Configuration(
        issuer=issuer,
        **addresses,
        audience=_audience(document, family),
        family=family,
        product=text(f"{text(told.get('product_family_code'), 60)} {text(told.get('version'), 60)}", 100),
        messages=_messages(told.get("messages_supported")),
        scopes=_words(document.get("scopes_supported")),
        claims=_words(document.get("claims_supported")),
    )


def _issuer(document: Mapping[str, Any], url: str, family: str, *, allow_private: bool) -> str:
    issuer = document.get("issuer")
    if not isinstance(issuer, str) or not usable(issuer, LONGEST_KEPT) or "?" in issuer:
        raise Problem("configuration-wrong", part="issuer")
    check_address("issuer", issuer, allow_private=allow_private)
    # Whoever answers at one host must not speak for another (threat L14); only a maker's own hosts speak for each other.
    family_speaks = all(manner(family).owns(urlsplit(one).hostname or "") for one in (issuer, url))
    if origin(issuer) != origin(url) and not family_speaks:
        raise Problem("issuer-elsewhere", issuer=text(issuer, 200), host=urlsplit(url).hostname or "—")
    return issuer


def _address(document: Mapping[str, Any], which: str, *, allow_private: bool) -> str:
    if which not in document:
        raise Problem("configuration-wrong", part=which)
    return check_address(which, document[which], allow_private=allow_private, most=LONGEST_KEPT)


def _check_host(which: str, address: str, home: str, family: str, *, strict: bool) -> None:
    """Refuse a service elsewhere: it must be at the platform's origin, below its host, or with the family's maker.

    `strict` is for the address that the registration token goes to: there the family counts only if `home` belongs to it as well.
    """
    if origin(address) == origin(home):
        return
    parts, host = urlsplit(address), urlsplit(home).hostname or ""
    usual = parts.scheme == "https" and parts.port in {None, 443}
    below = (parts.hostname or "").endswith("." + host)
    family_owns = manner(family).owns(parts.hostname or "") and (not strict or manner(family).owns(host))
    if not usual or not ((below and not strict) or family_owns):
        raise Problem("service-elsewhere", which=which, host=text(parts.hostname, 200), platform=host)


def _audience(document: Mapping[str, Any], family: str) -> str | None:
    named = document.get("authorization_server")
    return named if manner(family).audience and isinstance(named, str) and usable(named, LONGEST_KEPT) else None


def _words(value: object) -> frozenset[str] | None:
    if not isinstance(value, list):
        return None
    return frozenset(one for one in value[:MOST_LISTED] if isinstance(one, str))


def _messages(value: object) -> Mapping[str, tuple[str, ...]] | None:
    if not isinstance(value, list):
        return None
    found: dict[str, tuple[str, ...]] = {}
    for entry in value[:MOST_LISTED]:
        kind, places = (entry.get("type"), entry.get("placements")) if isinstance(entry, dict) else (entry, None)
        if isinstance(kind, str):
            found[kind] = (*found.get(kind, ()), *sorted(_words(places) or ()))
    return found
