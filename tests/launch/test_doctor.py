"""The connection doctor: what is wrong with a connection is named, and never an error."""

from __future__ import annotations

import json
import string
import threading
import tomllib
from email.utils import format_datetime
from importlib import resources
from typing import Any

import pytest
from click.testing import CliRunner
from fake_platform import FakePlatform, jwk, rsa_key
from flask import Flask
from werkzeug.serving import make_server

from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.installation import Installation
from lti_tool.launch import approvals, doctor, registrations
from lti_tool.launch.doctor import Check, examine
from lti_tool.launch.records import AccessToken, Registration
from lti_tool.problem import Problem
from lti_tool.web.app import create_app

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"


@pytest.fixture(autouse=True)
def own_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """No server of ours runs in most of these tests."""
    monkeypatch.setattr(doctor, "_own_keys", lambda _installation: Check("own-keys", "ok", "reachable", {"jwks": "x"}))


def examined(tool: Installation, registration_id: int = 1) -> dict[str, Check]:
    """Each check by its code; the two tokens by what they are for. Every sentence can be told."""
    found = {}
    for check in examine(tool, registration_id):
        for sentence in (check.seen, check.todo):
            assert "{" not in sentence.format_map(check.details)
        found[check.code + ("-" + str(check.details["scope"])[:5] if check.code == "token" else "")] = check
    return found


def test_a_good_connection(tool: Installation, platform: FakePlatform) -> None:
    found = examined(tool)
    wrong = {name: check for name, check in found.items() if check.state != "ok" and name != "own-address"}
    assert wrong == {}
    assert found["keys"].details == {"count": 1, "bits": "2048"}
    assert found["own-address"].found == "private"
    assert set(found) == {"registration", "deployments", "keys", "clock", "token-score", "token-conte", "own-keys", "own-address"}


def test_tokens_are_asked_for_anew(tool: Installation, platform: FakePlatform) -> None:
    examine(tool, 1)
    examine(tool, 1)
    assert platform.count("/token") == 4
    with tool.database.read() as session:
        assert session.query(AccessToken).count() == 2


def html(status: int) -> Any:
    return status, {"Content-Type": "text/html"}, b"<!doctype html><title>404 Not Found</title><p>nothing"


def dated(seconds: int) -> Any:
    def answer(handler: Any) -> None:
        body = json.dumps({"keys": [jwk(rsa_key("platform"), "key-1")]}).encode()
        handler.send_response_only(200)
        if seconds < 10_000_000:
            moment = clock.now().timestamp() + seconds
            handler.send_header("Date", format_datetime(clock.now().fromtimestamp(moment, clock.now().tzinfo), usegmt=True))
        else:
            handler.send_header("Date", "yesterday")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


# What the platform answers where → check, state, what was found.
FAULTS = {
    "keys gone": ({"/jwks": (404, {}, {})}, "keys", "wrong", "status"),
    "keys moved": ({"/jwks": (302, {"Location": "/elsewhere"}, {})}, "keys", "wrong", "status"),
    "keys are a page": ({"/jwks": html(200)}, "keys", "wrong", "unusable"),
    "keys nested": ({"/jwks": (200, {}, b"[" * 60_000)}, "keys", "wrong", "unusable"),
    "no keys": ({"/jwks": (200, {}, {"keys": []})}, "keys", "wrong", "unusable"),
    "weak keys": ({"/jwks": (200, {}, {"keys": [jwk(rsa_key("weak", 1024), "w")]})}, "keys", "wrong", "unusable"),
    "keys too large": ({"/jwks": (200, {}, b"x" * 300_000)}, "keys", "wrong", "unreachable"),
    "clock fast": ({"/jwks": dated(90)}, "clock", "wrong", "wrong"),
    "clock slow": ({"/jwks": dated(-3600)}, "clock", "wrong", "wrong"),
    "clock a little off": ({"/jwks": dated(-30)}, "clock", "unknown", "apart"),
    "clock nearly right": ({"/jwks": dated(5)}, "clock", "ok", "agrees"),
    "clock unreadable": ({"/jwks": dated(10_000_000)}, "clock", "unknown", "untold"),
    "token: Moodle may not fetch our keys": ({"/token": html(404)}, "token-score", "wrong", "not-found"),
    "token: unknown client": ({"/token": (400, {}, {"error": "invalid_client"})}, "token-score", "wrong", "refused"),
    "token: forbidden": ({"/token": (403, {}, "no")}, "token-conte", "wrong", "refused"),
    "token: failing": ({"/token": (500, {}, b"\xff")}, "token-conte", "wrong", "refused"),
    "token: a page": ({"/token": html(200)}, "token-score", "wrong", "unreadable"),
    "token: none": ({"/token": (200, {}, {"expires_in": 5})}, "token-score", "wrong", "unreadable"),
    "token: a list": ({"/token": (200, {}, [])}, "token-score", "wrong", "unreadable"),
    "token: moved": ({"/token": (302, {"Location": "/"}, {})}, "token-score", "wrong", "unreachable"),
    "token: scope granted": ({"/token": (200, {}, {"access_token": "t", "scope": SCORE})}, "token-score", "ok", "granted"),
    "token: scope not granted": ({"/token": (200, {}, {"access_token": "t", "scope": SCORE})}, "token-conte", "wrong", "not-granted"),
    "token: scope of another type": ({"/token": (200, {}, {"access_token": "t", "scope": 5})}, "token-conte", "ok", "granted"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_the_platform_does_wrong(fault: str, tool: Installation, platform: FakePlatform) -> None:
    answers, code, state, found = FAULTS[fault]
    platform.answers.update(answers)
    check = examined(tool)[code]
    assert (check.state, check.found) == (state, found)
    assert check.todo or state == "ok"


def test_the_platforms_words_are_shown(tool: Installation, platform: FakePlatform) -> None:
    platform.answers["/token"] = (400, {}, {"error": "invalid_client", "error_description": "<b>No</b> such client\u202e"})
    assert examined(tool)["token-score"].details["words"] == "invalid_client · No such client"


def test_a_platform_that_is_gone(tool: Installation) -> None:
    with FakePlatform() as gone, tool.database.write() as session:
        registrations.add(session, **gone.registration())
    found = examined(tool)
    assert (found["keys"].found, found["clock"].found, found["token-score"].found) == ("unreachable", "untold", "unreachable")


STANDINGS = {
    "pending": ({"status": "pending"}, {"1": "pending"}, "pending", "pending"),
    "suspended": ({"status": "suspended"}, {"1": "active"}, "suspended", "active"),
    "no deployment": ({}, {}, "active", "none"),
    "no deployment yet": ({"new_deployments": "trust"}, {}, "active", "trusted"),
    "some wait": ({}, {"1": "active", **{str(one): "pending" for one in range(2, 12)}}, "active", "pending"),
}


@pytest.mark.parametrize("standing", STANDINGS)
def test_how_the_platform_stands_here(standing: str, tool: Installation, platform: FakePlatform) -> None:
    changes, deployments, registered, places = STANDINGS[standing]
    with tool.database.write() as session:
        known = session.get_one(Registration, 1)
        for name, value in changes.items():
            setattr(known, name, value)
        for one in known.deployments:
            session.delete(one)
        session.flush()
        for name, status in deployments.items():
            registrations.add(session, **platform.registration(deployment_ids=[name]), status=status)
    found = examined(tool)
    assert (found["registration"].found, found["deployments"].found) == (registered, places)
    assert found["token-score"].state == "ok"


def test_an_unknown_registration(tool: Installation) -> None:
    with pytest.raises(Problem, match="registration-unknown"):
        examine(tool, 99)


OWN = {
    "https://certificates.example": ("unknown", "unknown"),
    "http://127.0.0.1:8400": ("unknown", "private"),
    "https://10.1.2.3": ("unknown", "private"),
    "https://93.184.216.34": ("ok", "public"),
    "https://93.184.216.34:8443": ("unknown", "port"),
    "https://" + "a" * 64 + ".example": ("unknown", "unknown"),
}


@pytest.mark.parametrize("base_url", OWN)
def test_our_own_address(base_url: str) -> None:
    check = doctor._own_address(base_url)
    assert (check.state, check.found) == OWN[base_url]


def test_our_own_keys(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    server = make_server("127.0.0.1", 0, Flask("not yet"), threaded=True)
    opened = Installation(tool.settings.model_copy(update={"base_url": f"http://127.0.0.1:{server.port}"}))
    server.app = create_app(opened)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        assert doctor._own_keys(opened).found == "reachable"
        assert doctor._own_keys(Installation(tool.settings.model_copy(update={"base_url": platform.url}))).found == "others"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        opened.database.engine.dispose()
    assert doctor._own_keys(opened).found == "unreachable"


def test_every_sentence_has_a_check() -> None:
    told = tomllib.loads(resources.files("lti_tool.launch").joinpath("doctor.toml").read_text(encoding="utf-8"))
    for name, words in told.items():
        assert set(words) <= {"seen", "todo"}
        for sentence in words.values():
            assert sentence.endswith((".", "”", "”."))
            list(string.Formatter().parse(sentence))
        assert name.count(".") == 1


def run(tool: Installation, *words: str) -> Any:
    environment = {"SEALWRIGHT_BASE_URL": tool.settings.base_url, "SEALWRIGHT_ALLOW_PRIVATE_HOSTS": "1"}
    return CliRunner(env=environment).invoke(sealwright, ["--home", str(tool.settings.home), "lms", *words])


def test_the_command(tool: Installation, platform: FakePlatform) -> None:
    answer = run(tool, "doctor", "1", "--json")
    assert answer.exit_code == 0, answer.output
    assert {row["state"] for row in json.loads(answer.output)} == {"ok", "unknown"}
    platform.answers["/token"] = html(404)
    answer = run(tool, "doctor", "1")
    assert answer.exit_code == 1
    assert "HTTP security" in answer.output
    with tool.database.write() as session:
        approvals.set_registration(session, 1, "suspended", "program")
    assert "suspended" in run(tool, "doctor", "1").output
