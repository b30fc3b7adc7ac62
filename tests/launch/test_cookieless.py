"""Launches in frames that keep no cookies: found out first, then by a new window or the platform's storage (threats L20, L03)."""

from __future__ import annotations

import hashlib
import html
import json
import re
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from fake_platform import BASE, LAUNCH, FakePlatform, rsa_key
from flask import Flask

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.message import ACTIVITY_PATHS
from lti_tool.launch.records import LoginHandover, Ticket, VisitRecord
from lti_tool.launch.visit import LINKED, Activity
from lti_tool.web.app import create_app

STORED = "/lti/launch/stored"


class Frame:
    """A browser's frame of another site; a browser that keeps no cookies in it has a new jar for each request."""

    def __init__(self, app: Flask, *, keeps_cookies: bool = False) -> None:
        self.app, self.keeps_cookies = app, keeps_cookies
        self.client = app.test_client()

    def ask(self, platform: FakePlatform, *, destination: str = "iframe", **changes: str) -> Any:
        form = {"iss": platform.url, "client_id": platform.client_id, "target_link_uri": LAUNCH, "login_hint": "5", **changes}
        sent = {name: value for name, value in form.items() if value}
        return self.post("/lti/login", sent, {"Sec-Fetch-Dest": destination})

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Any:
        client = self.client if self.keeps_cookies else self.app.test_client()
        told = {"Sec-Fetch-Dest": "iframe", **(headers or {})}
        return client.post(path, data=form, headers={name: value for name, value in told.items() if value}, base_url=BASE)

    def get(self, path: str) -> Any:
        return (self.client if self.keeps_cookies else self.app.test_client()).get(path, base_url=BASE)

    def begin_with_storage(self, platform: FakePlatform, target: str = "_parent") -> Kept:
        page = self.ask(platform, checked="1", lti_storage_target=target)
        assert page.status_code == 200, page.text
        said = attributes(page.text)
        sent = parse_qs(urlsplit(said["next"]).query)
        return Kept(said["key"], sent["nonce"][0], said["value"], said)

    def post_stored(self, state: str, token: str, secret: str, origin: str | None = BASE) -> Any:
        form = {"state": state, "id_token": token, "stored": secret}
        return self.post(STORED, form, {} if origin is None else {"Origin": origin})


@dataclass(frozen=True)
class Kept:
    """What a page told its script: the login, and the secret for the platform's storage."""

    state: str
    nonce: str
    secret: str
    said: dict[str, str]


def attributes(page: str) -> dict[str, str]:
    return {name: html.unescape(value) for name, value in re.findall(r'data-([a-z]+)="([^"]*)"', page)}


def fields(page: str) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page)
    return {name: html.unescape(value) for name, value in found}


def link(page: str) -> str:
    return html.unescape(re.search(r'<a class="btn btn-primary" href="([^"]+)" target="_blank" rel="noopener noreferrer">', page)[1])  # type: ignore[index]


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, re.findall(r"<code>([a-z-]+)</code>", answer.text)[-1]


def count(installation: Installation, record: type) -> int:
    with installation.database.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(record)) or 0


def token(platform: FakePlatform, nonce: str, changes: Mapping[str, Any] | None = None) -> str:
    return platform.sign({**platform.claims(nonce), **(changes or {})})


@pytest.fixture
def whole(tool: Installation) -> Flask:
    return create_app(tool)


@pytest.fixture
def either_whole(either_tool: Installation) -> Flask:
    return create_app(either_tool)


# --- Finding out


def test_a_first_login_in_a_frame_finds_out_first(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    answer = Frame(whole).ask(platform, lti_message_hint='{"cmid":2}', lti_deployment_id="1", lti_storage_target="_parent")
    assert answer.status_code == 200
    sent = {"iss": platform.url, "client_id": "client-1", "target_link_uri": LAUNCH, "login_hint": "5", "lti_message_hint": '{"cmid":2}'}
    assert fields(answer.text) == {**sent, "lti_deployment_id": "1", "lti_storage_target": "_parent", "checked": "1"}
    (marker,) = answer.headers.getlist("Set-Cookie")
    assert marker.startswith("__Host-sealwright-kept=1;")
    assert {"Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"} <= {part.strip() for part in marker.split(";")}
    assert f"form-action 'self' https: {platform.url};" in answer.headers["Content-Security-Policy"]
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert (count(tool, VisitRecord), count(tool, LoginHandover)) == (0, 0)


def test_the_second_answer_is_the_usual_one_where_the_marker_came(whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole, keeps_cookies=True)
    again = frame.post("/lti/login", fields(frame.ask(platform).text))
    assert again.status_code == 302
    assert again.headers["Location"].startswith(platform.url + "/auth?")
    assert again.headers["Set-Cookie"].startswith("__Host-lti-state-")
    assert frame.ask(platform).status_code == 302


OURS = ["__Host-sealwright-kept", "__Host-sealwright", "__Host-lti-state-0123456789abcdef"]
NOT_OURS = ["", "sealwright", "lti-state-0123456789abcdef", "x__Host-sealwright", "__Secure-sealwright", "other"]


@pytest.mark.parametrize("name", OURS)
def test_any_cookie_of_ours_shows_that_cookies_live_here(name: str, whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole, keeps_cookies=True)
    frame.client.set_cookie(name, "1")
    assert frame.ask(platform).status_code == 302


@pytest.mark.parametrize("name", NOT_OURS)
def test_nobody_elses_cookie_shows_it(name: str, whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole, keeps_cookies=True)
    if name:
        frame.client.set_cookie(name, "1")
    assert frame.ask(platform).status_code == 200


@pytest.mark.parametrize("destination", ["", "document", "empty"])
def test_outside_a_frame_nothing_is_found_out(destination: str, whole: Flask, platform: FakePlatform) -> None:
    assert Frame(whole).ask(platform, destination=destination).status_code == 302


@pytest.mark.parametrize("destination", ["iframe", "frame", "object", "embed"])
def test_every_kind_of_frame_is_one(destination: str, whole: Flask, platform: FakePlatform) -> None:
    assert Frame(whole).ask(platform, destination=destination).status_code == 200


BAD: list[tuple[dict[str, str], str]] = [
    ({"iss": ""}, "login-incomplete"),
    ({"login_hint": ""}, "login-incomplete"),
    ({"target_link_uri": ""}, "login-incomplete"),
    ({"target_link_uri": "https://evil.example/lti/launch"}, "target-not-ours"),
    ({"target_link_uri": LAUNCH + "?next=https://evil.example"}, "target-not-ours"),
    ({"login_hint": "x" * 9_000}, "login-too-large"),
    ({"lti_message_hint": "x" * 9_000}, "login-too-large"),
    ({"iss": "https://unknown.example"}, "platform-unknown"),
    ({"client_id": "client-9"}, "platform-unknown"),
]


@pytest.mark.parametrize(("changes", "expected"), BAD)
def test_a_bad_login_is_refused_before_anything_is_found_out(
    changes: dict[str, str], expected: str, whole: Flask, platform: FakePlatform, tool: Installation
) -> None:
    for checked in ("", "1"):
        answer = Frame(whole).ask(platform, checked=checked, lti_storage_target="_parent", **changes)
        assert answer.status_code // 100 == 4
        assert code(answer)[1] == expected
        assert "Set-Cookie" not in answer.headers
    assert (count(tool, VisitRecord), count(tool, LoginHandover)) == (0, 0)


HOSTILE = ['"><script>alert(1)</script>', "' onload='x", "</form><form action=//evil.example>", "&#34;>", "\u202e", "{{ 7*7 }}"]


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_parameters_stay_values(value: str, whole: Flask, platform: FakePlatform) -> None:
    answer = Frame(whole).ask(platform, login_hint=value, lti_message_hint=value, unknown=value)
    assert fields(answer.text)["login_hint"] == value
    assert "unknown" not in fields(answer.text)
    assert answer.text.count("<form") == 1
    assert "alert(1)</script>" not in answer.text


# --- A new window by one click


def test_the_window_begins_the_login_with_a_cookie_of_its_own(either_whole: Flask, either_platform: FakePlatform, either_tool: Installation) -> None:
    page = Frame(either_whole).ask(either_platform, checked="1", lti_message_hint="once")
    assert (page.status_code, count(either_tool, VisitRecord)) == (200, 0)
    path = link(page.text)
    assert path.startswith("/lti/continue/")
    answer = either_whole.test_client().get(path, base_url=BASE, headers={"Sec-Fetch-Dest": "document"})
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["lti_message_hint"] == ["once"]
    assert answer.headers["Set-Cookie"].startswith("__Host-lti-state-")
    digest = hashlib.sha256(path.rsplit("/", 1)[1].encode()).hexdigest()
    with either_tool.database.read() as session:
        assert session.execute(sa.select(LoginHandover.digest, LoginHandover.parameters)).all() == [(digest, {})]


def test_of_eight_threads_one_goes_on(either_whole: Flask, either_platform: FakePlatform) -> None:
    path = link(Frame(either_whole).ask(either_platform, checked="1").text)
    together = threading.Barrier(8)

    def follow(_number: int) -> int:
        together.wait()
        return int(either_whole.test_client().get(path, base_url=BASE).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(follow, range(8))) == [302] + [410] * 7


TICKETS = ["x", "never-given", "0" * 64, "ñ" * 30, "%00", "%ED%A0%80", "a" * 3000, "' or 1=1 --"]


@pytest.mark.parametrize("ticket", TICKETS, ids=range(len(TICKETS)))
def test_a_ticket_that_was_never_given(ticket: str, whole: Flask, platform: FakePlatform) -> None:
    link(Frame(whole).ask(platform, checked="1").text)
    assert code(Frame(whole).get(f"/lti/continue/{ticket}")) == (410, "handover-used")


def test_a_handover_ends_after_ten_minutes(whole: Flask, platform: FakePlatform) -> None:
    path = link(Frame(whole).ask(platform, checked="1").text)
    with clock.held(clock.now() + timedelta(minutes=10, seconds=1)):
        assert code(Frame(whole).get(path)) == (410, "handover-used")


def test_the_digest_of_a_ticket_opens_nothing(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    Frame(whole).ask(platform, checked="1")
    with tool.database.read() as session:
        digest = session.scalars(sa.select(LoginHandover.digest)).one()
    assert code(Frame(whole).get(f"/lti/continue/{digest}")) == (410, "handover-used")


def test_a_platform_that_was_suspended_meanwhile_goes_no_further(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    path = link(Frame(whole).ask(platform, checked="1").text)
    with tool.database.write() as session:
        registrations.set_status(session, issuer=platform.url, client_id=platform.client_id, status=registrations.SUSPENDED)
    assert code(Frame(whole).get(path)) == (403, "platform-suspended")


def test_the_ends_of_handovers_are_forgotten(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    Frame(whole).ask(platform, checked="1")
    with clock.held(clock.now() + timedelta(minutes=11)):
        Frame(whole).ask(platform, checked="1")
    assert count(tool, LoginHandover) == 1


# --- The platform's storage

NO_TARGETS = [" ", "a b", "x" * 101, "<script>", "a/b", "javascript:alert(1)", "ä", "a\nb", "a\0b", "top()", "*"]


@pytest.mark.parametrize("target", NO_TARGETS, ids=range(len(NO_TARGETS)))
def test_a_storage_target_that_is_no_frame_s_name_is_none(target: str, whole: Flask, platform: FakePlatform) -> None:
    page = Frame(whole).ask(platform, checked="1", lti_storage_target=target)
    assert page.status_code == 200
    assert "data-storage" not in page.text
    assert link(page.text).startswith("/lti/continue/")


def test_a_login_whose_secret_the_platform_keeps(either_whole: Flask, either_platform: FakePlatform, either_tool: Installation) -> None:
    kept = Frame(either_whole).begin_with_storage(either_platform, "post_message_forwarding")
    assert (kept.said["storage"], kept.said["platform"], kept.said["target"]) == ("put", either_platform.url, "post_message_forwarding")
    assert len(kept.secret) >= 32
    assert kept.secret not in kept.said["next"]
    assert kept.secret not in kept.state
    other = Frame(either_whole).begin_with_storage(either_platform, "post_message_forwarding")
    assert other.secret != kept.secret
    with either_tool.database.read() as session:
        assert kept.secret not in "".join(map(str, session.connection().execute(sa.text("select * from visit")).all()))


def test_a_login_by_storage_sets_no_cookie(whole: Flask, platform: FakePlatform) -> None:
    assert "Set-Cookie" not in Frame(whole).ask(platform, checked="1", lti_storage_target="_parent").headers


def test_the_other_way_lies_ready(whole: Flask, platform: FakePlatform) -> None:
    page = Frame(whole).ask(platform, checked="1", lti_storage_target="_parent").text
    assert "<noscript>" in page
    assert Frame(whole).get(link(page)).status_code == 302


def test_two_logins_have_two_secrets(whole: Flask, platform: FakePlatform) -> None:
    assert len({Frame(whole).begin_with_storage(platform).secret for _ in range(10)}) == 10


def test_a_message_without_a_cookie_asks_the_storage(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform, "lti_storage_frame")
    sent = {"state": kept.state, "id_token": token(platform, kept.nonce)}
    # A secret that comes with the message itself is not looked at: anybody can post there.
    page = frame.post("/lti/launch", {**sent, "stored": kept.secret})
    assert page.status_code == 200
    assert fields(page.text) == {**sent, "stored": ""}
    said = attributes(page.text)
    assert (said["storage"], said["platform"], said["target"], said["key"]) == ("get", platform.url, "lti_storage_frame", kept.state)
    assert kept.secret not in page.text
    assert "form-action 'self';" in page.headers["Content-Security-Policy"]
    assert "Set-Cookie" not in page.headers
    assert count(tool, VisitRecord) == 0


def test_a_launch_by_storage_opens_in_a_window(either_whole: Flask, either_platform: FakePlatform, either_tool: Installation) -> None:
    frame = Frame(either_whole)
    kept = frame.begin_with_storage(either_platform)
    page = frame.post_stored(kept.state, token(either_platform, kept.nonce), kept.secret)
    assert page.status_code == 200, page.text
    assert "Set-Cookie" not in page.headers
    window = either_whole.test_client()
    assert window.get(link(page.text), base_url=BASE).headers["Location"] == "/apply"
    assert window.get("/apply", base_url=BASE).status_code == 200
    assert code(either_whole.test_client().get(link(page.text), base_url=BASE)) == (410, "ticket-used")


CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
SETTINGS = "https://purl.imsglobal.org/spec/lti-dl/claim/deep_linking_settings"
TEACHES = {CLAIM + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]}
OPENS: dict[Activity, dict[str, Any]] = {
    **{activity: {**TEACHES, CLAIM + "custom": {"activity": activity.value}} for activity in LINKED},
    Activity.CHOOSE: {
        **TEACHES,
        CLAIM + "message_type": "LtiDeepLinkingRequest",
        SETTINGS: {
            "accept_types": ["ltiResourceLink"],
            "accept_presentation_document_targets": ["iframe"],
            "deep_link_return_url": "PLATFORM/contentitem_return.php",
        },
    },
    Activity.SUBMISSION: {
        **TEACHES,
        CLAIM + "message_type": "LtiSubmissionReviewRequest",
        CLAIM + "for_user": {"user_id": "7"},
        "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint": {"scope": [], "lineitem": "PLATFORM/lineitems/2/lineitem"},
    },
}


@pytest.mark.parametrize("activity", Activity)
def test_a_launch_of_every_activity_by_storage_leads_to_its_page(activity: Activity, whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    claims = json.loads(json.dumps(OPENS[activity]).replace("PLATFORM", platform.url))
    page = frame.post_stored(kept.state, token(platform, kept.nonce, claims), kept.secret)
    assert page.status_code == 200, page.text
    window = whole.test_client()
    answer = window.get(link(page.text), base_url=BASE)
    assert (answer.status_code, answer.headers["Location"]) == (303, ACTIVITY_PATHS[activity])
    assert window.get(answer.headers["Location"], base_url=BASE, follow_redirects=True).status_code == 200


def test_the_way_into_the_window_lasts_five_minutes(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    path = link(frame.post_stored(kept.state, token(platform, kept.nonce), kept.secret).text)
    with clock.held(clock.now() + timedelta(minutes=5, seconds=1)):
        assert code(frame.get(path)) == (410, "ticket-used")
    assert count(tool, Ticket) == 1


ORIGINS = {
    "none": None,
    "null": "null",
    "a stranger": "https://evil.example",
    "the platform": "PLATFORM",
    "another scheme": "https://localhost:8400",
    "another port": "http://localhost:8401",
    "no port": "http://localhost",
    "a subdomain": "http://tool.localhost:8400",
    "a longer host": "http://localhost:8400.evil.example",
    "a user": "http://localhost:8400@evil.example",
    "a path": "http://localhost:8400/",
    "another case": "HTTP://localhost:8400",
    "two": "http://localhost:8400 https://evil.example",
    "a space": "http://localhost:8400 x",
}


@pytest.mark.parametrize("origin", ORIGINS.values(), ids=ORIGINS)
def test_only_our_own_page_may_bring_the_secret(origin: str | None, whole: Flask, platform: FakePlatform, tool: Installation) -> None:  # L03
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    sent = (kept.state, token(platform, kept.nonce), kept.secret)
    answer = frame.post_stored(*sent, origin=platform.url if origin == "PLATFORM" else origin)
    assert code(answer) == (403, "stored-from-elsewhere")
    assert count(tool, VisitRecord) == 0
    assert frame.post_stored(*sent).status_code == 200


SECRETS = {
    "nothing": ("", "storage-silent"),
    "the state": ("STATE", "storage-wrong"),
    "the digest": ("DIGEST", "storage-wrong"),
    "another login's": ("OTHER", "storage-wrong"),
    "one more letter": ("SECRETx", "storage-wrong"),
    "another case": ("secret", "storage-wrong"),
    "a space before": (" SECRET", "storage-wrong"),
    "a NUL behind": ("SECRET\0", "storage-wrong"),
    "undefined": ("undefined", "storage-wrong"),
    "not ASCII": ("ñ" * 43, "storage-wrong"),
    "long": ("x" * 100_000, "storage-wrong"),
}


@pytest.mark.parametrize(("secret", "expected"), SECRETS.values(), ids=SECRETS)
def test_only_the_login_s_own_secret_proves_it(secret: str, expected: str, whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    frame = Frame(whole)
    kept, other = frame.begin_with_storage(platform), frame.begin_with_storage(platform)
    digest = hashlib.sha256(kept.secret.encode()).hexdigest()
    told = {"STATE": kept.state, "DIGEST": digest, "OTHER": other.secret, "secret": kept.secret.swapcase()}
    answer = frame.post_stored(kept.state, token(platform, kept.nonce), told.get(secret, secret.replace("SECRET", kept.secret)))
    assert code(answer) == (403, expected)
    assert count(tool, VisitRecord) == 0


def test_a_secret_proves_no_login_that_has_a_cookie(whole: Flask, platform: FakePlatform) -> None:
    begun = parse_qs(urlsplit(Frame(whole).ask(platform, destination="document").headers["Location"]).query)
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    for secret in (kept.secret, begun["state"][0], hashlib.sha256(b"").hexdigest()):
        assert code(frame.post_stored(begun["state"][0], token(platform, begun["nonce"][0]), secret)) == (403, "storage-wrong")
    answer = frame.post("/lti/launch", {"state": begun["state"][0], "id_token": token(platform, begun["nonce"][0])})
    assert code(answer) == (403, "no-cookie")


def test_a_secret_is_used_once(whole: Flask, platform: FakePlatform, tool: Installation) -> None:  # L01
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    sent = (kept.state, token(platform, kept.nonce), kept.secret)
    assert frame.post_stored(*sent).status_code == 200
    assert code(frame.post_stored(*sent)) == (409, "already-used")
    # Here the tool asks for the secret first, and whoever has it is refused as above.
    assert frame.post("/lti/launch", {"state": kept.state, "id_token": sent[1]}).status_code == 200
    assert code(frame.post_stored(*sent)) == (409, "already-used")
    assert count(tool, VisitRecord) == 1


def test_of_eight_threads_one_launches_by_storage(either_whole: Flask, either_platform: FakePlatform, either_tool: Installation) -> None:  # L01
    kept = Frame(either_whole).begin_with_storage(either_platform)
    signed = token(either_platform, kept.nonce)
    together = threading.Barrier(8)

    def post(_number: int) -> int:
        together.wait()
        return int(Frame(either_whole).post_stored(kept.state, signed, kept.secret).status_code)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(post, range(8))) == [200] + [409] * 7
    assert count(either_tool, VisitRecord) == 1


MESSAGES: dict[str, tuple[dict[str, Any], str]] = {
    "nonce of another login": ({"nonce": "OTHER"}, "nonce-wrong"),
    "another audience": ({"aud": "client-2"}, "platform-unknown"),
    "expired": ({"exp": 1}, "token-time"),
    "another target": ({"https://purl.imsglobal.org/spec/lti/claim/target_link_uri": LAUNCH + "?activity=review"}, "target-changed"),
    "another deployment": ({"https://purl.imsglobal.org/spec/lti/claim/deployment_id": "99"}, "deployment-pending"),
    "no subject": ({"sub": ""}, "claim-missing"),
}


@pytest.mark.parametrize(("changes", "expected"), MESSAGES.values(), ids=MESSAGES)
def test_a_message_is_checked_as_always(changes: dict[str, Any], expected: str, whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    frame = Frame(whole)
    kept, other = frame.begin_with_storage(platform), frame.begin_with_storage(platform)
    claims = {name: other.nonce if value == "OTHER" else value for name, value in changes.items()}
    answer = frame.post_stored(kept.state, token(platform, kept.nonce, claims), kept.secret)
    assert answer.status_code // 100 == 4
    assert code(answer)[1] == expected
    assert count(tool, VisitRecord) == 0


def test_a_login_by_storage_ends_after_five_minutes(whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    with clock.held(clock.now() + timedelta(minutes=5, seconds=1)):
        assert code(frame.post_stored(kept.state, token(platform, kept.nonce), kept.secret)) == (400, "login-expired")
        assert code(frame.post("/lti/launch", {"state": kept.state, "id_token": "x"})) == (400, "login-expired")


def test_a_large_body_is_refused_here_too(whole: Flask, platform: FakePlatform) -> None:
    kept = Frame(whole).begin_with_storage(platform)
    assert code(Frame(whole).post_stored(kept.state, "x" * 300_000, kept.secret)) == (413, "token-too-large")


# --- Refused in words


def test_an_old_browser_without_cookies_is_told_what_to_do(whole: Flask, platform: FakePlatform, tool: Installation) -> None:
    frame = Frame(whole)
    begun = parse_qs(urlsplit(frame.ask(platform, destination="").headers["Location"]).query)
    answer = frame.post("/lti/launch", {"state": begun["state"][0], "id_token": token(platform, begun["nonce"][0])})
    assert code(answer) == (403, "no-cookie")
    assert "new window" in answer.text
    assert count(tool, VisitRecord) == 0


def test_a_page_of_the_tool_in_a_frame_without_a_session(whole: Flask, platform: FakePlatform) -> None:
    answer = whole.test_client().get("/apply", base_url=BASE, headers={"Sec-Fetch-Dest": "iframe"})
    assert code(answer) == (403, "no-session-in-frame")
    assert code(whole.test_client().get("/apply", base_url=BASE)) == (403, "no-session")


PENDING = {"https://purl.imsglobal.org/spec/lti/claim/deployment_id": "99"}
PRESENTATION = "https://purl.imsglobal.org/spec/lti/claim/launch_presentation"
WAYS_BACK = {
    "the platform's own": ("PLATFORM/return?sesskey=invented", True),
    "a stranger's": ("https://evil.example/return", False),
    "another port": ("http://127.0.0.1:1/return", False),
    "a script": ("javascript:alert(1)", False),
    "no scheme": ("//evil.example/return", False),
    "a user": ("http://127.0.0.1@evil.example/return", False),
    "a list": (["PLATFORM/return"], False),
    "nothing": ("", False),
}


@pytest.mark.parametrize(("address", "shown"), WAYS_BACK.values(), ids=WAYS_BACK)
def test_a_refused_launch_leads_back_to_the_platform_alone(address: Any, shown: bool, whole: Flask, platform: FakePlatform) -> None:  # L12
    given = address.replace("PLATFORM", platform.url) if isinstance(address, str) else address
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    answer = frame.post_stored(kept.state, token(platform, kept.nonce, {**PENDING, PRESENTATION: {"return_url": given}}), kept.secret)
    assert code(answer) == (403, "deployment-pending")
    assert ("Back to your course" in answer.text) is shown
    assert (f'href="{platform.url}/return?sesskey=invented&amp;lti_errormsg=' in answer.text) is shown
    assert "evil.example" not in answer.text


UNVERIFIED: dict[str, dict[str, Any]] = {"the nonce is wrong": {"nonce": "x" * 32}, "the issuer is wrong": {"iss": "https://evil.example"}}


@pytest.mark.parametrize("changes", UNVERIFIED.values(), ids=UNVERIFIED)
def test_what_nobody_verified_leads_nowhere(changes: dict[str, Any], whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    told = {**changes, PRESENTATION: {"return_url": platform.url + "/return"}}
    assert "Back to your course" not in frame.post_stored(kept.state, token(platform, kept.nonce, told), kept.secret).text


def test_a_forged_message_leads_nowhere(whole: Flask, platform: FakePlatform) -> None:
    frame = Frame(whole)
    kept = frame.begin_with_storage(platform)
    claims = {**platform.claims(kept.nonce), PRESENTATION: {"return_url": platform.url + "/return"}}
    forged = platform.sign(claims, key=rsa_key("attacker's key"))
    answer = frame.post_stored(kept.state, forged, kept.secret)
    assert code(answer) == (403, "bad-signature")
    assert "Back to your course" not in answer.text
