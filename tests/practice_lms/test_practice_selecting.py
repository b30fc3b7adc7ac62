"""Deep linking as Moodle does it, and copied courses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from stub_tool import DEEP_LINKING, LTI, OWN_URL, StubTool, answered, claims_of, decoded, posted_form, session_key
from werkzeug.test import TestResponse

from lti_tool.practice_lms.catalogue import Activity

TEACHER, ASSISTANT, STAFF = "5", "4", "3"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
TITLE = "Apply for your certificate"
BEGIN = "/mod/lti/contentitem.php?course=2&id=1"
LINK = {"type": "ltiResourceLink", "title": "Apply here", "url": "https://tool.example/x", "custom": {"link_id": "abc", "scheme": "one"}}
GRADED = {**LINK, "lineItem": {"scoreMaximum": 10, "label": "Apply", "tag": "apply", "resourceId": "r-1"}}
BrowserOf = Callable[[str], FlaskClient]


@pytest.fixture
def staff(browser_of: BrowserOf) -> FlaskClient:
    return browser_of(STAFF)


@pytest.fixture
def links(lms: Flask) -> Callable[[], list[Activity]]:
    """The links of the first course that were not there at the start."""
    return lambda: [link for link in lms.extensions["practice_lms"].catalogue.activities("2") if int(link.id) > 3]


def returned(client: FlaskClient, token: str, **changed: str) -> TestResponse:
    asked = {"course": "2", "id": "1", "sesskey": session_key(client), **changed}
    return client.post("/mod/lti/contentitem_return.php", query_string=asked, data={"JWT": token})


class TestRequest:
    def test_what_moodle_asks_for(self, staff: FlaskClient) -> None:
        _, fields = answered(staff, posted_form(staff.get(BEGIN).text))
        claims = decoded(fields["id_token"].split(".")[1])
        settings = claims[f"{DEEP_LINKING}deep_linking_settings"]
        assert claims[LTI + "message_type"] == "LtiDeepLinkingRequest"
        assert settings["accept_types"] == ["ltiResourceLink"]
        assert settings["accept_multiple"] is True
        assert settings["deep_link_return_url"] == f"{OWN_URL}/mod/lti/contentitem_return.php?course=2&id=1&sesskey={session_key(staff)}"
        assert LTI + "resource_link" not in claims
        assert "lineitem" not in claims[AGS]
        assert claims[LTI + "launch_presentation"] == {"locale": "en"}

    @pytest.mark.parametrize(("person", "status"), [(TEACHER, 403), (ASSISTANT, 403), (STAFF, 200)])
    def test_for_those_who_may_change_the_course(self, browser_of: BrowserOf, person: str, status: int) -> None:
        assert browser_of(person).get(BEGIN).status_code == status


class TestAnswer:
    def test_one_item_fills_the_form(self, staff: FlaskClient, stub_tool: StubTool, links: Callable[[], list[Activity]]) -> None:
        page = returned(staff, stub_tool.chosen([GRADED])).text
        assert links() == []
        form = staff.get(page.split('href="')[1].split('"')[0].replace("&amp;", "&")).text
        for words in ('value="Apply here"', "link_id=abc\nscheme=one", 'value="https://tool.example/x"', 'value="10"', 'id="graded" checked'):
            assert words in form, words

    def test_an_item_without_a_line_item_switches_grading_off(self, staff: FlaskClient, stub_tool: StubTool) -> None:
        page = returned(staff, stub_tool.chosen([LINK])).text
        form = staff.get(page.split('href="')[1].split('"')[0].replace("&amp;", "&")).text
        assert 'id="graded" >' in form
        assert 'id="graded" checked' in staff.get("/course/modedit.php?course=2&tool=1").text

    def test_several_become_activities_at_once(self, staff: FlaskClient, stub_tool: StubTool, links: Callable[[], list[Activity]]) -> None:
        assert returned(staff, stub_tool.chosen([GRADED, LINK])).status_code == 200
        first, second = links()
        assert (first.title, first.maximum, first.tag, first.resource_id) == ("Apply here", 10, "apply", "r-1")
        assert (first.item, second.item) == ("3", None)
        assert first.custom == second.custom == {"link_id": "abc", "scheme": "one"}
        assert "2 links are in the course now" in staff.get("/course/view.php").text

    def test_an_empty_list_closes(self, staff: FlaskClient, stub_tool: StubTool, links: Callable[[], list[Activity]]) -> None:
        answer = returned(staff, stub_tool.chosen([]))
        assert answer.status_code == 200
        assert 'href="/course/modedit.php?course=2&amp;tool=1"' in answer.text
        assert links() == []

    @pytest.mark.parametrize(
        "items",
        [
            [{**LINK, "custom": {}}],
            [LINK, {**LINK, "custom": {}}],
            [{**LINK, "custom": []}],
            [{**LINK, "custom": None}],
        ],
    )
    def test_an_empty_custom_crashes_moodle(
        self, staff: FlaskClient, stub_tool: StubTool, links: Callable[[], list[Activity]], items: list[dict[str, Any]]
    ) -> None:
        answer = returned(staff, stub_tool.chosen(items))
        assert answer.status_code == 500
        assert "params_to_string(): Argument #1 ($params) must be of type object, array given" in answer.text
        assert links() == []

    def test_no_custom_at_all_is_fine(self, staff: FlaskClient, stub_tool: StubTool) -> None:
        without = {name: value for name, value in LINK.items() if name != "custom"}
        assert returned(staff, stub_tool.chosen([without])).status_code == 200

    def test_messages_are_shown(self, staff: FlaskClient, stub_tool: StubTool) -> None:
        returned(staff, stub_tool.chosen([], **{f"{DEEP_LINKING}msg": "Nothing <b>chosen"}))
        assert "The tool says: Nothing &lt;b&gt;chosen" in staff.get("/course/view.php").text

    def test_without_the_cookie_it_posts_itself_once_more(self, lms: Flask, staff: FlaskClient, stub_tool: StubTool) -> None:
        token = stub_tool.chosen([LINK])
        asked = {"course": "2", "id": "1", "sesskey": session_key(staff)}
        address, fields = posted_form(lms.test_client().post("/mod/lti/contentitem_return.php", query_string=asked, data={"JWT": token}).text)
        assert fields == {"JWT": token, "repost": "1"}
        assert staff.post(address, data=fields).status_code == 200

    @pytest.mark.parametrize("changed", [
        {"iss": "somebody-else"}, {"aud": "https://other.example"}, {"exp": 1}, {"exp": None}, {"iat": None}, {"nonce": None}, {"key": True},
        {f"{LTI}deployment_id": "9"}, {f"{LTI}deployment_id": None}, {f"{LTI}message_type": "LtiResourceLinkRequest"}, {f"{LTI}version": "1.1"},
    ], ids=lambda changed: "-".join(name.rsplit("/", 1)[-1] for name in changed))  # fmt: skip
    def test_answers_that_prove_nothing(
        self, staff: FlaskClient, stub_tool: StubTool, another_key: rsa.RSAPrivateKey, links: Callable[[], list[Activity]], changed: dict[str, Any]
    ) -> None:
        changed = {**changed, "key": another_key} if "key" in changed else changed
        assert returned(staff, stub_tool.chosen([LINK, LINK], **changed)).status_code == 400
        assert links() == []

    @pytest.mark.parametrize("token", ["", "a.b.c"])
    def test_no_answer(self, staff: FlaskClient, token: str) -> None:
        assert returned(staff, token).status_code == 400

    def test_an_answer_counts_once(self, staff: FlaskClient, stub_tool: StubTool, links: Callable[[], list[Activity]]) -> None:
        token = stub_tool.chosen([LINK, LINK])
        assert [returned(staff, token).status_code for _ in range(2)] == [200, 400]
        assert len(links()) == 2

    @pytest.mark.parametrize(("changed", "status"), [({"sesskey": "guessed"}, 403), ({"course": "99"}, 404), ({"id": "99"}, 404)])
    def test_another_place(self, staff: FlaskClient, stub_tool: StubTool, changed: dict[str, str], status: int) -> None:
        assert returned(staff, stub_tool.chosen([LINK]), **changed).status_code == status

    @pytest.mark.parametrize("items", ["text", [{"type": "link", "url": "https://example.org"}], [5], {"type": "ltiResourceLink"}])
    def test_other_things_are_not_taken(self, staff: FlaskClient, stub_tool: StubTool, items: object) -> None:
        assert returned(staff, stub_tool.chosen(items)).status_code == 400

    def test_a_rotated_key_is_fetched_again(self, staff: FlaskClient, stub_tool: StubTool, another_key: rsa.RSAPrivateKey) -> None:
        assert returned(staff, stub_tool.chosen([LINK])).status_code == 200
        stub_tool.publish(another_key, "stub")
        assert returned(staff, stub_tool.chosen([LINK], key=another_key)).status_code == 200


class TestLinks:
    def test_a_chosen_link_launches_with_its_parameters(self, staff: FlaskClient, stub_tool: StubTool, links: Callable[[], list[Activity]]) -> None:
        returned(staff, stub_tool.chosen([GRADED, LINK]))
        graded, plain = (claims_of(staff, link.id) for link in links())
        assert graded[LTI + "custom"]["link_id"] == "abc"
        assert graded[LTI + "target_link_uri"] == "https://tool.example/x"
        assert graded[LTI + "resource_link"]["id"] != plain[LTI + "resource_link"]["id"]
        assert graded[AGS]["lineitem"].endswith("/2/lineitems/3/lineitem?type_id=1")
        assert "lineitem" not in plain[AGS]

    def test_a_copied_course_has_new_ids_and_the_same_parameters(self, staff: FlaskClient, stub_tool: StubTool, lms: Flask) -> None:
        returned(staff, stub_tool.chosen([GRADED, LINK]))
        answer = staff.post("/course/copy.php", data={"sesskey": session_key(staff), "id": "2"})
        course = answer.headers["Location"].rsplit("=", 1)[1]
        catalogue = lms.extensions["practice_lms"].catalogue
        for old, new in zip(catalogue.activities("2"), catalogue.activities(course), strict=True):
            before, after = claims_of(staff, old.id), claims_of(staff, new.id)
            for told, course_title in ((before, TITLE), (after, f"{TITLE} (copy)")):
                assert told[LTI + "custom"].pop("course_title") == course_title
                assert told[LTI + "custom"].pop("context_memberships_url").endswith("/bindings/1/memberships")
            assert before[LTI + "custom"] == after[LTI + "custom"]
            assert before[LTI + "resource_link"]["id"] != after[LTI + "resource_link"]["id"]
            assert before[LTI + "context"]["id"] != after[LTI + "context"]["id"]
            assert before[AGS].get("lineitem") is None or before[AGS]["lineitem"] != after[AGS]["lineitem"]
            assert before[LTI + "deployment_id"] == after[LTI + "deployment_id"]

    def test_a_link_made_by_hand(self, staff: FlaskClient, links: Callable[[], list[Activity]]) -> None:
        form = {"sesskey": session_key(staff), "course": "2", "tool": "1", "name": "By hand", "custom": "activity=final\nx = y=z\nnonsense"}
        staff.post("/course/modedit.php", data=form)
        [link] = links()
        assert link.custom == {"activity": "final", "x": "y=z"}
        assert staff.post("/course/moddelete.php", data={"sesskey": session_key(staff), "id": link.id}).status_code == 303
        assert links() == []

    @pytest.mark.parametrize(("address", "form"), [
        ("/course/modedit.php", {"course": "2", "tool": "1", "name": "By hand"}), ("/course/copy.php", {"id": "2"}),
        ("/course/moddelete.php", {"id": "1"}), ("/mod/lti/coursetools.php", {"id": "2", "tool": "1"}),
    ])  # fmt: skip
    def test_changes_need_the_key_and_the_right(self, browser_of: BrowserOf, address: str, form: dict[str, str]) -> None:
        for person in (TEACHER, ASSISTANT):
            client = browser_of(person)
            assert client.post(address, data={**form, "sesskey": session_key(client)}).status_code == 403
        assert browser_of(STAFF).post(address, data=form).status_code == 403
