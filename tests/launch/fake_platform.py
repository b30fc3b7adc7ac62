"""A learning platform for tests: its own key, key set, token, grade and roster endpoints on loopback, and faults on demand."""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from flask import Flask, Response, jsonify, session
from flask.testing import FlaskClient

from lti_tool.installation import Installation
from lti_tool.launch import login, message
from lti_tool.launch.visits import find_visit
from lti_tool.problem import Problem

BASE = "http://localhost:8400"
LAUNCH = BASE + "/lti/launch"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
GONE = object()
COURSE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


@cache
def rsa_key(name: str, bits: int = 2048) -> RSAPrivateKey:
    """The same key for the same name, in one test run."""
    assert name
    return generate_private_key(65537, bits)


def pem(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())


def public_pem(key: RSAPrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def jwk(key: RSAPrivateKey, kid: str, **more: Any) -> dict[str, Any]:
    return {**jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True), "kid": kid, "alg": "RS256", "use": "sig", **more}


@dataclass
class Seen:
    """One request that the platform received."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


Fault = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class FakePlatform:
    """`answers` maps a path to (status, headers, body) or to a function that does as it likes with the handler."""

    client_id: str = "client-1"
    deployment_id: str = "1"
    key_name: str = "platform"
    kid: str = "key-1"
    answers: dict[str, Any] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    token_seconds: float = 3600

    def __enter__(self) -> FakePlatform:
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                platform.seen.append(Seen(self.command, self.path, dict(self.headers), body))
                platform.answer(self)

            do_GET = do_POST = handle_one  # noqa: N815 - http.server's names

            def log_message(self, *_arguments: object) -> None:
                pass

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128  # sixteen callers at once do not fit into the five that are usual
            block_on_close = False

            def handle_error(self, *_arguments: object) -> None:
                pass  # callers that hang up early are part of the tests

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.jwks: Any = {"keys": [jwk(self.key, self.kid)]}
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02})
        self.thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    @property
    def key(self) -> RSAPrivateKey:
        return rsa_key(self.key_name)

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = urlsplit(handler.path).path
        planned = self.answers.get(handler.path, self.answers.get(path))
        if callable(planned):
            planned(handler)
            return
        status, headers, body = planned or self.usual(path)
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        handler.send_response(status[0], status[1]) if isinstance(status, tuple) else handler.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(content)), **headers}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(content)

    def usual(self, path: str) -> tuple[int, dict[str, str], Any]:
        if path == "/jwks":
            return 200, {}, self.jwks
        if path == "/token":
            # Moodle labels its JSON as HTML.
            return 200, {"Content-Type": "text/html"}, {"access_token": uuid.uuid4().hex, "token_type": "Bearer", "expires_in": self.token_seconds}
        if path.endswith("/scores"):
            return 200, {}, []
        return 404, {}, {}

    def count(self, path: str) -> int:
        return sum(urlsplit(one.path).path == path for one in self.seen)

    def registration(self, **changes: Any) -> dict[str, Any]:
        values = {
            "issuer": self.url,
            "client_id": self.client_id,
            "auth_url": self.url + "/auth",
            "token_url": self.url + "/token",
            "jwks_url": self.url + "/jwks",
            "deployment_ids": [self.deployment_id],
        }
        return {**values, **changes}

    def claims(self, nonce: str, target: str = LAUNCH) -> dict[str, Any]:
        now = int(time.time())
        return {
            "iss": self.url,
            "aud": self.client_id,
            "sub": "5",
            "nonce": nonce,
            "iat": now,
            "exp": now + 60,
            "given_name": "Þóra",
            "family_name": "Guðmundsdóttir",
            "name": "Þóra Guðmundsdóttir",
            "email": "thora@moodle.test",
            CLAIM + "message_type": "LtiResourceLinkRequest",
            CLAIM + "version": "1.3.0",
            CLAIM + "deployment_id": self.deployment_id,
            CLAIM + "target_link_uri": target,
            CLAIM + "roles": [COURSE + "Learner"],
            CLAIM + "resource_link": {"id": "1"},
            CLAIM + "context": {"id": "2", "title": "Apply for your certificate"},
            AGS: {"scope": [], "lineitem": self.url + "/lineitems/2/lineitem?type_id=1"},
        }

    def sign(self, claims: Any, *, key: RSAPrivateKey | None = None, header: Mapping[str, Any] | None = None) -> str:
        """Sign whatever is given, also what no JWT library would sign; a header of GONE is left out, bytes are taken as they are."""
        head = {"typ": "JWT", "alg": "RS256", "kid": self.kid, **(header or {})}
        payload = claims if isinstance(claims, bytes) else json.dumps(without_gone(claims)).encode()
        signed = b".".join(map(base64url, (json.dumps(without_gone(head)).encode(), payload)))
        signature = (key or self.key).sign(signed, PKCS1v15(), SHA256())
        return (signed + b"." + base64url(signature)).decode()


def base64url(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def without_gone(members: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not GONE}


@dataclass
class Begun:
    """A login that was begun: what the platform was told."""

    state: str
    nonce: str
    address: str

    @property
    def cookie(self) -> tuple[str, str]:
        """The name and value of the cookie that the browser got."""
        return cookie_of(self.state)


def cookie_of(state: str) -> tuple[str, str]:
    """The cookie of a state: it bears the login's id, which the state begins with."""
    login_id = state.removeprefix("state-").split(".")[0]
    return f"__Host-lti-state-{login_id}", login_id


class Browser:
    """A browser with cookies of its own, driven over WSGI."""

    def __init__(self, app: Flask) -> None:
        self.client: FlaskClient = app.test_client()

    def begin(self, platform: FakePlatform, target: str = LAUNCH, **changes: str) -> Begun:
        answer = self.ask(platform, target, **changes)
        assert answer.status_code == 302, answer.text
        sent = parse_qs(urlsplit(answer.headers["Location"]).query)
        return Begun(sent["state"][0], sent["nonce"][0], answer.headers["Location"])

    def ask(self, platform: FakePlatform, target: str = LAUNCH, **changes: str) -> Any:
        form = {"iss": platform.url, "client_id": platform.client_id, "target_link_uri": target, "login_hint": "5", **changes}
        return self.client.post("/lti/login", data={name: value for name, value in form.items() if value}, base_url=BASE)

    def post(self, state: str, token: str, **more: str) -> Any:
        return self.client.post("/lti/launch", data={"state": state, "id_token": token, **more}, base_url=BASE)

    def launch(self, platform: FakePlatform, changes: Mapping[str, Any] | None = None, target: str = LAUNCH) -> Any:
        begun = self.begin(platform, target)
        claims = {**platform.claims(begun.nonce, target), **(changes or {})}
        return self.post(begun.state, platform.sign(claims))

    def visit(self) -> Any:
        return self.client.get("/whoami", base_url=BASE)


def make_app(installation: Installation) -> Flask:
    """The smallest application that the two ends of a launch can live in."""
    app = Flask(__name__)
    app.config.update(SECRET_KEY=b"test", PROPAGATE_EXCEPTIONS=False)
    app.extensions["sealwright"] = installation
    app.register_blueprint(login.blueprint)
    app.register_blueprint(message.blueprint)

    @app.errorhandler(Problem)
    def _problem(problem: Problem) -> tuple[Response, int]:
        return jsonify(code=problem.code, details=problem.details, words=problem.in_english()), problem.status

    @app.get("/whoami")
    def _whoami() -> Response:
        with installation.database.read() as db:
            visit = find_visit(db, session.get("visit", ""))
        return jsonify(id=visit.id, sub=visit.visitor.sub, roles=sorted(visit.roles), activity=visit.activity)

    return app
