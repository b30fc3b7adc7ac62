"""The login initiation: which targets, which platforms, which cookie (threats L12, L20)."""

from __future__ import annotations

import uuid
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fake_platform import BASE, LAUNCH, Browser, FakePlatform, make_app

from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.own_urls import own_target
from lti_tool.problem import Problem
from lti_tool.settings import Settings

FOREIGN = [
    "https://evil.example/lti/launch",
    "//evil.example/lti/launch",
    "\\\\evil.example\\lti\\launch",
    "javascript:alert(1)",
    "http://localhost:8400@evil.example/lti/launch",
    "http://user@localhost:8400/lti/launch",
    "http://xn--lcalhost-q4a:8400/lti/launch",
    "http://localhost:8400.evil.example/lti/launch",
    "http://localhost/lti/launch",
    "https://localhost:8400/lti/launch",
    "HTTP://LOCALHOST:8400/lti/launch",
    BASE,
    BASE + "/",
    BASE + "/review",
    LAUNCH + "/",
    LAUNCH + "/../../verify",
    LAUNCH + "#fragment",
    LAUNCH + "?",
    LAUNCH + "?next=https://evil.example",
    LAUNCH + "?activity=other",
    LAUNCH + "?activity=",
    LAUNCH + "?activity=apply&activity=review",
    LAUNCH + "?activity=apply&next=x",
    LAUNCH + "?activity=apply#x",
    LAUNCH + "?activity=apply\r\nSet-Cookie: x=y",
    LAUNCH + "\0",
    " " + LAUNCH,
    LAUNCH + " ",
]


@pytest.mark.parametrize("target", FOREIGN)
def test_a_target_that_is_not_ours_is_refused(target: str, browser: Browser, platform: FakePlatform) -> None:
    answer = browser.ask(platform, target)
    assert (answer.status_code, answer.json["code"]) == (400, "target-not-ours")
    with pytest.raises(Problem, match="target-not-ours"):
        own_target(BASE, target)


INCOMPLETE: list[tuple[dict[str, str], str]] = [
    ({"iss": ""}, "login-incomplete"),
    ({"login_hint": ""}, "login-incomplete"),
    ({"target_link_uri": ""}, "login-incomplete"),
    ({"login_hint": "x" * 9_000}, "login-too-large"),
    ({"lti_message_hint": "x" * 9_000}, "login-too-large"),
    ({"iss": "https://unknown.example"}, "platform-unknown"),
    ({"iss": "https://unknown.example\0"}, "platform-unknown"),
    ({"iss": "x" * 3_000}, "platform-unknown"),
    ({"client_id": "client-9"}, "platform-unknown"),
    ({"client_id": "client-1\0"}, "platform-unknown"),
    ({"client_id": "' or 1=1 --"}, "platform-unknown"),
]


@pytest.mark.parametrize(("changes", "code"), INCOMPLETE)
def test_a_bad_login_is_refused(changes: dict[str, str], code: str, either_browser: Browser, either_platform: FakePlatform) -> None:
    answer = either_browser.ask(either_platform, **changes)
    assert (answer.status_code // 100, answer.json["code"]) == (4, code)
    assert "Set-Cookie" not in answer.headers


def test_a_login_by_get_works_too(browser: Browser, platform: FakePlatform) -> None:
    query = {"iss": platform.url, "client_id": platform.client_id, "target_link_uri": LAUNCH, "login_hint": "5"}
    answer = browser.client.get("/lti/login", query_string=query, base_url=BASE)
    assert answer.headers["Location"].startswith(platform.url + "/auth?")


def test_the_client_id_may_be_left_out_while_there_is_one(browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    assert browser.ask(platform, client_id="").status_code == 302
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(client_id="client-1b"))
    assert browser.ask(platform, client_id="").json["code"] == "client-id-missing"
    assert browser.ask(platform, client_id="client-1b").status_code == 302


def test_what_the_platform_is_asked(browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform, LAUNCH + "?activity=final", lti_message_hint='{"cmid":2}')
    sent = {name: values[0] for name, values in parse_qs(urlsplit(begun.address).query).items()}
    fixed = {"scope": "openid", "response_type": "id_token", "response_mode": "form_post", "prompt": "none"}
    asked = {"client_id": "client-1", "redirect_uri": LAUNCH, "login_hint": "5", "lti_message_hint": '{"cmid":2}'}
    assert sent == {**fixed, **asked, "state": begun.state, "nonce": begun.nonce}


def test_an_authentication_address_may_have_a_query(tool: Installation, browser: Browser) -> None:
    with FakePlatform(client_id="client-3") as platform:
        with tool.database.write() as session:
            registrations.add(session, **platform.registration(auth_url=platform.url + "/auth?tenant=7"))
        address = browser.begin(platform).address
    assert address.count("?") == 1
    assert parse_qs(urlsplit(address).query)["tenant"] == ["7"]


def test_every_login_has_a_state_and_a_nonce_of_its_own(browser: Browser, platform: FakePlatform) -> None:
    logins = [browser.begin(platform) for _ in range(20)]
    secrets = [login.state for login in logins] + [login.nonce for login in logins]
    assert len(set(secrets)) == 40
    assert min(map(len, secrets)) >= 32
    # The library's nonces end with the network address of the machine.
    assert not any(f"{uuid.getnode():012x}" in secret for secret in secrets)


def attributes(answer: Any) -> dict[str, Any]:
    (name, morsel), *_ = SimpleCookie(answer.headers["Set-Cookie"].replace(" Partitioned", "")).items()
    flags = {part.strip() for part in answer.headers["Set-Cookie"].split(";")}
    return {"name": name, "value": morsel.value, "flags": flags}


def test_the_state_cookie_lives_in_a_frame(browser: Browser, platform: FakePlatform) -> None:  # L20
    answer = browser.ask(platform)
    cookie = attributes(answer)
    assert cookie["name"] == "__Host-lti-state-" + cookie["value"]
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/", "Max-Age=300"} <= cookie["flags"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_state_cookie_is_removed_after_the_launch(browser: Browser, platform: FakePlatform) -> None:
    answer = browser.launch(platform)
    removed = next(value for value in answer.headers.getlist("Set-Cookie") if value.startswith("__Host-lti-"))
    assert {"Max-Age=0", "Secure", "SameSite=None", "Partitioned"} <= {part.strip() for part in removed.split(";")}


def test_over_plain_http_the_cookie_is_a_plain_one(tool: Installation, platform: FakePlatform) -> None:
    settings = Settings(home=tool.settings.home, base_url="http://tool.example")
    app = make_app(Installation(settings))
    form = {"iss": platform.url, "client_id": platform.client_id, "target_link_uri": "http://tool.example/lti/launch", "login_hint": "5"}
    flags = attributes(app.test_client().post("/lti/login", data=form))["flags"]
    assert not flags & {"Secure", "SameSite=None", "Partitioned"}


def test_a_login_leaves_nothing_in_the_session(browser: Browser, platform: FakePlatform) -> None:
    names = [value.split("=")[0] for value in browser.ask(platform).headers.getlist("Set-Cookie")]
    assert len(names) == 1
    assert names[0].startswith("__Host-lti-")


def test_a_large_body_is_refused_before_it_is_read(browser: Browser, platform: FakePlatform) -> None:
    assert browser.ask(platform, padding="x" * 100_000).status_code == 413
    answer = browser.post("x" * 32, "x" * 300_000)
    assert (answer.status_code, answer.json["code"]) == (413, "token-too-large")
