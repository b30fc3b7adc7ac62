"""Tokens, grades and roster of the practice LMS: one case for each thing Moodle 4.5 was measured to do."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import OWN_URL, StubTool, serving, token_request
from werkzeug.test import TestResponse

SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
RESULT = "https://purl.imsglobal.org/spec/lti-ags/scope/result.readonly"
LINE_ITEM = "https://purl.imsglobal.org/spec/lti-ags/scope/lineitem.readonly"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
MEMBERS_TYPE = "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
LINE_ITEMS = "/mod/lti/services.php/2/lineitems"
SCORES = f"{LINE_ITEMS}/2/lineitem/scores?type_id=1"
ROSTER = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
TEACHER, STAFF = "5", "3"
Bearer = Callable[..., dict[str, str]]


def score(**changed: object) -> dict[str, Any]:
    full = {
        "userId": TEACHER,
        "scoreGiven": 1,
        "scoreMaximum": 1,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": "2026-11-22T10:00:00.250+00:00",
        "comment": "Awarded",
        **changed,
    }
    return {name: value for name, value in full.items() if value is not None}


@pytest.fixture
def send(lms: Flask, bearer: Bearer) -> Callable[..., TestResponse]:
    headers = bearer(SCORE)

    def sending(content_type: str = SCORE_TYPE, address: str = SCORES, **changed: object) -> TestResponse:
        return lms.test_client().post(address, data=json.dumps(score(**changed)), headers=headers, content_type=content_type)

    return sending


def grade_shown(browser_of: Callable[[str], FlaskClient], person: str = TEACHER) -> str:
    page = browser_of(STAFF).get("/grade/report.php").text
    row = page.split(f'data-person="{person}"')[1].split("</tr>")[0]
    return row.split('<td class="grade">')[1].split("</td>")[0]


class TestToken:
    def test_json_that_calls_itself_html_for_an_hour(self, lms: Flask, stub_tool: StubTool) -> None:
        answer = lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE))
        body = json.loads(answer.text)
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, SCORE)

    def test_the_tools_key_is_fetched_while_the_tool_waits_and_then_kept(self, lms: Flask, stub_tool: StubTool) -> None:
        before = len(stub_tool.fetched)
        for _ in range(3):
            assert lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE)).status_code == 200
        assert len(stub_tool.fetched) == before + 1

    @pytest.mark.parametrize("kid", ["stub", "new"])
    def test_a_changed_key_works_at_once(self, lms: Flask, stub_tool: StubTool, another_key: rsa.RSAPrivateKey, kid: str) -> None:
        assert lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE)).status_code == 200
        stub_tool.publish(another_key, kid)
        changed = stub_tool.assertion(key=another_key, headers={"kid": kid})
        assert lms.test_client().post("/mod/lti/token.php", data=token_request(changed, SCORE)).status_code == 200

    def test_a_key_without_its_algorithm_is_fetched_every_time(self, lms: Flask, stub_tool: StubTool) -> None:
        stub_tool.publish(stub_tool.key, "stub", alg=None)
        before = len(stub_tool.fetched)
        for _ in range(3):
            assert lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE)).status_code == 200
        assert len(stub_tool.fetched) == before + 3

    def test_http_security_refuses_with_a_404_page(self, lms: Flask, stub_tool: StubTool) -> None:
        lms.test_client().post("/behaviour.json", json={"security": "on"})
        before = len(stub_tool.fetched)
        answer = lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE))
        assert (answer.status_code, answer.mimetype) == (404, "text/html")
        assert len(stub_tool.fetched) == before
        # Launches go on.
        client = lms.test_client()
        client.post("/sign-in", data={"person": TEACHER})
        assert client.get("/mod/lti/launch.php?id=1").status_code == 200

    @pytest.mark.parametrize("changed", [
        {"iss": "somebody-else"}, {"sub": "somebody-else"}, {"aud": "http://127.0.0.1:8401/other"}, {"exp": int(time.time()) - 60}, {"exp": None},
        {"jti": None}, {"iat": None}, {"headers": {"kid": "unknown"}}, {"key": rsa.generate_private_key(public_exponent=65537, key_size=2048)},
    ], ids="-".join)  # fmt: skip
    def test_assertions_that_prove_nothing(self, lms: Flask, stub_tool: StubTool, changed: dict[str, Any]) -> None:
        answer = lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(**changed), SCORE))
        assert (answer.status_code, json.loads(answer.text)) == (400, {"error": "invalid_client"})

    def test_an_assertion_is_used_once(self, lms: Flask, stub_tool: StubTool) -> None:
        sent = token_request(stub_tool.assertion(jti="once"), SCORE)
        assert [lms.test_client().post("/mod/lti/token.php", data=sent).status_code for _ in range(2)] == [200, 400]

    @pytest.mark.parametrize(("changed", "error"), [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"client_assertion_type": "other"}, "unsupported_grant_type"),
        ({"client_assertion": ""}, "invalid_request"),
        ({"client_assertion": "no.jwt"}, "invalid_client"),
        ({"scope": ""}, "invalid_request"),
        ({"scope": "https://example.org/unknown"}, "invalid_scope"),
    ])  # fmt: skip
    def test_wrong_requests(self, lms: Flask, stub_tool: StubTool, changed: dict[str, str], error: str) -> None:
        answer = lms.test_client().post("/mod/lti/token.php", data={**token_request(stub_tool.assertion(), SCORE), **changed})
        assert (answer.status_code, json.loads(answer.text)) == (400, {"error": error})

    @pytest.mark.parametrize(("method", "address", "scope"), [
        ("POST", SCORES, RESULT), ("GET", f"{LINE_ITEMS}/2/lineitem/results", SCORE), ("GET", LINE_ITEMS, SCORE),
        ("GET", f"{LINE_ITEMS}/2/lineitem", RESULT), ("GET", ROSTER, LINE_ITEM),
    ])  # fmt: skip
    def test_a_token_opens_only_what_it_was_asked_for(self, lms: Flask, bearer: Bearer, method: str, address: str, scope: str) -> None:
        assert lms.test_client().open(address, method=method, headers=bearer(scope)).status_code == 401
        assert lms.test_client().open(address, method=method, headers={"Authorization": "Bearer guessed"}).status_code == 401
        assert lms.test_client().open(address, method=method).status_code == 401


class TestScore:
    def test_a_full_grade_is_set_and_completes(self, send: Callable[..., TestResponse], browser_of: Callable[[str], FlaskClient]) -> None:
        assert send().status_code == 200
        assert grade_shown(browser_of) == "100.00 of 100"
        assert "a grade was received" in browser_of(TEACHER).get("/course/view.php").text

    @pytest.mark.parametrize("changed", [
        {"gradingProgress": "Pending"}, {"gradingProgress": "PendingManual"}, {"gradingProgress": "NotReady"}, {"gradingProgress": "Failed"},
        {"scoreGiven": None}, {"scoreGiven": None, "scoreMaximum": None},
    ], ids=str)  # fmt: skip
    def test_anything_else_erases(
        self, send: Callable[..., TestResponse], browser_of: Callable[[str], FlaskClient], changed: dict[str, object]
    ) -> None:
        assert send().status_code == 200
        assert send(timestamp="2026-11-22T10:00:01+00:00", **changed).status_code == 200
        assert grade_shown(browser_of) == "–"
        assert "a grade was received" not in browser_of(TEACHER).get("/course/view.php").text

    @pytest.mark.parametrize(("second", "status"), [
        ("2026-11-22T10:00:00.250+00:00", 409), ("2026-11-22T10:00:00.999+00:00", 409), ("2026-11-22T09:59:59Z", 409),
        ("2026-11-22T11:00:00+01:00", 409), ("2026-11-22T10:00:01Z", 200),
    ])  # fmt: skip
    def test_whole_seconds_count(self, send: Callable[..., TestResponse], second: str, status: int) -> None:
        assert send().status_code == 200
        answer = send(timestamp=second)
        assert (answer.status_code, answer.data) == (status, b"[]" if status == 409 else b"")

    def test_comparing_is_for_each_person(self, send: Callable[..., TestResponse]) -> None:
        assert send(timestamp="2036-01-01T00:00:00Z").status_code == 200
        assert send(userId="6").status_code == 200

    def test_a_future_timestamp_blocks_later_scores(self, send: Callable[..., TestResponse]) -> None:
        assert send(timestamp="2036-01-01T00:00:00Z").status_code == 200
        assert send(timestamp="2026-11-22T12:00:00Z").status_code == 409

    @pytest.mark.parametrize("changed", [
        {"userId": STAFF}, {"userId": "99"}, {"userId": None}, {"userId": 5}, {"timestamp": None}, {"timestamp": "yesterday"},
        {"timestamp": "2026-11-22T10:00:00"}, {"timestamp": 1795300296}, {"activityProgress": None}, {"activityProgress": "Done"},
        {"gradingProgress": None}, {"scoreMaximum": None}, {"scoreGiven": "1"}, {"scoreGiven": -1}, {"scoreGiven": True},
    ], ids=str)  # fmt: skip
    def test_a_wrong_score_sets_nothing(
        self, send: Callable[..., TestResponse], browser_of: Callable[[str], FlaskClient], changed: dict[str, object]
    ) -> None:
        answer = send(**changed)
        assert (answer.status_code, answer.data) == (400, b"[]")
        assert answer.status.startswith("400 Incorrect score received")
        assert grade_shown(browser_of) == "–"

    @pytest.mark.parametrize("body", [b"", b"nonsense", b"[]", b"null", b'"text"'])
    def test_no_json_object(self, lms: Flask, bearer: Bearer, body: bytes) -> None:
        assert lms.test_client().post(SCORES, data=body, headers=bearer(SCORE), content_type=SCORE_TYPE).status_code == 400

    @pytest.mark.parametrize("content_type", ["application/json", f"{SCORE_TYPE}; charset=utf-8", "application/vnd.ims.lis.v2.score+json", ""])
    def test_the_content_type_must_be_exact(self, send: Callable[..., TestResponse], content_type: str) -> None:
        assert send(content_type=content_type).status_code == 400

    @pytest.mark.parametrize("item", ["1", "99"])
    def test_an_unknown_line_item(self, send: Callable[..., TestResponse], item: str) -> None:
        assert send(address=f"{LINE_ITEMS}/{item}/lineitem/scores?type_id=1").status_code == 404

    def test_scores_cannot_be_read_here(self, lms: Flask, bearer: Bearer) -> None:
        assert lms.test_client().get(SCORES, headers=bearer(SCORE)).status_code == 405

    def test_every_message_is_on_the_gradebook_with_its_time(
        self, lms: Flask, send: Callable[..., TestResponse], browser_of: Callable[[str], FlaskClient]
    ) -> None:
        send()
        send()
        receipts = lms.test_client().get("/grade/receipts.json").json
        assert isinstance(receipts, list)
        assert [(receipt["status"], receipt["person"]) for receipt in receipts] == [(200, TEACHER), (409, TEACHER)]
        page = browser_of(STAFF).get("/grade/report.php").text
        assert all(receipt["received_at"][:19].replace("T", " ") in page for receipt in receipts)

    def test_a_teacher_sees_only_the_own_grades(self, send: Callable[..., TestResponse], browser_of: Callable[[str], FlaskClient]) -> None:
        send(comment="for Þóra alone")
        assert "for Þóra alone" in browser_of(TEACHER).get("/grade/report.php").text
        assert "for Þóra alone" not in browser_of("6").get("/grade/report.php").text

    def test_the_reason_stands_in_the_reason_phrase_on_the_wire(self, lms: Flask, bearer: Bearer) -> None:
        headers = {**bearer(SCORE), "Content-Type": SCORE_TYPE}
        with serving(lms) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            connection.request("POST", SCORES, json.dumps(score(userId="99")), headers)
            answer = connection.getresponse()
            assert (answer.status, answer.read()) == (400, b"[]")
            assert answer.reason.startswith("Incorrect score received")
            connection.close()


class TestLineItemsAndResults:
    def test_the_graded_activity_is_listed(self, lms: Flask, bearer: Bearer) -> None:
        headers = bearer(LINE_ITEM)
        answer = lms.test_client().get(f"{LINE_ITEMS}?type_id=1", headers=headers)
        rows = json.loads(answer.text)
        assert [row["label"] for row in rows] == ["Apply for your digital competencies certificate here!"]
        assert rows[0]["id"] == f"{OWN_URL}{LINE_ITEMS}/2/lineitem?type_id=1"
        one = lms.test_client().get(f"{LINE_ITEMS}/2/lineitem?type_id=1", headers=headers)
        assert json.loads(one.text) == rows[0]
        assert lms.test_client().get(f"{LINE_ITEMS}/99/lineitem", headers=headers).status_code == 404

    def test_results_are_on_the_items_scale_and_forget_erased_grades(self, lms: Flask, bearer: Bearer, send: Callable[..., TestResponse]) -> None:
        headers = bearer(RESULT)
        send(scoreGiven=3, scoreMaximum=4)
        [result] = json.loads(lms.test_client().get(f"{LINE_ITEMS}/2/lineitem/results?type_id=1", headers=headers).text)
        assert (result["userId"], result["resultScore"], result["resultMaximum"]) == (TEACHER, 75.0, 100.0)
        send(timestamp="2026-11-22T11:00:00Z", gradingProgress="Pending")
        assert json.loads(lms.test_client().get(f"{LINE_ITEMS}/2/lineitem/results", headers=headers).text) == []


class TestRoster:
    def test_everybody_enrolled_with_short_roles(self, lms: Flask, bearer: Bearer) -> None:
        answer = lms.test_client().get(ROSTER, headers={**bearer(MEMBERS), "Accept": MEMBERS_TYPE})
        members = {member["user_id"]: member for member in json.loads(answer.text)["members"]}
        assert set(members) == {"3", "4", "5", "6", "7", "8"}  # the administrator is not enrolled
        assert members["5"]["roles"] == ["Learner"]
        assert members["3"]["roles"] == ["Instructor"]
        assert "Link" not in answer.headers

    def test_an_instructor_of_launches_may_be_a_learner_here(self, lms: Flask, bearer: Bearer) -> None:
        answer = lms.test_client().get(ROSTER, headers={**bearer(MEMBERS), "Accept": MEMBERS_TYPE})
        [roles] = [member["roles"] for member in json.loads(answer.text)["members"] if member["user_id"] == "4"]
        assert roles == ["Learner"]

    @pytest.mark.parametrize("accept", ["application/json", "*/*", f"{MEMBERS_TYPE}, application/json", None])
    def test_another_accept_header_is_refused(self, lms: Flask, bearer: Bearer, accept: str | None) -> None:
        headers = bearer(MEMBERS) | ({"Accept": accept} if accept else {})
        assert lms.test_client().get(ROSTER, headers=headers).status_code == 400

    def test_pages_only_on_demand_with_curly_quotes_and_an_entity_in_the_link(self, lms: Flask, bearer: Bearer) -> None:
        headers = {**bearer(MEMBERS), "Accept": MEMBERS_TYPE}
        with serving(lms) as server:
            connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=10)
            found: list[str] = []
            links = []
            for start in ("", "&from=2", "&from=4"):
                connection.request("GET", f"{ROSTER}?limit=2{start}", headers=headers)
                answer = connection.getresponse()
                found += [member["user_id"] for member in json.loads(answer.read())["members"]]
                links.append((answer.getheader("Link") or "").encode("latin-1").decode("utf-8"))
            connection.close()
        assert sorted(found) == ["3", "4", "5", "6", "7", "8"]
        assert links == [
            f"<{OWN_URL}{ROSTER}?limit=2&amp;from=2>; rel=“next”",
            f"<{OWN_URL}{ROSTER}?limit=2&amp;from=4>; rel=“next”",
            "",
        ]

    def test_privacy_off_leaves_no_names(self, lms: Flask, bearer: Bearer) -> None:
        lms.test_client().post("/behaviour.json", json={"names": "hidden"})
        answer = lms.test_client().get(ROSTER, headers={**bearer(MEMBERS), "Accept": MEMBERS_TYPE})
        assert all(set(member) == {"status", "roles", "user_id", "lis_person_sourcedid"} for member in json.loads(answer.text)["members"])


def states(answer: TestResponse) -> tuple[str, int]:
    sent = answer.json or {}
    return sent["services"], sent["turned_away"]


class TestSwitches:
    def test_down_answers_503_to_services_alone(self, lms: Flask, bearer: Bearer, stub_tool: StubTool) -> None:
        headers = bearer(SCORE)
        client = lms.test_client()
        assert states(client.post("/behaviour.json", json={"services": "down"})) == ("down", 0)
        assert client.post(SCORES, headers=headers).status_code == 503
        assert client.post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE)).status_code == 503
        assert client.get("/").status_code == 200
        assert client.get("/mod/lti/certs.php").status_code == 200
        assert states(client.post("/behaviour.json", json={"services": "working"})) == ("working", 2)
        assert client.post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE)).status_code == 200

    def test_slow_answers_late(self, lms: Flask, stub_tool: StubTool, monkeypatch: pytest.MonkeyPatch) -> None:
        waited: list[float] = []
        monkeypatch.setattr("lti_tool.practice_lms.switches.time.sleep", waited.append)
        lms.test_client().post("/behaviour.json", json={"services": "slow"})
        assert lms.test_client().post("/mod/lti/token.php", data=token_request(stub_tool.assertion(), SCORE)).status_code == 200
        assert waited == [4.0]

    @pytest.mark.parametrize("sent", [{"services": "broken"}, {"names": True}, {"other": "down"}, ["down"]])
    def test_unknown_states_are_refused(self, lms: Flask, sent: object) -> None:
        assert lms.test_client().post("/behaviour.json", json=sent).status_code == 400

    @pytest.mark.parametrize(("person", "status"), [("2", 200), ("3", 200), ("5", 403)])
    def test_the_page_is_for_those_in_charge(self, browser_of: Callable[[str], FlaskClient], person: str, status: int) -> None:
        client = browser_of(person)
        assert client.get("/behaviour").status_code == status
        assert client.post("/behaviour", data={"services": "down", "names": "on"}).status_code == (303 if status == 200 else 403)
        assert (client.get("/behaviour.json").json or {})["services"] == ("down" if status == 200 else "working")
