"""Login and launch as facts about Moodle 4.5 say them: each line there is a case here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import CLIENT_ID, LTI, OWN_URL, StubTool, claims_of, initiated, launched, posted_form, request_of, session_key

AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
NRPS = "https://purl.imsglobal.org/spec/lti-nrps/claim/namesroleservice"
TEACHER, ASSISTANT, STAFF, ADMINISTRATOR = "5", "4", "3", "2"
COURSE_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
BrowserOf = Callable[[str], FlaskClient]


class TestLoginInitiation:
    def test_a_page_posts_these_fields_to_the_tool(self, browser_of: BrowserOf, stub_tool: StubTool) -> None:
        address, fields = initiated(browser_of(TEACHER))
        hint = json.loads(fields.pop("lti_message_hint"))
        assert address == f"{stub_tool.url}/lti/login"
        assert fields == {
            "iss": OWN_URL,
            "target_link_uri": f"{stub_tool.url}/lti/launch",
            "login_hint": TEACHER,
            "client_id": CLIENT_ID,
            "lti_deployment_id": "1",
        }
        assert set(hint) == {"cmid", "launchid"}
        assert re.fullmatch(r"ltilaunch1_\d+", hint["launchid"])

    @pytest.mark.parametrize(("person", "activity", "target", "status"), [
        (TEACHER, "1", "iframe", 200), (TEACHER, "2", "window", 200), (TEACHER, "3", "iframe", 404), (STAFF, "3", "iframe", 200),
        (ADMINISTRATOR, "3", "window", 200), (TEACHER, "9", "iframe", 404), (TEACHER, "1", "frame", 404),
    ])  # fmt: skip
    def test_who_may_open_what(self, browser_of: BrowserOf, person: str, activity: str, target: str, status: int) -> None:
        answer = browser_of(person).get("/mod/lti/launch.php", query_string={"id": activity, "target": target})
        assert answer.status_code == status

    def test_no_storage_is_offered_and_nothing_answers_a_message(self, browser_of: BrowserOf) -> None:
        client = browser_of(TEACHER)
        assert "lti_storage_target" not in initiated(client)[1]
        assert "platform_storage.js" not in client.get("/mod/lti/view.php?id=1").text
        assert client.get("/post_message_forwarding").status_code == 404

    def test_strangers_get_to_the_sign_in_page(self, lms: Flask) -> None:
        answer = lms.test_client().get("/mod/lti/launch.php?id=1")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/")


class TestAuthorisation:
    def test_state_and_nonce_pass_through_and_the_token_is_signed(self, lms: Flask, browser_of: BrowserOf, stub_tool: StubTool) -> None:
        address, fields = launched(browser_of(TEACHER))
        assert address == f"{stub_tool.url}/lti/launch"
        assert fields["state"] == "the state, as sent"
        header = jwt.get_unverified_header(fields["id_token"])
        keys = jwt.PyJWKSet.from_dict(lms.test_client().get("/mod/lti/certs.php").json or {})
        claims = jwt.decode(fields["id_token"], keys[header["kid"]], algorithms=["RS256"], audience=CLIENT_ID)
        assert header["alg"] == "RS256"
        assert claims["nonce"] == "nonce-1"

    def test_post_works_as_well(self, browser_of: BrowserOf) -> None:
        client = browser_of(TEACHER)
        login, fields = initiated(client)
        answer = client.post("/mod/lti/auth.php", data=request_of(fields, login.replace("/lti/login", "/lti/launch")))
        assert "id_token" in posted_form(answer.text)[1]

    def test_a_request_without_the_cookie_posts_itself_once_more(self, lms: Flask, browser_of: BrowserOf) -> None:
        client = browser_of(TEACHER)
        login, fields = initiated(client)
        sent = request_of(fields, login.replace("/lti/login", "/lti/launch"))
        # From another site the browser leaves the cookie out: the launch id must not be used up by that.
        address, again = posted_form(lms.test_client().get("/mod/lti/auth.php", query_string=sent).text)
        assert (address.split("?")[0], again) == ("/mod/lti/auth.php", {"repost": "1"})
        assert "id_token" in posted_form(client.post(address, data=again).text)[1]

    def test_nobody_s_request_ends_after_one_repetition(self, lms: Flask, browser_of: BrowserOf) -> None:
        login, fields = initiated(browser_of(TEACHER))
        sent = request_of(fields, login.replace("/lti/login", "/lti/launch"))
        answer = lms.test_client().post("/mod/lti/auth.php", query_string=sent, data={"repost": "1"})
        assert posted_form(answer.text)[1]["error"] == "access_denied"

    def test_a_launch_is_used_once(self, browser_of: BrowserOf) -> None:
        client = browser_of(TEACHER)
        login, fields = initiated(client)
        sent = request_of(fields, login.replace("/lti/login", "/lti/launch"))
        assert client.get("/mod/lti/auth.php", query_string=sent).status_code == 200
        assert client.get("/mod/lti/auth.php", query_string=sent).status_code == 404

    @pytest.mark.parametrize("hint", ["", "nonsense", "[]", "{}", '{"launchid": "ltilaunch1_1"}', '{"cmid": 2}'])
    def test_no_launch_without_its_hint(self, browser_of: BrowserOf, hint: str) -> None:
        client = browser_of(TEACHER)
        login, fields = initiated(client)
        sent = request_of(fields, login.replace("/lti/login", "/lti/launch"), lti_message_hint=hint)
        assert client.get("/mod/lti/auth.php", query_string=sent).status_code == 404

    @pytest.mark.parametrize("ending", ["/lti/launch?activity=apply", "/lti/launch/", "/lti/launch#", "/lti", "/lti/LAUNCH"])
    def test_the_redirect_uri_must_be_the_registered_one_exactly(self, browser_of: BrowserOf, stub_tool: StubTool, ending: str) -> None:
        client = browser_of(TEACHER)
        _, fields = initiated(client)
        answer = client.get("/mod/lti/auth.php", query_string=request_of(fields, stub_tool.url + ending))
        assert answer.status_code == 400
        assert "<form id=" not in answer.text

    @pytest.mark.parametrize(("changed", "error"), [
        ({"nonce": None}, "invalid_request"),
        ({"scope": "openid profile"}, "invalid_scope"),
        ({"response_type": "code"}, "unsupported_response_type"),
        ({"login_hint": "6"}, "access_denied"),
        ({"login_hint": None}, "access_denied"),
        ({"response_mode": "query"}, "invalid_request"),
        ({"response_mode": None}, "invalid_request"),
        ({"prompt": "login"}, "invalid_request"),
    ])  # fmt: skip
    def test_wrong_requests_are_posted_back_as_errors(self, browser_of: BrowserOf, changed: dict[str, str | None], error: str) -> None:
        client = browser_of(TEACHER)
        login, fields = initiated(client)
        answer = client.get("/mod/lti/auth.php", query_string=request_of(fields, login.replace("/lti/login", "/lti/launch"), **changed))
        posted = posted_form(answer.text)[1]
        assert (posted["error"], posted["state"]) == (error, "the state, as sent")
        assert "id_token" not in posted

    def test_another_clients_request_is_refused(self, browser_of: BrowserOf) -> None:
        client = browser_of(TEACHER)
        login, fields = initiated(client)
        sent = request_of(fields, login.replace("/lti/login", "/lti/launch"), client_id="somebody-else")
        assert client.get("/mod/lti/auth.php", query_string=sent).status_code == 400

    def test_a_launch_begun_by_somebody_else_is_denied(self, browser_of: BrowserOf) -> None:
        login, fields = initiated(browser_of("6"))
        answer = browser_of(TEACHER).get("/mod/lti/auth.php", query_string=request_of(fields, login.replace("/lti/login", "/lti/launch")))
        assert posted_form(answer.text)[1]["error"] == "access_denied"


class TestClaims:
    # The claims of a launch that Moodle 4.5.6 sent for a learner in an iframe.
    MOODLE = frozenset({
        "nonce", "iat", "exp", "iss", "aud", "sub", "given_name", "family_name", "name", "email",
        *(LTI + name for name in ("deployment_id", "target_link_uri", "lis", "roles", "context", "message_type", "resource_link", "ext",
                                  "launch_presentation", "tool_platform", "version", "custom")),
        "https://purl.imsglobal.org/spec/lti-bo/claim/basicoutcome", AGS, NRPS,
    })  # fmt: skip

    def test_the_same_claims_as_moodle_sends(self, browser_of: BrowserOf) -> None:
        assert set(claims_of(browser_of(TEACHER))) == self.MOODLE

    def test_what_implementers_trip_over(self, browser_of: BrowserOf, stub_tool: StubTool) -> None:
        claims = claims_of(browser_of(TEACHER))
        assert claims["exp"] == claims["iat"] + 60
        assert claims["aud"] == CLIENT_ID
        assert claims["sub"] == TEACHER
        assert claims["name"] == "Þóra Guðmundsdóttir"
        assert claims[LTI + "context"]["type"] == ["CourseSection"]
        assert claims[LTI + "tool_platform"]["product_family_code"] == "moodle"
        assert claims[LTI + "target_link_uri"] == f"{stub_tool.url}/lti/launch"
        assert claims[LTI + "custom"]["unknown"] == "$No.such.variable"

    @pytest.mark.parametrize(("person", "roles"), [
        (TEACHER, [COURSE_ROLE + "Learner"]),
        (STAFF, [COURSE_ROLE + "Instructor"]),
        (ASSISTANT, [COURSE_ROLE + "Instructor"]),
        (ADMINISTRATOR, [
            "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator",
            COURSE_ROLE + "Instructor",
            "http://purl.imsglobal.org/vocab/lis/v2/system/person#Administrator",
        ]),
    ])  # fmt: skip
    def test_roles_are_full_uris(self, browser_of: BrowserOf, person: str, roles: list[str]) -> None:
        assert claims_of(browser_of(person))[LTI + "roles"] == roles

    @pytest.mark.parametrize(("activity", "opens", "graded"), [("1", "apply", True), ("2", "final", False), ("3", "review", False)])
    def test_activities(self, browser_of: BrowserOf, activity: str, opens: str, graded: bool) -> None:
        claims = claims_of(browser_of(STAFF), activity)
        assert claims[LTI + "custom"]["activity"] == opens
        assert ("lineitem" in claims[AGS]) is graded

    def test_the_line_item_keeps_its_query(self, browser_of: BrowserOf) -> None:
        assert claims_of(browser_of(TEACHER))[AGS]["lineitem"] == f"{OWN_URL}/mod/lti/services.php/2/lineitems/2/lineitem?type_id=1"

    @pytest.mark.parametrize(("target", "container"), [("iframe", "3"), ("window", "4")])
    def test_presentation(self, browser_of: BrowserOf, target: str, container: str) -> None:
        presentation = claims_of(browser_of(TEACHER), target=target)[LTI + "launch_presentation"]
        assert presentation["document_target"] == target
        assert re.fullmatch(re.escape(f"{OWN_URL}/mod/lti/return.php?course=2&launch_container={container}&instanceid=1&sesskey=") + r"\S+",
                            presentation["return_url"])  # fmt: skip

    def test_the_return_address_holds_the_session_key(self, browser_of: BrowserOf) -> None:
        client = browser_of(TEACHER)
        assert claims_of(client)[LTI + "launch_presentation"]["return_url"].endswith(f"&sesskey={session_key(client)}")

    @pytest.mark.parametrize(("person", "locale"), [(TEACHER, "en"), (ASSISTANT, "pt_br"), ("6", "el")])
    def test_the_locale_is_in_moodle_s_codes(self, browser_of: BrowserOf, person: str, locale: str) -> None:
        assert claims_of(browser_of(person))[LTI + "launch_presentation"]["locale"] == locale

    @pytest.mark.parametrize(("chosen", "status", "locale"), [("pt_br", 303, "pt_br"), ("de_du", 303, "de_du"), ("tlh", 400, "en"), ("", 400, "en")])
    def test_the_language_is_chosen_per_person(self, browser_of: BrowserOf, chosen: str, status: int, locale: str) -> None:
        client = browser_of(TEACHER)
        assert client.post("/user/language.php", data={"language": chosen}).status_code == status
        assert claims_of(client)[LTI + "launch_presentation"]["locale"] == locale
        assert claims_of(browser_of("6"))[LTI + "launch_presentation"]["locale"] == "el"

    def test_privacy_off_sends_nobody_s_name(self, lms: Flask, browser_of: BrowserOf) -> None:
        lms.test_client().post("/behaviour.json", json={"names": "hidden"})
        claims = claims_of(browser_of(TEACHER))
        assert set(claims) == self.MOODLE - {"given_name", "family_name", "name", "email"}
        assert claims[LTI + "ext"] == {"lms": "moodle-2"}
        assert "Þóra" not in json.dumps(claims, ensure_ascii=False)


class TestSubmissionReview:
    def test_it_names_whose_work_is_to_be_shown(self, browser_of: BrowserOf, stub_tool: StubTool) -> None:
        claims = claims_of(browser_of(STAFF), action="gradeReport", user=TEACHER)
        assert claims[LTI + "message_type"] == "LtiSubmissionReviewRequest"
        assert claims[LTI + "for_user"]["user_id"] == TEACHER
        assert claims[LTI + "for_user"]["name"] == "Þóra Guðmundsdóttir"
        assert claims["sub"] == STAFF
        assert claims[LTI + "resource_link"]["id"] == "1"
        assert claims[AGS]["lineitem"].endswith("/lineitems/2/lineitem?type_id=1")
        assert claims[LTI + "target_link_uri"] == f"{stub_tool.url}/lti/launch"

    def test_privacy_off_leaves_the_id_alone(self, lms: Flask, browser_of: BrowserOf) -> None:
        lms.test_client().post("/behaviour.json", json={"names": "hidden"})
        claims = claims_of(browser_of(STAFF), action="gradeReport", user=TEACHER)
        assert set(claims[LTI + "for_user"]) == {"user_id", "roles"}
        assert "Þóra" not in json.dumps(claims, ensure_ascii=False)

    @pytest.mark.parametrize(("person", "activity", "user"), [
        (TEACHER, "1", TEACHER), (TEACHER, "1", "6"), (STAFF, "2", TEACHER), (STAFF, "1", "99"), (STAFF, "1", ""),
    ])  # fmt: skip
    def test_only_for_staff_and_graded_work_of_somebody(self, browser_of: BrowserOf, person: str, activity: str, user: str) -> None:
        asked = {"id": activity, "target": "iframe", "action": "gradeReport", "user": user}
        assert browser_of(person).get("/mod/lti/launch.php", query_string=asked).status_code == 404

    def test_the_gradebook_leads_there_for_staff_alone(self, browser_of: BrowserOf) -> None:
        link = "/mod/lti/view.php?id=1&amp;action=gradeReport&amp;user=5"
        assert link in browser_of(STAFF).get("/grade/report.php").text
        assert "gradeReport" not in browser_of(TEACHER).get("/grade/report.php").text
        assert (
            "/mod/lti/launch.php?id=1&amp;target=iframe&amp;action=gradeReport&amp;user=5" in browser_of(STAFF).get(link.replace("&amp;", "&")).text
        )


@pytest.mark.parametrize("target", ["iframe", "window"])
def test_opening_alone_completes_nothing(browser_of: BrowserOf, target: str) -> None:
    client = browser_of(TEACHER)
    launched(client, target=target)
    assert "a grade was received" not in client.get("/course/view.php").text


def test_the_key_survives_a_restart_and_is_private(lms: Flask, tmp_path: Any, stub_tool: StubTool) -> None:
    from lti_tool.practice_lms.app import create_lms

    before = lms.test_client().get("/mod/lti/certs.php").json
    again = create_lms(tmp_path / "practice", OWN_URL, stub_tool.url, CLIENT_ID)
    assert again.test_client().get("/mod/lti/certs.php").json == before
    assert before
    assert set(before["keys"][0]) == {"kty", "n", "e", "kid", "alg", "use"}
    assert (tmp_path / "practice" / "signing_key.pem").stat().st_mode & 0o077 == 0


def test_messages_for_the_return(browser_of: BrowserOf) -> None:
    page = browser_of(TEACHER).get("/mod/lti/return.php?lti_errormsg=It+<b>broke&lti_msg=Fine").text
    assert "It &lt;b&gt;broke" in page
    assert "Fine" in page
