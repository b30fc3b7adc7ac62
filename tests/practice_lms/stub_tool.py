"""The tool's side for tests of the practice LMS: a key set on real HTTP, and readers of what the LMS sends."""

from __future__ import annotations

import base64
import json
import re
import threading
import time
import uuid
from dataclasses import dataclass
from html import unescape
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from werkzeug.serving import BaseWSGIServer, make_server

OWN_URL = "http://127.0.0.1:8401"
CLIENT_ID = "practice-client"


@dataclass
class StubTool:
    """The tool's side: a key set on real HTTP, and how often it was fetched."""

    url: str
    key: rsa.RSAPrivateKey
    fetched: list[float]

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
