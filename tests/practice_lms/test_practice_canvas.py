"""The practice LMS in Canvas's manner: what a tool notices of the difference."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import CLIENT_ID, LTI, OWN_URL, StubTool, claims_of, initiated, session_key, token_request

from lti_tool.practice_lms.throttle import Bucket

TEACHER, ASSISTANT, STAFF, ADMINISTRATOR = "5", "4", "3", "2"
# The link for applying in each course.
FIRST, EVENING, SCIENCE = "1", "31", "41"
COURSE_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
INSTITUTION_ROLE = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SCORE = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
MEMBERS = "https://purl.imsglobal.org/spec/lti-nrps/scope/contextmembership.readonly"
SCORES = "/mod/lti/services.php/2/lineitems/2/lineitem/scores"
ROSTER = "/mod/lti/services.php/CourseSection/4/bindings/1/memberships"
SCORE_TYPE = "application/vnd.ims.lis.v1.score+json"
SUBMISSION = "https://canvas.instructure.com/lti/submission"


@pytest.fixture
def visitor(canvas: Flask) -> Callable[[str], FlaskClient]:
    def signed_in(person: str) -> FlaskClient:
        client = canvas.test_client()
        client.post("/sign-in", data={"person": person})
        return client

    return signed_in


def bearing(canvas: Flask, stub_tool: StubTool, scope: str, client_id: str = CLIENT_ID) -> dict[str, str]:
    sent = token_request(stub_tool.assertion(iss=client_id, sub=client_id), scope)
    answer = canvas.test_client().post("/mod/lti/token.php", data=sent)
    assert answer.mimetype == "application/json"
    return {"Authorization": f"Bearer {json.loads(answer.text)['access_token']}"}


def test_one_issuer_two_clients_and_a_deployment_for_every_course(visitor: Callable[[str], FlaskClient]) -> None:
    found = [claims_of(visitor(TEACHER), link) for link in (FIRST, EVENING, SCIENCE)]
    assert [claims["iss"] for claims in found] == [OWN_URL] * 3
    assert [claims["aud"] for claims in found] == [CLIENT_ID, CLIENT_ID, f"{CLIENT_ID}-2"]
    assert len({claims[LTI + "deployment_id"] for claims in found}) == 3
    assert found[0][LTI + "tool_platform"]["product_family_code"] == "canvas"


def test_the_storage_target_is_named_at_login(canvas: Flask, visitor: Callable[[str], FlaskClient]) -> None:
    client = visitor(TEACHER)
    for position, target in (("frame", "post_message_forwarding"), ("parent", "_parent"), ("none", None)):
        canvas.test_client().post("/behaviour.json", json={"storage": position})
        assert initiated(client)[1].get("lti_storage_target") == target
        assert ("platform_storage.js" in client.get("/mod/lti/view.php?id=1").text) is (target is not None)
    assert client.get("/post_message_forwarding").status_code == 200


@pytest.mark.parametrize(("person", "link", "in_course", "elsewhere"), [
    (TEACHER, FIRST, {"Learner"}, {"Student"}), (STAFF, FIRST, {"Instructor"}, {"Instructor"}), (STAFF, SCIENCE, {"Learner"}, {"Instructor"}),
    (ADMINISTRATOR, SCIENCE, {"Learner"}, {"Administrator"}), (ADMINISTRATOR, FIRST, set(), {"Administrator"}),
])  # fmt: skip
def test_the_institution_s_roles_are_sent_in_every_course(
    visitor: Callable[[str], FlaskClient], person: str, link: str, in_course: set[str], elsewhere: set[str]
) -> None:
    roles = claims_of(visitor(person), link)[LTI + "roles"]
    assert {role.removeprefix(COURSE_ROLE) for role in roles if role.startswith(COURSE_ROLE)} == in_course
    assert {role.removeprefix(INSTITUTION_ROLE) for role in roles if role.startswith(INSTITUTION_ROLE)} == elsewhere


def test_a_tool_put_into_a_course_gets_a_deployment_there(canvas: Flask, visitor: Callable[[str], FlaskClient]) -> None:
    staff = visitor(STAFF)
    staff.post("/mod/lti/coursetools.php", data={"sesskey": session_key(staff), "id": "2", "tool": "2", "show": "1"})
    catalogue = canvas.extensions["practice_lms"].catalogue
    assert len({catalogue.deployment("2", "1"), catalogue.deployment("2", "2"), catalogue.deployment("4", "2")}) == 3


def test_a_copied_course_has_a_deployment_of_its_own(canvas: Flask, visitor: Callable[[str], FlaskClient]) -> None:
    staff = visitor(STAFF)
    course = staff.post("/course/copy.php", data={"sesskey": session_key(staff), "id": "2"}).headers["Location"].rsplit("=", 1)[1]
    catalogue = canvas.extensions["practice_lms"].catalogue
    assert catalogue.deployment(course, "1") not in {None, catalogue.deployment("2", "1")}


class TestServices:
    @pytest.mark.parametrize(("extension", "submissions"), [
        ({}, 1), ({SUBMISSION: {}}, 1), ({SUBMISSION: {"new_submission": True}}, 1), ({SUBMISSION: {"new_submission": False}}, 0),
    ], ids=str)  # fmt: skip
    def test_a_score_makes_a_submission_unless_told_otherwise(
        self, canvas: Flask, stub_tool: StubTool, visitor: Callable[[str], FlaskClient], extension: dict[str, Any], submissions: int
    ) -> None:
        score = {"userId": TEACHER, "scoreGiven": 1, "scoreMaximum": 1, "activityProgress": "Completed", "gradingProgress": "FullyGraded"}
        sent = json.dumps({**score, "timestamp": "2026-11-22T10:00:00Z", **extension})
        headers = bearing(canvas, stub_tool, SCORE)
        assert canvas.test_client().post(SCORES, data=sent, headers=headers, content_type=SCORE_TYPE).status_code == 200
        assert canvas.extensions["practice_lms"].store.submissions("2", TEACHER) == submissions
        assert ("Submissions made by scores" in visitor(STAFF).get("/grade/report.php").text) is bool(submissions)

    def test_a_token_of_one_client_opens_nothing_of_the_other(self, canvas: Flask, stub_tool: StubTool) -> None:
        own, others = (bearing(canvas, stub_tool, f"{SCORE} {MEMBERS}", client) for client in (f"{CLIENT_ID}-2", CLIENT_ID))
        assert canvas.test_client().get(ROSTER, headers=own).status_code == 200
        assert canvas.test_client().get(ROSTER, headers=others).status_code == 404
        assert canvas.test_client().post(SCORES, data="{}", headers=own, content_type=SCORE_TYPE).status_code == 404

    @pytest.mark.parametrize(("agent", "status"), [("", 403), ("Sealwright/1", 401)])
    def test_a_caller_names_itself(self, canvas: Flask, agent: str, status: int) -> None:
        assert canvas.test_client().get(ROSTER, headers={"User-Agent": agent}).status_code == status

    def test_the_roster_has_full_roles_and_a_link_as_it_should_be(self, canvas: Flask, stub_tool: StubTool) -> None:
        answer = canvas.test_client().get(f"{ROSTER}?limit=3", headers=bearing(canvas, stub_tool, MEMBERS, f"{CLIENT_ID}-2"))
        assert answer.headers["Link"] == f'<{OWN_URL}{ROSTER}?limit=3&from=3>; rel="next"'
        roles = {role for member in json.loads(answer.text)["members"] for role in member["roles"]}
        assert roles
        assert all(role.startswith("http://purl.imsglobal.org/vocab/lis/v2/membership") for role in roles)

    @pytest.mark.parametrize("status", ["403", "429"])
    def test_a_second_request_at_the_same_time_is_throttled(self, canvas: Flask, stub_tool: StubTool, status: str) -> None:
        headers = bearing(canvas, stub_tool, MEMBERS, f"{CLIENT_ID}-2")
        client = canvas.test_client()
        client.post("/behaviour.json", json={"throttling": status})
        bucket = canvas.extensions["practice_lms"].bucket
        assert bucket.enter()
        assert client.get(ROSTER, headers=headers).status_code == int(status)
        bucket.leave()
        assert client.get(ROSTER, headers=headers).status_code == 200
        # Pages and launches are not counted.
        assert bucket.enter()
        assert client.get("/").status_code == 200
        assert (client.get("/behaviour.json").json or {})["turned_away"] == 1

    def test_every_request_is_let_go_again(self, canvas: Flask) -> None:
        client = canvas.test_client()
        client.post("/behaviour.json", json={"throttling": "429"})
        assert {client.get(ROSTER).status_code for _ in range(5)} == {401}


class TestBucket:
    def test_one_at_a_time(self) -> None:
        bucket = Bucket(lambda: 0.0)
        assert [bucket.enter(), bucket.enter()] == [True, False]
        bucket.leave()
        assert bucket.enter()

    def test_what_requests_cost_adds_up_and_leaks(self) -> None:
        now = [0.0]
        bucket = Bucket(lambda: now[0])
        taken = 0
        while bucket.enter():
            bucket.leave()
            taken += 1
        assert 3 <= taken <= 20
        now[0] += 1.0
        assert bucket.enter()


def test_locales_names_and_signature_are_as_ever(canvas: Flask, visitor: Callable[[str], FlaskClient]) -> None:
    claims = claims_of(visitor(ASSISTANT))
    assert claims["exp"] > time.time()
    assert claims["name"] == "Beatriz Moreira"
    assert jwt.PyJWKSet.from_dict(canvas.test_client().get("/mod/lti/certs.php").json or {}).keys
