"""The connection doctor: tests a registration from our side, and says in words what was seen and what to change where."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import cache
from importlib import resources
from typing import Final, Literal
from urllib.parse import urlsplit

import requests
from sqlalchemy.orm import selectinload

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch.access_tokens import AccessTokens
from lti_tool.launch.equipment import equipment
from lti_tool.launch.hardened import Connector, ServiceRefused
from lti_tool.launch.keysets import LIMITS, usable_keys
from lti_tool.launch.outgoing import Client, NotCalled, public_address
from lti_tool.launch.records import Registration
from lti_tool.launch.registrations import ACTIVE, PENDING, TRUST
from lti_tool.launch.tool_details import SCOPES, tool_details
from lti_tool.launch.tool_registration import words_of
from lti_tool.problem import Problem

State = Literal["ok", "wrong", "unknown"]
# Seconds that the clocks may be apart before it is mentioned, and before it is wrong.
MENTIONED: Final = 10
TOO_FAR: Final = 60
MOST_NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was tested. `code` is the check, `found` what came of it, `details` fill the sentences of doctor.toml."""

    code: str
    state: State
    found: str
    details: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """What was seen, as a sentence with placeholders."""
        return _words()[f"{self.code}.{self.found}"]["seen"]

    @property
    def todo(self) -> str:
        """What to change where, as sentences with placeholders; "" where nothing is to be done."""
        return _words()[f"{self.code}.{self.found}"].get("todo", "")


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(resources.files("lti_tool.launch").joinpath("doctor.toml").read_text(encoding="utf-8"))


class _NotKept(AccessTokens):
    """Tokens that are asked for anew each time: one of yesterday says nothing about today."""

    def kept(self, scopes: Sequence[str]) -> str | None:
        return None


def examine(installation: Installation, registration_id: int) -> tuple[Check, ...]:
    """Test a registration; takes as long as the platform does, half a minute at most. Raises Problem("registration-unknown").

    The platform may be pending or suspended. What it answers is never an error here, but a check that says so.
    """
    with installation.database.read() as session:
        known = session.get(Registration, registration_id, options=[selectinload(Registration.deployments)])
        if known is None:
            raise Problem("registration-unknown")
        session.expunge_all()
    client = equipment(installation).client
    keys, told = _keys(client, known.jwks_url)
    return (
        _registration(known),
        _deployments(known),
        keys,
        _clock(told),
        *(_token(installation, known, scope) for scope in SCOPES),
        _own_keys(installation),
        _own_address(installation.settings.base_url),
    )


def _registration(known: Registration) -> Check:
    return Check("registration", "ok" if known.status == ACTIVE else "wrong", known.status, {"id": known.id})


def _deployments(known: Registration) -> Check:
    count = Counter(one.status for one in known.deployments)
    pending = [one.deployment_id for one in known.deployments if one.status == PENDING]
    if pending:
        named = ", ".join(pending[:MOST_NAMED]) + (" …" if len(pending) > MOST_NAMED else "")
        return Check("deployments", "wrong", "pending", {"pending": len(pending), "ids": named})
    if count[ACTIVE]:
        return Check("deployments", "ok", "active", {"active": count[ACTIVE]})
    return Check("deployments", "ok", "trusted") if known.new_deployments == TRUST else Check("deployments", "wrong", "none")


def _keys(client: Client, url: str) -> tuple[Check, str | None]:
    """Return what the platform's key set is like, and the time of day that came with it."""
    try:
        answer = client.get(url, {"Accept": "application/json"}, limits=LIMITS)
    except NotCalled as error:
        found = "private" if error.reason == "address" else "unreachable"
        return Check("keys", "wrong", found, {"url": url, "reason": error.reason}), None
    told = answer.headers.get("Date")
    if answer.status_code != 200:
        return Check("keys", "wrong", "status", {"url": url, "status": answer.status_code}), told
    try:
        keys = usable_keys(json.loads(answer.content))
    except (ValueError, RecursionError):
        keys = {}
    if not keys:
        return Check("keys", "wrong", "unusable", {"url": url}), told
    bits = ", ".join(str(size) for size in sorted({key.key_size for key in keys.values()}))
    return Check("keys", "ok", "usable", {"count": len(keys), "bits": bits}), told


def _clock(told: str | None) -> Check:
    try:
        seconds = round(abs((parsedate_to_datetime(told or "") - clock.now()).total_seconds()))
    except (TypeError, ValueError, OverflowError):
        return Check("clock", "unknown", "untold")
    if seconds > TOO_FAR:
        return Check("clock", "wrong", "wrong", {"seconds": seconds})
    return Check("clock", "unknown", "apart", {"seconds": seconds}) if seconds > MENTIONED else Check("clock", "ok", "agrees", {"seconds": seconds})


def _token(installation: Installation, known: Registration, scope: str) -> Check:
    kit = equipment(installation)
    connector = Connector(known, kit.ring.lti, kit.client, _NotKept(installation.database, known.id))
    about: dict[str, str | int] = {
        "scope": scope.rsplit("/", 1)[-1],
        "url": known.token_url,
        "jwks": tool_details(installation.settings).jwks_url,
        "client_id": known.client_id,
    }
    try:
        connector.get_access_token([scope])
    except ServiceRefused as error:
        return _refused(error.response, about)
    except NotCalled as error:
        return Check("token", "wrong", "unreachable", {**about, "reason": error.reason})
    except ValueError:
        return Check("token", "wrong", "unreadable", about)
    granted = connector.granted
    return Check("token", "wrong", "not-granted", about) if granted and scope not in granted else Check("token", "ok", "granted", about)


def _refused(answer: requests.Response, about: Mapping[str, str | int]) -> Check:
    status = answer.status_code
    found = "not-found" if status == 404 else "refused"
    return Check("token", "wrong", found, {**about, "status": status, "words": words_of(answer) or "—"})


def _own_keys(installation: Installation) -> Check:
    """Fetch our own key set as a platform does. That address is configured, not told by anybody: it may be private."""
    jwks = tool_details(installation.settings).jwks_url
    try:
        answer = Client(allow_private=True).get(jwks, {"Accept": "application/json"}, limits=LIMITS)
    except NotCalled as error:
        return Check("own-keys", "unknown", "unreachable", {"jwks": jwks, "reason": error.reason})
    try:
        listed = usable_keys(json.loads(answer.content)) if answer.status_code == 200 else {}
    except (ValueError, RecursionError):
        listed = {}
    if equipment(installation).ring.lti.kid not in listed:
        return Check("own-keys", "wrong", "others", {"jwks": jwks})
    return Check("own-keys", "ok", "reachable", {"jwks": jwks})


def _own_address(base_url: str) -> Check:
    """Tell whether platforms may call us: Moodle forbids itself private hosts, and ports other than 80 and 443."""
    parts = urlsplit(base_url)
    try:
        public_address(parts.hostname or "", parts.port or 443)
    except NotCalled:
        return Check("own-address", "unknown", "private", {"base_url": base_url})
    except (OSError, UnicodeError):
        return Check("own-address", "unknown", "unknown", {"base_url": base_url})
    found = "public" if parts.port in {None, 80, 443} else "port"
    return Check("own-address", "ok" if found == "public" else "unknown", found, {"base_url": base_url})
