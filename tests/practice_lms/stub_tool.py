"""The tool's side for tests of the practice LMS: a key set on real HTTP, and readers of what the LMS sends."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from flask.testing import FlaskClient
from werkzeug.serving import BaseWSGIServer, make_server
from werkzeug.wrappers import Response

OWN_URL = "http://127.0.0.1:8401"
CLIENT_ID = "practice-client"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
DEEP_LINKING = "https://purl.imsglobal.org/spec/lti-dl/claim/"


@dataclass
class StubTool:
    """The tool's side: a key set on real HTTP, and how often it was fetched."""

    url: str
    key: rsa.RSAPrivateKey
    fetched: list[float] = field(default_factory=list)
    published: list[dict[str, Any]] = field(default_factory=list)

    def publish(self, key: rsa.RSAPrivateKey, kid: str, alg: str | None = "RS256") -> None:
        """Let this be the one key of the set from now on."""
        jwk = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": kid, "use": "sig"}
        self.published = [{**jwk, "alg": alg} if alg else jwk]

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        self.fetched.append(time.monotonic())
        return Response(json.dumps({"keys": self.published}), mimetype="application/json")(environ, start_response)

    def assertion(self, headers: dict[str, str] | None = None, key: rsa.RSAPrivateKey | None = None, **changed: object) -> str:
        claims = {
            "iss": CLIENT_ID,
            "sub": CLIENT_ID,
            "aud": f"{OWN_URL}/mod/lti/token.php",
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
            "jti": uuid.uuid4().hex,
        }
        claims = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers=headers or {"kid": "stub"})

    def chosen(self, items: object, *, key: rsa.RSAPrivateKey | None = None, **changed: object) -> str:
        """A deep linking response of LTI Deep Linking 2.0; `changed` members that are None are left out."""
        claims = {
            "iss": CLIENT_ID,
            "aud": OWN_URL,
            "iat": int(time.time()),
            "exp": int(time.time()) + 60,
            "nonce": uuid.uuid4().hex,
            f"{LTI}deployment_id": "1",
            f"{LTI}message_type": "LtiDeepLinkingResponse",
            f"{LTI}version": "1.3.0",
            f"{DEEP_LINKING}content_items": items,
        }
        claims = {name: value for name, value in {**claims, **changed}.items() if value is not None}
        return jwt.encode(claims, key or self.key, algorithm="RS256", headers={"kid": "stub"})


class serving:  # noqa: N801 - reads as a verb
    """Serve a WSGI application on a free port inside the block."""

    def __init__(self, application: Any) -> None:
        self.server: BaseWSGIServer = make_server("127.0.0.1", 0, application, threaded=True)
        self.server.log = lambda *_: None  # type: ignore[method-assign]
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)

    def __enter__(self) -> BaseWSGIServer:
        self.thread.start()
        return self.server

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def token_request(assertion: str, scope: str) -> dict[str, str]:
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        "client_assertion": assertion,
        "scope": scope,
    }


def posted_form(page: str) -> tuple[str, dict[str, str]]:
    """The address and fields of a page that posts itself."""
    address = re.search(r'<form[^>]* method="post" action="([^"]*)"', page)
    assert address
    assert ".submit()" in page
    fields = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page)
    return unescape(address[1]), {name: unescape(value) for name, value in fields}


def decoded(part: str) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def initiated(client: FlaskClient, activity: str = "1", target: str = "iframe", **asked: str) -> tuple[str, dict[str, str]]:
    """The login initiation of a link: where it goes, and its fields."""
    answer = client.get("/mod/lti/launch.php", query_string={"id": activity, "target": target, **asked})
    assert answer.status_code == 200
    return posted_form(answer.text)


def request_of(initiation: dict[str, str], redirect_uri: str, **changed: str | None) -> dict[str, str]:
    """The authentication request that a tool sends back."""
    sent: dict[str, str | None] = {
        "scope": "openid",
        "response_type": "id_token",
        "response_mode": "form_post",
        "prompt": "none",
        "client_id": initiation["client_id"],
        "redirect_uri": redirect_uri,
        "login_hint": initiation["login_hint"],
        "lti_message_hint": initiation["lti_message_hint"],
        "state": "the state, as sent",
        "nonce": "nonce-1",
        **changed,
    }
    return {name: value for name, value in sent.items() if value is not None}


def answered(client: FlaskClient, initiation: tuple[str, dict[str, str]]) -> tuple[str, dict[str, str]]:
    """What the platform posts to the tool after an authentication request without fault."""
    login, fields = initiation
    answer = client.get("/mod/lti/auth.php", query_string=request_of(fields, login.replace("/lti/login", "/lti/launch")))
    assert answer.status_code == 200, answer.text
    return posted_form(answer.text)


def launched(client: FlaskClient, activity: str = "1", target: str = "iframe", **asked: str) -> tuple[str, dict[str, str]]:
    return answered(client, initiated(client, activity, target, **asked))


def claims_of(client: FlaskClient, activity: str = "1", target: str = "iframe", **asked: str) -> dict[str, Any]:
    _, fields = launched(client, activity, target, **asked)
    body = decoded(fields["id_token"].split(".")[1])
    assert isinstance(body, dict)
    return body


def session_key(client: FlaskClient) -> str:
    with client.session_transaction() as session:
        return str(session["session_key"])
