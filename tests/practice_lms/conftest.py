"""A practice LMS, and a stub tool that only publishes a key and signs assertions."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import CLIENT_ID, OWN_URL, StubTool, serving, token_request
from werkzeug.wrappers import Response

from lti_tool.practice_lms.app import create_lms


@pytest.fixture(scope="session")
def stub_tool() -> Iterator[StubTool]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    fetched: list[float] = []

    def application(environ: dict[str, Any], start_response: Any) -> Any:
        fetched.append(time.monotonic())
        jwk = {**json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key())), "kid": "stub", "alg": "RS256", "use": "sig"}
        return Response(json.dumps({"keys": [jwk]}), mimetype="application/json")(environ, start_response)

    with serving(application) as server:
        yield StubTool(f"http://127.0.0.1:{server.server_port}", key, fetched)


@pytest.fixture
def lms(tmp_path: Path, stub_tool: StubTool) -> Flask:
    return create_lms(tmp_path / "practice", OWN_URL, stub_tool.url, CLIENT_ID)


@pytest.fixture
def browser_of(lms: Flask) -> Callable[[str], FlaskClient]:
    """A client signed in as the person with this id."""

    def signed_in(person: str) -> FlaskClient:
        client = lms.test_client()
        assert client.post("/sign-in", data={"person": person}).status_code == 303
        return client

    return signed_in


@pytest.fixture
def bearer(lms: Flask, stub_tool: StubTool) -> Callable[..., dict[str, str]]:
    """Headers with a token for the named scopes."""

    def header(*scopes: str) -> dict[str, str]:
        answer = lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), " ".join(scopes)))
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {json.loads(answer.text)['access_token']}"}

    return header
