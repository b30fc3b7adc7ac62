"""What each platform was seen to send, one case for each line of what was measured, and what a refused launch leaves behind."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from fake_platform import AGS, BASE, CLAIM, COURSE, GONE, LAUNCH, Browser, FakePlatform, jwk, make_app, rsa_key
from flask import Flask, g
from structlog.testing import capture_logs

from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.launching import UNKNOWN, Launching
from lti_tool.launch.records import PersonRecord, VisitRecord
from lti_tool.launch.visit import Role, Visit
from lti_tool.launch.visits import find_visit

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
ROLES, CONTEXT, PRESENTATION, CUSTOM = (CLAIM + name for name in ("roles", "context", "launch_presentation", "custom"))
DEPLOYMENT = CLAIM + "deployment_id"


def latest(tool: Installation) -> Visit:
    with tool.database.read() as session:
        return find_visit(session, session.scalars(sa.select(VisitRecord.id).order_by(VisitRecord.created_at.desc()).limit(1)).one())


def family(tool: Installation, platform: FakePlatform, name: str) -> None:
    with tool.database.write() as session:
        registrations.add(session, family=name, **platform.registration())


def now(seconds: float = 0) -> int:
    return int(time.time() + seconds)


# Moodle, line by line: what its message says, and what the visit then holds.
TEACHER, STAFF, ADMINISTRATOR = {Role.TEACHER}, {Role.STAFF}, {Role.STAFF, Role.ADMINISTRATOR}
MOODLE: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "aud is a text, exp a minute after iat": ({"aud": "client-1"}, {}),
    "sub is Moodle's user id": ({"sub": "3"}, {"sub": "3"}),
    "the context's type is a short word": ({CONTEXT: {"id": "2", "label": "CERT", "type": ["CourseSection"]}}, {"context_id": "2"}),
    "an administrator is an instructor too": ({ROLES: [INSTITUTION + "Administrator", COURSE + "Instructor"]}, {"roles": ADMINISTRATOR}),
    "a non-editing teacher is an instructor": ({ROLES: [COURSE + "Instructor"]}, {"roles": STAFF}),
    "a learner": ({ROLES: [COURSE + "Learner"]}, {"roles": TEACHER}),
    "a locale in Moodle's codes": ({PRESENTATION: {"locale": "pt_br"}}, {"locale": "pt-BR"}),
    "an informal locale": ({PRESENTATION: {"locale": "de_du"}}, {"locale": "de"}),
    "privacy on: no name, no mail": (dict.fromkeys(("given_name", "family_name", "name", "email"), GONE), {"full_name": "", "email": ""}),
    "unknown variables arrive literally": ({CUSTOM: {"unknown": "$No.such.variable", "activity": "$Activity"}}, {"activity": "apply"}),
    "a custom parameter is null": ({CUSTOM: {"rl_id": None}}, {"activity": "apply"}),
    "no line item": ({AGS: {"scope": []}}, {"line_item": None}),
    "an empty line item": ({AGS: {"scope": [], "lineitem": ""}}, {"line_item": None}),
    "opened in a window": ({PRESENTATION: {"document_target": "window"}}, {"in_frame": False}),
    "opened in a frame": ({PRESENTATION: {"document_target": "iframe"}}, {"in_frame": True}),
}


def held(visit: Visit) -> dict[str, Any]:
    """A visit as cases speak of it."""
    person = visit.visitor
    return {
        **{name: getattr(visit, name) for name in ("roles", "locale", "context_id", "line_item", "in_frame", "activity", "return_url")},
        **{name: getattr(person, name) for name in ("sub", "given_name", "family_name", "full_name", "email")},
    }


@pytest.mark.parametrize(("claims", "expected"), MOODLE.values(), ids=MOODLE)
def test_moodle(claims: dict[str, Any], expected: dict[str, Any], browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    family(tool, platform, "moodle")
    assert browser.launch(platform, claims).status_code == 303
    found = held(latest(tool))
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("target", [LAUNCH, LAUNCH + "?activity=final"])
def test_moodle_begins_with_a_posted_form_and_gets_its_hints_back(target: str, browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform, target, lti_message_hint='{"cmid":2,"launchid":"ltilaunch1_1319321961"}', lti_deployment_id="1")
    sent = parse_qs(urlsplit(begun.address).query)
    assert sent["lti_message_hint"] == ['{"cmid":2,"launchid":"ltilaunch1_1319321961"}']
    assert sent["login_hint"] == ["5"]
    # Compared letter by letter there.
    assert sent["redirect_uri"] == [LAUNCH]


def test_moodle_posts_its_own_error_back(browser: Browser) -> None:
    answer = browser.client.post("/lti/launch", data={"error": "invalid_request", "error_description": "Unregistered redirect_uri"}, base_url=BASE)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "platform-error")
    assert "Unregistered redirect_uri" in answer.get_json()["words"]


def test_moodles_way_back_holds_its_session_key_and_is_never_logged(browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    back = platform.url + "/mod/lti/return.php?course=2&sesskey=SESSKEY"
    with capture_logs() as logs:
        browser.launch(platform, {PRESENTATION: {"return_url": back}})
        browser.launch(platform, {PRESENTATION: {"return_url": back}, CLAIM + "version": "1.1"})
    assert latest(tool).return_url == back
    assert logs
    assert "SESSKEY" not in str(logs)


# Other platforms


def test_canvas_one_issuer_two_clients(tool: Installation, platform: FakePlatform, app: Flask) -> None:
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(client_id="client-1b", deployment_ids=["b"]))
    first, second = Browser(app), Browser(app)
    assert first.launch(platform).status_code == 303
    begun = second.begin(platform, client_id="client-1b")
    claims = {**platform.claims(begun.nonce), "aud": "client-1b", DEPLOYMENT: "b", ROLES: [COURSE + "Instructor"]}
    assert second.post(begun.state, platform.sign(claims)).status_code == 303
    # The same sub at the other client is somebody else: the first session does not end with the other's rights.
    assert (first.visit().json["roles"], second.visit().json["roles"]) == (["teacher"], ["staff"])


def test_canvas_a_login_for_one_client_is_not_ended_for_the_other(tool: Installation, platform: FakePlatform, browser: Browser) -> None:
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(client_id="client-1b"))
    begun = browser.begin(platform)
    answer = browser.post(begun.state, platform.sign({**platform.claims(begun.nonce), "aud": "client-1b"}))
    assert (answer.status_code, answer.json["code"]) == (403, "other-registration")


def test_canvas_a_deployment_of_the_sibling_client_is_unknown_here(tool: Installation, platform: FakePlatform, browser: Browser) -> None:
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(client_id="client-1b", deployment_ids=["b"]))
    assert browser.launch(platform, {DEPLOYMENT: "b"}).json["code"] == "deployment-pending"


HOSTED = "https://school.instructure.com/courses/1"
CANVAS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "institution roles in every course": ({ROLES: [INSTITUTION + "Administrator", COURSE + "Learner"]}, {"roles": TEACHER}),
    "azp beside one audience": ({"azp": "client-1"}, {}),
    "the way back is at the school's host": ({PRESENTATION: {"return_url": HOSTED}}, {"return_url": HOSTED}),
    "the line item is at the school's host": ({AGS: {"lineitem": HOSTED + "/line_items/2"}}, {"line_item": HOSTED + "/line_items/2"}),
    "a long locale": ({PRESENTATION: {"locale": "en-AU-x-unimelb"}}, {"locale": "en-AU"}),
}


@pytest.mark.parametrize(("claims", "expected"), CANVAS.values(), ids=CANVAS)
def test_canvas(claims: dict[str, Any], expected: dict[str, Any], browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    family(tool, platform, "canvas")
    assert browser.launch(platform, claims).status_code == 303
    found = held(latest(tool))
    assert {name: found[name] for name in expected} == expected


FRAMES = {"https://school.instructure.com/courses/1": "https://school.instructure.com", "https://evil.example/": None, None: None}


@pytest.mark.parametrize(("back", "framed_by"), FRAMES.items())
def test_canvas_may_frame_us_at_the_host_that_the_browser_is_at(
    back: str | None, framed_by: str | None, browser: Browser, platform: FakePlatform, tool: Installation
) -> None:
    family(tool, platform, "canvas")
    browser.launch(platform, {PRESENTATION: {"return_url": back}})
    assert latest(tool).platform_origin == (framed_by or platform.url)


def test_d2l_lists_keys_without_alg(browser: Browser, platform: FakePlatform) -> None:
    platform.jwks = {"keys": [{name: value for name, value in jwk(platform.key, platform.kid).items() if name != "alg"}]}
    assert browser.launch(platform).status_code == 303


def test_d2l_lists_keys_without_use_beside_others(browser: Browser, platform: FakePlatform) -> None:
    bare = {name: value for name, value in jwk(platform.key, platform.kid).items() if name not in {"alg", "use"}}
    platform.jwks = {"keys": [jwk(rsa_key("retired"), "old"), {"kty": "EC", "kid": "ec", "crv": "P-256"}, bare, "nonsense"]}
    assert browser.launch(platform).status_code == 303


def test_blackboard_one_client_many_deployments(tool: Installation, platform: FakePlatform, app: Flask) -> None:
    with tool.database.write() as session:
        registrations.add(session, family="blackboard", **platform.registration(deployment_ids=["school-a", "school-b"]))
    tenants = set()
    for school in ("school-a", "school-b"):
        assert Browser(app).launch(platform, {DEPLOYMENT: school}).status_code == 303
        tenants.add(latest(tool).tenant_id)
    assert len(tenants) == 2
    assert Browser(app).launch(platform, {DEPLOYMENT: "school-c"}).json["code"] == "deployment-pending"


def test_open_edx_has_deployment_one_everywhere(platform: FakePlatform, other_platform: FakePlatform, app: Flask, tool: Installation) -> None:
    tenants = set()
    for one in (platform, other_platform):
        assert Browser(app).launch(one, {DEPLOYMENT: "1"}).status_code == 303
        tenants.add(latest(tool).tenant_id)
    assert len(tenants) == 2


# People, as platforms name them: given, family, name, mail; and what the visit holds.
PEOPLE: dict[str, tuple[dict[str, Any], tuple[str, str, str, str]]] = {
    "all of it": ({"given_name": "Anna", "family_name": "Ek", "name": "Anna Ek", "email": "a@x.example"}, ("Anna", "Ek", "Anna Ek", "a@x.example")),
    "nothing": ({}, ("", "", "", "")),
    "only a mail address": ({"email": "a@x.example"}, ("", "", "", "a@x.example")),
    "no mail address": ({"given_name": "Anna", "family_name": "Ek"}, ("Anna", "Ek", "Anna Ek", "")),
    "one name only": ({"given_name": "Sukarno"}, ("Sukarno", "", "Sukarno", "")),
    "one family name only": ({"family_name": "Sukarno"}, ("", "Sukarno", "Sukarno", "")),
    "a full name only": ({"name": "Anna Ek"}, ("", "", "Anna Ek", "")),
    "a full name in another order": ({"given_name": "Ágnes", "family_name": "Kis", "name": "Kis Ágnes"}, ("Ágnes", "Kis", "Kis Ágnes", "")),
    "variables instead of names": ({"given_name": "$Person.name.given", "name": "$Person.name.full"}, ("", "", "", "")),
    "a variable instead of a mail address": ({"given_name": "Anna", "email": "$Person.email.primary"}, ("Anna", "", "Anna", "")),
    "empty texts": ({"given_name": "", "family_name": " ", "name": "", "email": ""}, ("", "", "", "")),
    "nulls": ({"given_name": None, "family_name": None, "name": None, "email": None}, ("", "", "", "")),
    "names that are no texts": ({"given_name": ["Anna"], "family_name": {"a": 1}, "name": 5, "email": True}, ("", "", "", "")),
    "letters of another script": ({"given_name": "Ελένη", "family_name": "Παπά"}, ("Ελένη", "Παπά", "Ελένη Παπά", "")),
    "markup and directions": ({"given_name": "<b>An\u202ena</b>", "family_name": "Ek\0"}, ("Anna", "Ek", "Anna Ek", "")),
}


@pytest.mark.parametrize(("claims", "expected"), PEOPLE.values(), ids=PEOPLE)
def test_whatever_a_platform_tells_of_a_name_is_taken(
    claims: dict[str, Any], expected: tuple[str, ...], browser: Browser, platform: FakePlatform, tool: Installation
) -> None:
    nothing = dict.fromkeys(("given_name", "family_name", "name", "email"), GONE)
    assert browser.launch(platform, {**nothing, **claims}).status_code == 303
    person = latest(tool).visitor
    assert (person.given_name, person.family_name, person.full_name, person.email) == expected


LOCALES = {"pt_br": "pt-BR", "de_du": "de", "en_us_k12": "en-US", "sr_lt": "sr", "zh_tw": "zh-Hant-TW", "no": "no", "fr-CA": "fr-CA", "xx": "en"}
LOCALES |= {"": "en", "$Message.locale": "en", "../../etc/passwd": "en", "x" * 5000: "en"}


@pytest.mark.parametrize(("sent", "locale"), LOCALES.items(), ids=range(len(LOCALES)))
def test_the_language_comes_from_the_launch(sent: str, locale: str, browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    assert browser.launch(platform, {PRESENTATION: {"locale": sent}}).status_code == 303
    assert latest(tool).locale == locale


@pytest.mark.parametrize("value", [None, 5, ["pt_br"], {"a": 1}, True], ids=repr)
def test_a_language_that_is_no_text_is_english(value: object, browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    assert browser.launch(platform, {PRESENTATION: {"locale": value}}).status_code == 303
    assert latest(tool).locale == "en"


# Ways back that lead elsewhere (L12)
ELSEWHERE: list[Any] = [
    "https://evil.example/",
    "//evil.example/",
    "\\\\evil.example\\",
    "/\\evil.example",
    "javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "http://127.0.0.1@evil.example/",
    "http://evil.example:80@127.0.0.1/",
    "http://xn--127-0d0a.0.0.1/",
    "http://127.0.0.1.evil.example/",
    "http://127.0.0.1:1/",
    "http://127.0.0.1\r\nLocation: https://evil.example/",
    "http://127.0.0.1/" + "x" * 3000,
    "",
    None,
    5,
    ["http://127.0.0.1/"],
]


@pytest.mark.parametrize("back", ELSEWHERE, ids=range(len(ELSEWHERE)))
def test_a_way_back_that_leads_elsewhere_is_not_kept(back: Any, tool: Installation, platform: FakePlatform) -> None:
    said = {PRESENTATION: {"return_url": back, "error_msg": "https://evil.example/", "lti_errormsg": "x"}}
    app, seen = watched(tool)
    assert Browser(app).launch(platform, said).status_code == 303
    assert Browser(app).launch(platform, {**said, CLAIM + "version": "1.1"}).status_code == 400
    assert latest(tool).return_url is None
    assert [one.return_url for one in seen if one] == [None, None]


HINTS = ["https://evil.example/", "//evil.example", "javascript:alert(1)", "'\"><script>alert(1)</script>", "a\r\nLocation: https://evil.example/"]


@pytest.mark.parametrize("hint", HINTS, ids=range(len(HINTS)))
def test_hints_are_passed_on_and_lead_nowhere(hint: str, browser: Browser, platform: FakePlatform) -> None:  # L12
    begun = browser.begin(platform, lti_message_hint=hint, login_hint=hint)
    parts = urlsplit(begun.address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == platform.url + "/auth"
    assert parse_qs(parts.query)["lti_message_hint"] == [hint]
    assert "\r" not in begun.address


# What is known of a launch that was refused


def watched(tool: Installation) -> tuple[Flask, list[Launching | None]]:
    """An application, and what it knew of each launch when it answered."""
    app, seen = make_app(tool), []

    @app.after_request
    def _see(response: Any) -> Any:
        if response.status_code != 302:
            seen.append(g.get("launching"))
        return response

    return app, seen


Change = Callable[[FakePlatform, dict[str, Any]], dict[str, Any]]
BACK = "/course/view.php?id=2"
# A refusal: what is changed, and which of platform, tenant and way back are known by then.
KNOWN: dict[str, tuple[dict[str, Any], tuple[bool, bool, bool]]] = {
    "an unreadable nonce": ({"nonce": "x"}, (True, False, False)),
    "another client": ({"aud": "client-9"}, (True, False, False)),
    "an old token": ({"iat": now(-9000), "exp": now(-8000)}, (True, False, True)),
    "another target": ({CLAIM + "target_link_uri": LAUNCH + "/x"}, (True, False, True)),
    "no deployment": ({DEPLOYMENT: GONE}, (True, False, True)),
    "a pending deployment": ({DEPLOYMENT: "never seen"}, (True, True, True)),
    "another version": ({CLAIM + "version": "1.1"}, (True, True, True)),
    "no roles": ({ROLES: GONE}, (True, True, True)),
}


@pytest.mark.parametrize(("claims", "expected"), KNOWN.values(), ids=KNOWN)
def test_what_a_refusal_knows(claims: dict[str, Any], expected: tuple[bool, ...], tool: Installation, platform: FakePlatform) -> None:
    app, seen = watched(tool)
    back = platform.url + BACK
    assert Browser(app).launch(platform, {PRESENTATION: {"return_url": back}, **claims}).status_code // 100 == 4
    (known,) = seen
    assert known is not None
    assert (known.registration_id is not None, known.deployment_id is not None, known.return_url is not None) == expected
    assert known.return_url in {None, back}


def test_a_forged_token_says_no_way_back(tool: Installation, platform: FakePlatform) -> None:
    app, seen = watched(tool)
    browser = Browser(app)
    begun = browser.begin(platform)
    claims = {**platform.claims(begun.nonce), PRESENTATION: {"return_url": platform.url + BACK}}
    assert browser.post(begun.state, platform.sign(claims, key=rsa_key("attacker's key"))).json["code"] == "bad-signature"
    assert seen == [Launching(registration_id=1)]


def test_another_browser_learns_nothing_of_the_launch(tool: Installation, platform: FakePlatform) -> None:
    app, seen = watched(tool)
    begun = Browser(app).begin(platform)
    claims = {**platform.claims(begun.nonce), PRESENTATION: {"return_url": platform.url + BACK}}
    assert Browser(app).post(begun.state, platform.sign(claims)).json["code"] == "no-cookie"
    assert seen == [UNKNOWN]


# Many at once, and after a restart (L01)


def test_of_twenty_threads_one_opens_the_visit(either_tool: Installation, either_platform: FakePlatform) -> None:
    browsers = [Browser(make_app(either_tool)) for _ in range(20)]
    begun = browsers[0].begin(either_platform)
    token = either_platform.sign(either_platform.claims(begun.nonce))
    for browser in browsers:
        browser.client.set_cookie(*begun.cookie)
    together = threading.Barrier(20)

    def post(browser: Browser) -> int:
        together.wait()
        return int(browser.post(begun.state, token).status_code)

    with ThreadPoolExecutor(20) as pool:
        statuses = sorted(pool.map(post, browsers))
    assert statuses == [303] + [409] * 19
    with either_tool.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(VisitRecord)) == 1


def test_a_message_counts_once_also_after_a_restart(either_tool: Installation, either_platform: FakePlatform) -> None:
    first = Browser(make_app(either_tool))
    begun = first.begin(either_platform)
    token = either_platform.sign(either_platform.claims(begun.nonce))
    assert first.post(begun.state, token).status_code == 303
    restarted = Installation(either_tool.settings)
    try:
        again = Browser(make_app(restarted))
        again.client.set_cookie(*begun.cookie)
        answer = again.post(begun.state, token)
        assert (answer.status_code, answer.json["code"]) == (409, "already-used")
    finally:
        restarted.database.engine.dispose()


def test_a_second_message_of_a_login_changes_nothing_of_the_person(either_tool: Installation, either_platform: FakePlatform) -> None:
    """Neither the name nor the roles of a message that came too late: a platform may have signed two for one login."""
    browser = Browser(make_app(either_tool))
    begun = browser.begin(either_platform)
    claims = either_platform.claims(begun.nonce)
    assert browser.post(begun.state, either_platform.sign(claims)).status_code == 303
    browser.client.set_cookie(*begun.cookie)
    before = people(either_tool)
    later = {**claims, "given_name": "Mallory", ROLES: ["http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"]}
    answer = browser.post(begun.state, either_platform.sign(later))
    assert (answer.status_code, answer.json["code"]) == (409, "already-used")
    assert people(either_tool) == before


def people(tool: Installation) -> list[tuple[object, ...]]:
    table = PersonRecord.__table__
    with tool.database.look() as connection:
        return [tuple(row) for row in connection.execute(sa.select(table).order_by(table.c.id))]
