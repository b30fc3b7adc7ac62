"""Dynamic registration from the pasted address to the last page, in Moodle's manner, and what it leaves behind."""

from __future__ import annotations

from typing import Any

import pytest
from fake_platform import FakePlatform
from registering_platform import AGS, BASE, NRPS, PLATFORM, REGISTER, TOOL, Administrator, Registering

from lti_tool.history import Event, first_break
from lti_tool.installation import Installation


@pytest.fixture
def moodle() -> Any:
    with FakePlatform(client_id="kj3RhfiXMcYlBzv") as started:
        yield Registering(started)


@pytest.fixture
def administrator(tool: Installation) -> Administrator:
    return Administrator(tool)


def test_what_is_asked_for(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(), moodle.appended())
    sent = moodle.request
    assert sent["response_types"] == ["id_token"]
    assert sent["redirect_uris"] == [BASE + "/lti/launch"]
    assert (sent["initiate_login_uri"], sent["jwks_uri"]) == (BASE + "/lti/login", BASE + "/lti/jwks")
    assert sent["token_endpoint_auth_method"] == "private_key_jwt"
    assert sorted(sent["grant_types"]) == ["client_credentials", "implicit"]
    assert sent["scope"].split() == [AGS + "score", NRPS]
    tool = sent[TOOL]
    assert tool["domain"] == "localhost:8400"
    assert tool["claims"] == ["iss", "sub", "name", "given_name", "family_name", "email"]
    assert {(one["type"], *one.get("placements", [])) for one in tool["messages"]} == {
        ("LtiResourceLinkRequest",),
        ("LtiDeepLinkingRequest", "ContentArea"),
    }
    assert all(one["target_link_uri"] == BASE + "/lti/launch" for one in (tool, *tool["messages"]))
    (seen,) = [one for one in moodle.platform.seen if one.path == REGISTER]
    assert seen.headers["Authorization"].startswith("Bearer good-")


def test_everything_is_asked_for_where_nothing_is_listed(administrator: Administrator, moodle: Registering) -> None:
    moodle.document = {"scopes_supported": None, "claims_supported": None, PLATFORM: {"product_family_code": "other"}}
    administrator.register(administrator.invited(), moodle.appended())
    sent = moodle.request
    assert len(sent["scope"].split()) == 2
    assert sent[TOOL]["claims"][-1] == "locale"
    assert [one["type"] for one in sent[TOOL]["messages"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest", "LtiSubmissionReviewRequest"]


def test_looking_calls_nobody_and_changes_nothing(administrator: Administrator, moodle: Registering) -> None:
    secret, appended = administrator.invited(), moodle.appended()
    for _ in range(3):
        page = administrator.look(secret, appended)
        assert page.status_code == 200
        assert moodle.platform.url.removeprefix("http://") in page.text
    assert moodle.calls == []
    assert administrator.known() == []
    assert administrator.usable(secret)


def test_what_is_kept_waits_for_approval(administrator: Administrator, moodle: Registering) -> None:
    secret = administrator.invited()
    page = administrator.register(secret, moodle.appended())
    assert page.status_code == 200
    assert "Awaiting approval" in page.text
    (known,) = administrator.known()
    at = moodle.platform.url
    assert (known.issuer, known.client_id, known.family, known.name) == (at, "kj3RhfiXMcYlBzv", "moodle", "Example school")
    assert (known.auth_url, known.token_url, known.jwks_url) == (at + "/mod/lti/auth.php", at + "/token", at + "/jwks")
    assert (known.status, known.new_deployments) == ("pending", "ask")
    assert [(one.deployment_id, one.status) for one in known.deployments] == [("7", "pending")]
    assert known.agreed["scopes"] == [AGS + "score", AGS + "lineitem", NRPS]
    assert not administrator.usable(secret)


def test_the_last_page_tells_the_clicks_that_are_left(administrator: Administrator, moodle: Registering) -> None:
    page = administrator.register(administrator.invited(), moodle.appended())
    for words in ("Activate", "LTI External tools", "kj3RhfiXMcYlBzv", "close_frame.js", "Sealwright (Example Academy)"):
        assert words in page.text


@pytest.mark.parametrize(("deployment", "rule", "deployments"), [("7", "ask", [("7", "active")]), (None, "trust", [])])
def test_an_invitation_may_approve(
    deployment: str | None, rule: str, deployments: list[tuple[str, str]], administrator: Administrator, moodle: Registering
) -> None:
    moodle.deployment_id = deployment
    page = administrator.register(administrator.invited(approves=True), moodle.appended())
    assert "Awaiting approval" not in page.text
    (known,) = administrator.known()
    assert (known.status, known.new_deployments) == ("active", rule)
    assert [(one.deployment_id, one.status) for one in known.deployments] == deployments


def test_registering_again_updates(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(approves=True), moodle.appended())
    moodle.granted = {"scope": AGS + "score"}
    page = administrator.register(administrator.invited(label="Again"), moodle.appended())
    assert "up to date" in page.text
    (known,) = administrator.known()
    assert (known.status, known.name, known.agreed["scopes"]) == ("active", "Example school", [AGS + "score"])
    assert [(one.deployment_id, one.status) for one in known.deployments] == [("7", "active")]


def test_the_page_survives_a_reload_and_a_lost_answer(administrator: Administrator, moodle: Registering) -> None:
    secret, appended = administrator.invited(), moodle.appended()
    administrator.register(secret, appended)
    for again in (administrator.look(secret, appended), administrator.look(secret, {})):
        assert again.status_code == 200
        assert "kj3RhfiXMcYlBzv" in again.text
    assert moodle.calls.count(REGISTER) == 1


def test_everything_is_on_the_record(administrator: Administrator, moodle: Registering) -> None:
    administrator.register(administrator.invited(approves=True), moodle.appended())
    with administrator.tool.database.read() as session:
        assert [event.kind for event in session.query(Event).order_by(Event.id)] == ["invitation-made", "lms-added", "lms-approved"]
        assert first_break(session) is None


@pytest.mark.parametrize("at", ["/lti/register/{}", "/lti/register?invitation={}"])
def test_both_forms_of_the_address_and_no_platform_around_it(at: str, administrator: Administrator) -> None:
    secret = administrator.invited()
    page = administrator.client.get(at.format(secret), base_url=BASE)
    assert page.status_code == 200
    assert f"{BASE}/lti/register/{secret}" in page.text


def test_any_lms_may_frame_the_pages_and_no_referrer_leaves(administrator: Administrator, moodle: Registering) -> None:
    secret = administrator.invited()
    pages = [administrator.look(secret, moodle.appended()), administrator.register(secret, moodle.appended()), administrator.look("x" * 43, {})]
    for page in pages:
        assert page.headers["Content-Security-Policy"].endswith("frame-ancestors *")
        assert page.headers["Cache-Control"] == "no-store"
        assert page.headers["Referrer-Policy"] == "same-origin"
        assert page.headers["Cross-Origin-Opener-Policy"] == "unsafe-none"
        assert "Set-Cookie" not in page.headers


def test_logs_hold_neither_the_secret_nor_the_token(administrator: Administrator, moodle: Registering, capsys: pytest.CaptureFixture[str]) -> None:
    secret, appended = administrator.invited(), moodle.appended()
    administrator.register(secret, appended)
    administrator.look(secret, appended)
    administrator.look("x" * 43, appended)
    captured = capsys.readouterr()
    written = captured.out + captured.err
    assert "registered" in written
    for kept in (secret, appended["registration_token"], "x" * 43):
        assert kept not in written
