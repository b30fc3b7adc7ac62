"""A practice LMS, and a stub tool that only publishes a key and signs assertions."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import CLIENT_ID, OWN_URL, StubTool, serving, token_request

from lti_tool.practice_lms.app import create_lms
from lti_tool.practice_lms.manner import CANVAS


@pytest.fixture(scope="session")
def running_stub() -> Iterator[StubTool]:
    tool = StubTool("", rsa.generate_private_key(public_exponent=65537, key_size=2048))
    with serving(tool) as server:
        tool.url = f"http://127.0.0.1:{server.server_port}"
        yield tool


@pytest.fixture(scope="session")
def another_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def stub_tool(running_stub: StubTool) -> StubTool:
    """The stub, publishing its own key."""
    running_stub.publish(running_stub.key, "stub")
    return running_stub


@pytest.fixture
def lms(tmp_path: Path, stub_tool: StubTool) -> Flask:
    return create_lms(tmp_path / "practice", OWN_URL, stub_tool.url, CLIENT_ID)


@pytest.fixture
def canvas(tmp_path: Path, stub_tool: StubTool) -> Flask:
    """The same LMS in Canvas's manner."""
    return create_lms(tmp_path / "canvas", OWN_URL, stub_tool.url, CLIENT_ID, CANVAS)


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
