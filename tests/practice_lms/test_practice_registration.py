"""Dynamic registration as Moodle does it: each thing that was measured is a case here."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import OWN_URL, StubTool, claims_of, decoded, initiated, session_key
from werkzeug.test import TestResponse

from lti_tool import clock

ADMINISTRATOR, STAFF, TEACHER = "2", "3", "5"
ENDPOINT = "/mod/lti/openid-registration.php"
CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
AGS = "https://purl.imsglobal.org/spec/lti-ags/scope/"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
LTI = "https://purl.imsglobal.org/spec/lti/claim/"
BrowserOf = Callable[[str], FlaskClient]
Register = Callable[..., TestResponse]


def request_for(tool: str, **changed: object) -> dict[str, Any]:
    """A tool's request; members that are changed to None are left out, `configuration` changes the tool configuration."""
    configuration = {
        "domain": urlsplit(tool).netloc,
        "target_link_uri": f"{tool}/lti/launch",
        "description": "Certificates",
        "claims": ["name", "given_name", "family_name", "email"],
        "custom_parameters": {"person": "$Person.name.full", "odd": "$No.such.variable"},
        "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": f"{tool}/lti/choose"}],
        **changed.pop("configuration", {}),  # type: ignore[dict-item]
    }
    full = {
        "application_type": "web",
        "response_types": ["id_token"],
        "grant_types": ["client_credentials", "implicit"],
        "initiate_login_uri": f"{tool}/lti/login",
        "redirect_uris": [f"{tool}/lti/launch"],
        "client_name": "A tool",
        "jwks_uri": f"{tool}/lti/jwks",
        "token_endpoint_auth_method": "private_key_jwt",
        "scope": f"{AGS}score {MEMBERS}",
        CONFIGURATION: {name: value for name, value in configuration.items() if value is not None},
        **changed,
    }
    return {name: value for name, value in full.items() if value is not None}


def token_for(administrator: FlaskClient, url: str, kind: str = "new") -> str:
    asked = {"url": url, "type": kind, "sesskey": session_key(administrator)}
    answer = administrator.get("/mod/lti/startltiadvregistration.php", query_string=asked)
    assert answer.status_code == 302, answer.text
    return parse_qs(urlsplit(answer.headers["Location"]).query)["registration_token"][0]


@pytest.fixture
def administrator(browser_of: BrowserOf) -> FlaskClient:
    return browser_of(ADMINISTRATOR)


@pytest.fixture
def register(lms: Flask, administrator: FlaskClient, stub_tool: StubTool) -> Register:
    """Send a request with a fresh token, or with the headers given."""

    def sending(headers: dict[str, str] | None = None, **changed: object) -> TestResponse:
        bearing = {"Authorization": f"Bearer {token_for(administrator, f'{stub_tool.url}/register')}"}
        return lms.test_client().post(ENDPOINT, json=request_for(stub_tool.url, **changed), headers=bearing if headers is None else headers)

    return sending


class TestStart:
    def test_the_page_opens_the_tool_in_a_frame_and_waits_for_its_close(self, administrator: FlaskClient) -> None:
        page = administrator.get("/mod/lti/register.php?url=https://tool.example/register?invitation=7").text
        assert '<iframe class="tool" id="registration"' in page
        assert "/mod/lti/startltiadvregistration.php?url=https://tool.example/register?invitation%3D7&amp;type=new" in page
        with administrator.get("/static/registering.js") as script:
            assert "org.imsglobal.lti.close" in script.text

    def test_it_is_a_get_with_two_parameters_more(self, administrator: FlaskClient) -> None:
        asked = {"url": "https://tool.example/register?invitation=a%20b&empty=", "type": "new", "sesskey": session_key(administrator)}
        parts = urlsplit(administrator.get("/mod/lti/startltiadvregistration.php", query_string=asked).headers["Location"])
        query = parse_qs(parts.query, keep_blank_values=True)
        assert (parts.netloc, parts.path) == ("tool.example", "/register")
        assert set(query) == {"invitation", "empty", "openid_configuration", "registration_token"}
        assert (query["invitation"], query["empty"]) == (["a b"], [""])
        assert query["openid_configuration"] == [f"{OWN_URL}/mod/lti/openid-configuration.php"]

    def test_the_token_is_an_hour_s_rs256_jwt(self, lms: Flask, administrator: FlaskClient) -> None:
        token = token_for(administrator, "https://tool.example/register")
        keys = jwt.PyJWKSet.from_dict(lms.test_client().get("/mod/lti/certs.php").json or {})
        claims = jwt.decode(token, keys.keys[0], algorithms=["RS256"])
        assert set(claims) == {"sub", "scope", "iat", "exp"}
        assert (claims["exp"] - claims["iat"], claims["scope"]) == (3600, "reg")

    @pytest.mark.parametrize(("person", "page", "status"), [
        (STAFF, "/mod/lti/toolconfigure.php", 403), (TEACHER, "/mod/lti/toolconfigure.php", 403),
        (STAFF, "/mod/lti/register.php?url=https://tool.example/", 403), (ADMINISTRATOR, "/mod/lti/toolconfigure.php", 200),
        (ADMINISTRATOR, "/mod/lti/register.php?url=javascript:alert(1)", 400), (ADMINISTRATOR, "/mod/lti/register.php", 400),
        (ADMINISTRATOR, "/mod/lti/startltiadvregistration.php?url=https://tool.example/", 403),
        (STAFF, "/mod/lti/startltiadvregistration.php?url=https://tool.example/", 403),
    ])  # fmt: skip
    def test_for_the_administrator_alone(self, browser_of: BrowserOf, person: str, page: str, status: int) -> None:
        assert browser_of(person).get(page).status_code == status


def test_the_platform_says_what_it_can_do(lms: Flask) -> None:
    document = lms.test_client().get("/mod/lti/openid-configuration.php").json or {}
    assert document["issuer"] == OWN_URL
    assert document["registration_endpoint"] == OWN_URL + ENDPOINT
    assert {"token_endpoint", "jwks_uri", "authorization_endpoint", "scopes_supported", "claims_supported"} <= set(document)
    own = document["https://purl.imsglobal.org/spec/lti-platform-configuration"]
    assert own["product_family_code"] == "moodle"
    assert [message["type"] for message in own["messages_supported"]] == ["LtiResourceLinkRequest", "LtiDeepLinkingRequest"]
    assert "Person.name.full" in own["variables"]


class TestEndpoint:
    def test_the_answer_is_200_with_the_ids(self, register: Register, stub_tool: StubTool) -> None:
        answer = register()
        assert answer.status_code == 200
        body = answer.json or {}
        assert body["client_id"]
        assert body[CONFIGURATION]["deployment_id"] == "2"
        assert body["redirect_uris"] == [f"{stub_tool.url}/lti/launch"]

    def test_the_echoed_scope_is_wider_than_what_was_asked(self, register: Register) -> None:
        scopes = (register(scope=f"{AGS}score").json or {})["scope"].split()
        assert f"{AGS}lineitem" in scopes
        assert MEMBERS not in scopes

    def test_a_token_is_used_once(self, lms: Flask, administrator: FlaskClient, register: Register, stub_tool: StubTool) -> None:
        headers = {"Authorization": f"Bearer {token_for(administrator, f'{stub_tool.url}/register')}"}
        assert register(headers).status_code == 200
        answer = register(headers)
        assert (answer.status_code, answer.text, answer.mimetype) == (401, "token_already_used", "text/html")
        assert len(lms.extensions["practice_lms"].catalogue.tools()) == 2

    @pytest.mark.parametrize("name", [
        "response_types", "initiate_login_uri", "redirect_uris", "client_name", "jwks_uri", "token_endpoint_auth_method", CONFIGURATION,
    ])  # fmt: skip
    def test_required_members(self, register: Register, name: str) -> None:
        answer = register(**{name: None})
        assert (answer.status_code, answer.text, answer.mimetype) == (400, f"missing_required_attribute_{name}", "text/html")

    @pytest.mark.parametrize(("changed", "words"), [
        ({"configuration": {"domain": None}}, "missing_domain"),
        ({"configuration": {"domain": "127.0.0.1"}}, "domain_targetlinkuri_mismatch"),
        ({"configuration": {"domain": "127.0.0.1:1"}}, "domain_targetlinkuri_mismatch"),
        ({"configuration": {"target_link_uri": "https://elsewhere.example/lti/launch"}}, "domain_targetlinkuri_mismatch"),
        ({"response_types": ["code"]}, "invalid_response_types"),
        ({"redirect_uris": "https://tool.example/lti/launch"}, "invalid_redirect_uris"),
        ({"token_endpoint_auth_method": "client_secret_basic"}, "invalid_token_endpoint_auth_method"),
        ({"application_type": "native"}, "invalid_application_type"),
    ], ids=str)  # fmt: skip
    def test_refused_in_a_word(self, lms: Flask, register: Register, changed: dict[str, object], words: str) -> None:
        answer = register(**changed)
        assert (answer.status_code, answer.text, answer.mimetype) == (400, words, "text/html")
        assert len(lms.extensions["practice_lms"].catalogue.tools()) == 1

    @pytest.mark.parametrize("changed", [{"response_types": "id_token"}, {CONFIGURATION: "nothing"}], ids=str)
    def test_what_makes_moodle_s_own_code_fail_is_a_404_page(self, register: Register, changed: dict[str, object]) -> None:
        answer = register(**changed)
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert "<!DOCTYPE html>" in answer.text

    @pytest.mark.parametrize("bearing", ["Bearer garbage", "Bearer a.b.c"])
    def test_a_garbage_token_is_a_404_page(self, register: Register, bearing: str) -> None:
        answer = register({"Authorization": bearing})
        assert (answer.status_code, answer.mimetype) == (404, "text/html")

    @pytest.mark.parametrize("headers", [{}, {"Authorization": "Basic eDp5"}, {"Authorization": "Bearer "}])
    def test_no_token(self, register: Register, headers: dict[str, str]) -> None:
        answer = register(headers)
        assert (answer.status_code, answer.text) == (401, "missing_registration_token")

    def test_an_hour_later_the_token_is_garbage(self, register: Register, administrator: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
        now = clock.now()
        with monkeypatch.context() as earlier:
            earlier.setattr("lti_tool.practice_lms.registration.clock.now", lambda: now.replace(year=now.year - 1))
            token = token_for(administrator, "https://tool.example/")
        assert register({"Authorization": f"Bearer {token}"}).status_code == 404

    def test_tags_are_stripped_from_names(self, register: Register) -> None:
        body = register(client_name="<b>A</b> tool<script>", configuration={"description": "<i>Certificates</i>"}).json or {}
        assert (body["client_name"], body[CONFIGURATION]["description"]) == ("A tool", "Certificates")


def switched_on(lms: Flask, browser_of: BrowserOf, tool_id: str) -> FlaskClient:
    """Activate the tool, show it in the course, add a link to it; return its adder's browser."""
    administrator, staff = browser_of(ADMINISTRATOR), browser_of(STAFF)
    form = {"sesskey": session_key(administrator), "id": tool_id, "action": "activate"}
    assert administrator.post("/mod/lti/toolconfigure.php", data=form).status_code == 303
    key = session_key(staff)
    assert staff.post("/mod/lti/coursetools.php", data={"sesskey": key, "id": "2", "tool": tool_id, "show": "1"}).status_code == 303
    assert staff.post("/course/modedit.php", data={"sesskey": key, "course": "2", "tool": tool_id, "name": "A link"}).status_code == 303
    return staff


class TestFromPendingToLaunch:
    def test_it_waits_for_the_administrator_and_then_for_the_course(
        self, lms: Flask, register: Register, administrator: FlaskClient, browser_of: BrowserOf
    ) -> None:
        register()
        staff = browser_of(STAFF)
        assert "Pending" in administrator.get("/mod/lti/toolconfigure.php").text
        assert "A tool" not in staff.get("/mod/lti/coursetools.php?id=2").text
        assert staff.get("/course/modedit.php?course=2&tool=2").status_code == 404
        administrator.post("/mod/lti/toolconfigure.php", data={"sesskey": session_key(administrator), "id": "2", "action": "activate"})
        assert "Add an activity: A tool" not in staff.get("/course/view.php").text
        assert "A tool" in staff.get("/mod/lti/coursetools.php?id=2").text
        staff.post("/mod/lti/coursetools.php", data={"sesskey": session_key(staff), "id": "2", "tool": "2", "show": "1"})
        assert "Add an activity: A tool" in staff.get("/course/view.php").text

    def test_a_tool_that_is_not_switched_on_is_not_launched(self, lms: Flask, register: Register, browser_of: BrowserOf) -> None:
        register()
        staff = switched_on(lms, browser_of, "2")
        assert initiated(staff, "4")[1]["client_id"] != "practice-client"
        staff.post("/mod/lti/coursetools.php", data={"sesskey": session_key(staff), "id": "2", "tool": "2"})
        assert staff.get("/mod/lti/launch.php?id=4").status_code == 404

    @pytest.mark.parametrize(("claims", "told"), [
        (["name", "given_name", "family_name", "email"], {"name", "given_name", "family_name", "email"}),
        (["email"], {"email"}), (["given_name"], {"name", "given_name", "family_name"}), ([], set()), (None, set()),
    ], ids=["all", "mail", "given", "none", "unsaid"])  # fmt: skip
    def test_only_claims_that_were_listed_are_told(
        self, lms: Flask, register: Register, browser_of: BrowserOf, claims: list[str] | None, told: set[str]
    ) -> None:
        register(configuration={"claims": claims})
        found = claims_of(switched_on(lms, browser_of, "2"), "4")
        assert {"name", "given_name", "family_name", "email"} & set(found) == told
        assert found[LTI + "custom"] == {"person": "Anna Lindqvist" if "name" in told else None, "odd": "$No.such.variable"}
        assert found[LTI + "deployment_id"] == "2"


class TestUpdate:
    @pytest.fixture
    def known(self, register: Register) -> dict[str, Any]:
        body = register().json
        assert isinstance(body, dict)
        return body

    def test_it_is_offered_for_a_tool_of_the_same_domain(self, administrator: FlaskClient, known: dict[str, Any], stub_tool: StubTool) -> None:
        page = administrator.get("/mod/lti/register.php", query_string={"url": f"{stub_tool.url}/register"}).text
        assert f"Update A tool ({known['client_id']})" in page
        assert "<iframe" not in page
        assert "<iframe" in administrator.get("/mod/lti/register.php", query_string={"url": "https://other.example/register"}).text

    def test_get_shows_and_post_changes_what_is_there(
        self, lms: Flask, administrator: FlaskClient, known: dict[str, Any], stub_tool: StubTool
    ) -> None:
        administrator.post("/mod/lti/toolconfigure.php", data={"sesskey": session_key(administrator), "id": "2", "action": "activate"})
        token = token_for(administrator, f"{stub_tool.url}/register", "2")
        headers = {"Authorization": f"Bearer {token}"}
        assert decoded(token.split(".")[1])["scope"] == "reg-update"
        shown = lms.test_client().get(ENDPOINT, headers=headers).json
        assert shown == known
        answer = lms.test_client().post(ENDPOINT, json=request_for(stub_tool.url, client_name="Another name"), headers=headers)
        body = answer.json or {}
        assert (body["client_id"], body[CONFIGURATION]["deployment_id"]) == (known["client_id"], "2")
        assert body["client_name"] == "Another name"
        assert [tool.state for tool in lms.extensions["practice_lms"].catalogue.tools()] == ["active", "active"]

    def test_a_token_for_something_new_shows_nothing(self, lms: Flask, administrator: FlaskClient) -> None:
        headers = {"Authorization": f"Bearer {token_for(administrator, 'https://tool.example/')}"}
        assert lms.test_client().get(ENDPOINT, headers=headers).status_code == 404

    def test_a_tool_that_is_gone_is_not_changed(self, administrator: FlaskClient, register: Register, known: dict[str, Any]) -> None:
        token = token_for(administrator, "https://tool.example/", "2")
        administrator.post("/mod/lti/toolconfigure.php", data={"sesskey": session_key(administrator), "id": "2", "action": "delete"})
        assert register({"Authorization": f"Bearer {token}"}).status_code == 404


def test_canvas_on_a_bad_day_answers_422_with_an_odd_body(canvas: Flask) -> None:
    client = canvas.test_client()
    client.post("/behaviour.json", json={"registration": "failing"})
    answer = client.post(ENDPOINT, json={})
    assert answer.status_code == 422
    assert isinstance(json.loads(answer.text), list)


def test_a_launch_of_a_registered_tool_goes_to_its_own_addresses(lms: Flask, register: Register, browser_of: BrowserOf, stub_tool: StubTool) -> None:
    register(initiate_login_uri=f"{stub_tool.url}/lti/login?from=registration")
    address, fields = initiated(switched_on(lms, browser_of, "2"), "4")
    assert address == f"{stub_tool.url}/lti/login?from=registration"
    assert fields["lti_deployment_id"] == "2"
