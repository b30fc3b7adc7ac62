"""Launches as they should be: what the visit holds, real Moodle messages, valid oddities, one success of many."""

from __future__ import annotations

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from fake_platform import AGS, BASE, CLAIM, COURSE, GONE, LAUNCH, NRPS, Browser, FakePlatform, cookie_of, make_app

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.records import Deployment, VisitRecord
from lti_tool.launch.visit import Activity, DeepLinking, Role, Visit
from lti_tool.launch.visits import find_visit

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
MOODLE = Path(__file__).parent / "moodle"


def only_visit(tool: Installation) -> Visit:
    with tool.database.read() as session:
        return find_visit(session, session.scalars(sa.select(VisitRecord.id)).one())


def test_a_launch_opens_a_visit(either_browser: Browser, either_platform: FakePlatform) -> None:
    answer = either_browser.launch(either_platform)
    assert (answer.status_code, answer.headers["Location"]) == (303, BASE + "/apply")
    seen = either_browser.visit().json
    assert (seen["sub"], seen["roles"], seen["activity"]) == ("5", ["teacher"], "apply")


def test_a_visit_holds_what_the_message_said(either_browser: Browser, either_platform: FakePlatform, either_tool: Installation) -> None:
    either_browser.launch(either_platform, {CLAIM + "custom": {"activity": "final", "scheme": "other-scheme"}})
    visit = only_visit(either_tool)
    assert visit.visitor == replace(visit.visitor, sub="5", given_name="Þóra", family_name="Guðmundsdóttir", email="thora@moodle.test")
    assert (visit.activity, visit.scheme_id, visit.locale) == (Activity.FINAL, "other-scheme", "en")
    assert (visit.context_id, visit.context_title, visit.resource_link_id) == ("2", "Apply for your certificate", "1")
    assert visit.line_item == either_platform.url + "/lineitems/2/lineitem?type_id=1"
    assert (visit.platform_origin, visit.roles, visit.reviews) == (either_platform.url, frozenset({Role.TEACHER}), False)


@pytest.mark.parametrize("sample", sorted(MOODLE.glob("idtoken_*.json")), ids=lambda file: file.stem)
def test_what_a_real_moodle_sends_is_taken(sample: Path, tool: Installation, browser: Browser) -> None:
    recorded = json.loads(sample.read_text(encoding="utf-8"))["body"]
    with FakePlatform(client_id=recorded["aud"]) as moodle, tool.database.write() as session:
        registrations.add(session, family="moodle", **moodle.registration())
        session.commit()
        begun = browser.begin(moodle, lti_message_hint='{"cmid":2,"launchid":"ltilaunch1_1319321961"}', lti_deployment_id="1")
        here = json.loads(json.dumps(recorded).replace("http://127.0.0.1:8100", moodle.url))
        now = int(time.time())
        answer = browser.post(
            begun.state, moodle.sign({**here, "nonce": begun.nonce, "iat": now, "exp": now + 60, CLAIM + "target_link_uri": LAUNCH})
        )
    assert answer.status_code == 303, answer.text
    visit = only_visit(tool)
    if "DeepLinking" in sample.name:
        assert (visit.activity, visit.line_item, visit.resource_link_id) == (Activity.CHOOSE, None, "")
        assert visit.deep_linking == DeepLinking(
            return_url=moodle.url + "/mod/lti/contentitem_return.php?course=2&id=1&sesskey=SESSKEY",
            data="",
            several=True,
            links=True,
            grades=True,
        )
        return
    assert visit.line_item == moodle.url + "/mod/lti/services.php/2/lineitems/2/lineitem?type_id=1"
    assert visit.members_url == moodle.url + "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
    assert visit.return_url is not None
    assert visit.in_frame
    staff = {Role.STAFF, Role.ADMINISTRATOR} if "Administrator" in sample.name else {Role.STAFF}
    assert visit.roles == ({Role.TEACHER} if COURSE + "Learner" in recorded[CLAIM + "roles"] else staff)
    assert visit.visitor.given_name == recorded.get("given_name", "")


# What the certification suite calls valid, and what platforms were seen to send.
ODDITIES: dict[str, dict[str, Any]] = {
    "several roles": {CLAIM + "roles": [COURSE + "Learner", INSTITUTION + "Student", SYSTEM + "User"]},
    "short role": {CLAIM + "roles": ["Learner"]},
    "unknown role": {CLAIM + "roles": ["http://purl.imsglobal.org/vocab/lis/v2/uknownrole/unknown#Helper"]},
    "no role": {CLAIM + "roles": []},
    "only e-mail": {"given_name": GONE, "family_name": GONE, "name": GONE},
    "only names": {"email": GONE},
    "no personal data": {"given_name": GONE, "family_name": GONE, "name": GONE, "email": GONE},
    "no context": {CLAIM + "context": GONE},
    "context is a list": {CLAIM + "context": ["2"]},
    "custom is null": {CLAIM + "custom": None},
    "one audience in a list": {"aud": ["client-1"]},
    "several audiences and azp, ours second": {"aud": ["x", "client-1"], "azp": "client-1"},
    "several audiences and azp, ours first": {"aud": ["client-1", "x"], "azp": "client-1"},
    "azp beside one audience": {"azp": "client-1"},
    # Of when the test runs: it may be long after the tests were collected.
    "times with fractions": {"iat": lambda: time.time() - 0.5, "exp": lambda: time.time() + 600.5},
    "no line item": {AGS: {"scope": [], "lineitem": ""}},
    "no services": {AGS: GONE, NRPS: GONE},
    "names with NUL": {"given_name": "Þó\0ra", "name": "Þóra\0 Guðmundsdóttir"},
    "names half a surrogate pair": {"given_name": "Þó\ud800ra"},
    "unknown claims": {"https://example.org/claim": {"a": [1, 2, {"b": None}]}},
}


@pytest.mark.parametrize("changes", ODDITIES.values(), ids=ODDITIES)
def test_a_valid_oddity_is_taken(changes: dict[str, Any], either_browser: Browser, either_platform: FakePlatform) -> None:
    answer = either_browser.launch(either_platform, {name: value() if callable(value) else value for name, value in changes.items()})
    assert answer.status_code == 303, answer.text


SKEWS = {"platform a minute ahead": 55, "platform a minute behind": -55, "a fraction of a second": 0.15}


@pytest.mark.parametrize("seconds", SKEWS.values(), ids=SKEWS)
def test_clocks_may_differ_a_little(seconds: float, browser: Browser, platform: FakePlatform) -> None:
    now = time.time() + seconds
    assert browser.launch(platform, {"iat": now, "nbf": now, "exp": now + 60}).status_code == 303


def test_a_token_may_be_ten_seconds_past_its_end(browser: Browser, platform: FakePlatform) -> None:
    assert browser.launch(platform, {"exp": time.time() - 8}).status_code == 303


@pytest.mark.parametrize(("told", "said", "family"), [("", "canvas", "canvas"), ("", "x", ""), ("", ["canvas"], ""), ("moodle", "canvas", "moodle")])
def test_a_platforms_family_is_learnt_from_its_launch(told: str, said: object, family: str, tool: Installation, browser: Browser) -> None:
    item = "https://school.instructure.com/api/lti/courses/1/line_items/2"
    with FakePlatform(client_id="client-4") as platform:
        with tool.database.write() as session:
            registrations.add(session, family=told, **platform.registration())
        changes = {CLAIM + "tool_platform": {"guid": "1", "product_family_code": said}, AGS: {"lineitem": item}}
        assert browser.launch(platform, changes).status_code == 303
    with tool.database.read() as session:
        assert registrations.listed(session)[0].family == family
    assert only_visit(tool).line_item == (item if family == "canvas" else None)


TARGETS = {
    LAUNCH: "/apply",
    LAUNCH + "?activity=final": "/final",
    LAUNCH + "?activity=review": "/review",
    LAUNCH + "?activity=apply": "/apply",
}


@pytest.mark.parametrize(("target", "path"), TARGETS.items())
def test_the_target_says_the_activity(target: str, path: str, browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform, target)
    assert parse_qs(urlsplit(begun.address).query)["redirect_uri"] == [LAUNCH]
    assert browser.launch(platform, target=target).headers["Location"] == BASE + path


@pytest.mark.parametrize("custom", ["final", "FINAL", "", "$Activity", None, 1], ids=repr)
def test_a_custom_parameter_says_the_activity(custom: object, browser: Browser, platform: FakePlatform) -> None:
    answer = browser.launch(platform, {CLAIM + "custom": {"activity": custom}}, LAUNCH + "?activity=review")
    assert answer.headers["Location"] == BASE + ("/final" if custom == "final" else "/review")


def test_of_eight_threads_one_opens_the_visit(either_tool: Installation, either_platform: FakePlatform) -> None:  # L01
    browsers = [Browser(make_app(either_tool)) for _ in range(8)]
    begun = browsers[0].begin(either_platform)
    token = either_platform.sign(either_platform.claims(begun.nonce))
    for browser in browsers:
        browser.client.set_cookie(*begun.cookie)
    together = threading.Barrier(8)

    def post(browser: Browser) -> int:
        together.wait()
        return int(browser.post(begun.state, token).status_code)

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(post, browsers))
    assert statuses == [303] + [409] * 7
    with either_tool.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(VisitRecord)) == 1


def test_two_first_launches_of_one_person_at_once(either_tool: Installation, either_platform: FakePlatform) -> None:
    browsers = [Browser(make_app(either_tool)) for _ in range(8)]
    begun = [browser.begin(either_platform) for browser in browsers]
    tokens = [either_platform.sign(either_platform.claims(one.nonce)) for one in begun]
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda of: of[0].post(of[1].state, of[2]), zip(browsers, begun, tokens, strict=True)))
    assert [answer.status_code for answer in answers] == [303] * 8
    assert {browser.visit().json["sub"] for browser in browsers} == {"5"}


def test_a_deployment_never_seen_is_stored_once_and_its_ids_are_shown(
    either_tool: Installation, either_platform: FakePlatform, either_browser: Browser
) -> None:
    new = {CLAIM + "deployment_id": "course 7"}
    for _ in range(2):
        refused = either_browser.launch(either_platform, new)
        assert (refused.status_code, refused.json["code"]) == (403, "deployment-pending")
        assert refused.json["details"] == {"deployment": "course 7", "client_id": "client-1"}
    with either_tool.database.write() as session:
        assert session.scalars(sa.select(Deployment.status).filter_by(deployment_id="course 7")).all() == ["pending"]
        registrations.add(session, **either_platform.registration(deployment_ids=["course 7"]))
    assert either_browser.launch(either_platform, new).status_code == 303


def test_a_platform_can_not_fill_the_database_with_deployments(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registrations, "MOST_PENDING", 3)
    with tool.database.write() as session:
        known = registrations.find(session, platform.url, platform.client_id)
        statuses = {registrations.find_deployment(session, known, f"invented {number}").status for number in range(10)}
        assert statuses == {"pending"}
        assert session.scalar(sa.select(sa.func.count()).select_from(Deployment).filter_by(status="pending")) == 3


SUSPENDED = {"platform-suspended": None, "deployment-suspended": "1"}


@pytest.mark.parametrize(("code", "deployment"), SUSPENDED.items())
def test_who_is_suspended_stays_out(code: str, deployment: str | None, tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    with tool.database.write() as session:
        registrations.set_status(session, issuer=platform.url, client_id=platform.client_id, status="suspended", deployment_id=deployment)
    answer = browser.post(begun.state, platform.sign(platform.claims(begun.nonce)))
    assert (answer.status_code, answer.json["code"]) == (403, code)


@pytest.mark.parametrize(("minutes", "answer"), [(4.9, 303), (5.1, 400)])
def test_a_login_is_good_for_five_minutes(minutes: float, answer: int, browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    later = clock.now() + timedelta(minutes=minutes)
    at = int(later.timestamp())
    with clock.held(later):
        taken = browser.post(begun.state, platform.sign({**platform.claims(begun.nonce), "iat": at, "exp": at + 60}))
    assert taken.status_code == answer
    assert answer == 303 or taken.json["code"] == "login-expired"


def test_a_login_that_is_only_begun_is_kept_nowhere(browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    for _ in range(3):
        browser.begin(platform)
    with tool.database.read() as session:
        assert session.scalars(sa.select(VisitRecord)).all() == []
    assert browser.launch(platform).status_code == 303
    with tool.database.read() as session:
        assert len(session.scalars(sa.select(VisitRecord)).all()) == 1


ERRORS = {
    "login_required": {"error": "login_required", "error_description": "Session timed out"},
    "markup": {"error": "<script>alert(1)</script>", "error_description": "<b>\u202ebold</b>"},
    "nothing": {"error": ""},
}


@pytest.mark.parametrize("form", ERRORS.values(), ids=ERRORS)
def test_a_platforms_error_is_shown(form: dict[str, str], browser: Browser) -> None:
    answer = browser.client.post("/lti/launch", data={"state": "x", **form}, base_url=BASE)
    assert (answer.status_code, answer.json["code"]) == (400, "platform-error")
    assert "<" not in answer.json["words"]
    assert "\u202e" not in answer.json["words"]


def test_our_key_set_can_be_kept_five_minutes(browser: Browser) -> None:
    answer = browser.client.get("/lti/jwks")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    (key,) = answer.json["keys"]
    assert (key["kty"], key["alg"], key["use"]) == ("RSA", "RS256", "sig")
    assert set(key) == {"kty", "alg", "use", "kid", "n", "e"}


def test_without_a_key_the_refusal_says_so(sqlite_installation: Installation) -> None:
    answer = make_app(sqlite_installation).test_client().get("/lti/jwks")
    assert (answer.status_code, answer.json["code"]) == (503, "lti-key-missing")


def test_a_host_header_changes_no_address(app: Any, platform: FakePlatform) -> None:  # L25
    spoofed = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "X-Forwarded-Prefix": "/evil"}
    client = app.test_client()
    form = {"iss": platform.url, "client_id": platform.client_id, "target_link_uri": LAUNCH, "login_hint": "5"}
    answer = client.post("/lti/login", data=form, headers=spoofed, base_url="http://evil.example")
    sent = parse_qs(urlsplit(answer.headers["Location"]).query)
    assert sent["redirect_uri"] == [LAUNCH]
    client.set_cookie(*cookie_of(sent["state"][0]), domain="evil.example")
    token = platform.sign(platform.claims(sent["nonce"][0]))
    answer = client.post("/lti/launch", data={"state": sent["state"][0], "id_token": token}, headers=spoofed, base_url="http://evil.example")
    assert answer.headers["Location"] == BASE + "/apply"
