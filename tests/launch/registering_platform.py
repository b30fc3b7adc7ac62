"""A platform that registers tools in Moodle's manner, with faults on demand, and an administrator's browser that goes through it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from fake_platform import BASE, GONE, FakePlatform, without_gone
from flask import Flask

from lti_tool.installation import Installation
from lti_tool.launch import invitations
from lti_tool.launch.records import Registration
from lti_tool.web.app import create_app

CONFIGURATION = "/mod/lti/openid-configuration.php"
REGISTER = "/mod/lti/openid-registration.php"
PLATFORM = "https://purl.imsglobal.org/spec/lti-platform-configuration"
TOOL = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"


@dataclass
class Registering:
    """Registration endpoints on a fake platform; `document` changes its configuration, `granted` its answer; GONE leaves a member out."""

    platform: FakePlatform
    document: dict[str, Any] = field(default_factory=dict)
    granted: dict[str, Any] = field(default_factory=dict)
    deployment_id: str | None = "7"
    spent: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.platform.answers[CONFIGURATION] = lambda handler: self.send(handler, 200, self.configuration())
        self.platform.answers[REGISTER] = self.register

    def configuration(self) -> Mapping[str, Any]:
        at = self.platform.url
        usual = {
            "issuer": at,
            "authorization_endpoint": at + "/mod/lti/auth.php",
            "token_endpoint": at + "/token",
            "jwks_uri": at + "/jwks",
            "registration_endpoint": at + REGISTER,
            "scopes_supported": [AGS + "lineitem", AGS + "score", NRPS, "openid"],
            "claims_supported": ["sub", "iss", "name", "given_name", "family_name", "email"],
            PLATFORM: {
                "product_family_code": "moodle",
                "version": "4.5.6 (Build: 20250811)",
                "messages_supported": [{"type": "LtiResourceLinkRequest"}, {"type": "LtiDeepLinkingRequest", "placements": ["ContentArea"]}],
            },
        }
        return without_gone({**usual, **self.document})

    def register(self, handler: Any) -> None:
        token = handler.headers.get("Authorization", "").removeprefix("Bearer ")
        if not token.startswith("good"):
            self.send(handler, 400, "missing_registration_token", "text/html")
        elif token in self.spent:
            self.send(handler, 401, "token_already_used", "text/html")
        else:
            self.spent.append(token)
            self.send(handler, 200, self.answer())

    def answer(self) -> Mapping[str, Any]:
        sent = self.request
        tool = {**sent[TOOL], **({"deployment_id": self.deployment_id} if self.deployment_id else {})}
        # Moodle echoes scopes that were not asked for.
        usual = {**sent, "client_id": self.platform.client_id, "scope": f"{AGS}score {AGS}lineitem {NRPS}", TOOL: tool}
        return without_gone({**usual, **self.granted})

    def send(self, handler: Any, status: int, body: Any, kind: str = "application/json; charset=utf-8") -> None:
        content = body if isinstance(body, bytes) else body.encode() if isinstance(body, str) else json.dumps(body).encode()
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)

    def answers(self, status: int, body: Any, kind: str = "application/json") -> None:
        """Answer every registration like this from now on."""
        self.platform.answers[REGISTER] = lambda handler: self.send(handler, status, body, kind)

    @property
    def request(self) -> dict[str, Any]:
        """The last registration that was asked for."""
        (*_earlier, last) = [one for one in self.platform.seen if one.path == REGISTER]
        found: dict[str, Any] = json.loads(last.body)
        return found

    @property
    def calls(self) -> list[str]:
        return [one.path for one in self.platform.seen]

    def appended(self, **changes: str) -> dict[str, str]:
        """What the platform appends to the tool's address; a new token each time."""
        sent = {"openid_configuration": self.platform.url + CONFIGURATION, "registration_token": f"good-{uuid.uuid4().hex}", **changes}
        return {name: value for name, value in sent.items() if value}


class Administrator:
    """Somebody with a browser who opens an invitation in their platform."""

    def __init__(self, tool: Installation, app: Flask | None = None) -> None:
        self.tool = tool
        self.app = app or create_app(tool)
        self.app.testing = False
        self.client = self.app.test_client()

    def invited(self, **changes: Any) -> str:
        with self.tool.database.write() as session:
            return invitations.make(session, **{"label": "Example school", "approves": False, "by": "program", **changes})

    def look(self, secret: str, appended: Mapping[str, str]) -> Any:
        return self.client.get(f"/lti/register/{secret}", query_string=dict(appended), base_url=BASE)

    def click(self, secret: str, page: Any, headers: Mapping[str, str] | None = None, **changes: Any) -> Any:
        """Press the page's button, with some of its hidden fields changed."""
        fields = dict(re.findall(r'name="(mark|openid_configuration|registration_token)" value="([^"]*)"', page.text))
        sent = without_gone({name: value.replace("&amp;", "&") for name, value in fields.items()} | changes)
        return self.client.post(f"/lti/register/{secret}", data=sent, base_url=BASE, headers={"Origin": BASE, **(headers or {})})

    def register(self, secret: str, appended: Mapping[str, str]) -> Any:
        """Look, click, and return what is shown in the end."""
        page = self.look(secret, appended)
        assert page.status_code == 200, page.text
        answer = self.click(secret, page)
        return self.client.get(answer.headers["Location"], base_url=BASE) if answer.status_code == 303 else answer

    def known(self) -> list[Registration]:
        with self.tool.database.read() as session:
            found = session.query(Registration).order_by(Registration.id).all()
            for one in found:
                list(one.deployments)
            session.expunge_all()
        return found

    def usable(self, secret: str) -> bool:
        with self.tool.database.read() as session:
            return any(one.digest == invitations.digest_of(secret) for one in invitations.waiting(session))


def code(answer: Any) -> str:
    """The code that a refusal's page shows."""
    found = re.search(r"</code> · <code>([a-z-]+)</code>|data-code=\"([a-z-]+)\"", answer.text)
    return (found.group(1) or found.group(2)) if found else ""


Change = Callable[[Registering], None]
__all__ = ["AGS", "BASE", "CONFIGURATION", "GONE", "NRPS", "PLATFORM", "REGISTER", "TOOL", "Administrator", "Change", "Registering", "code"]
