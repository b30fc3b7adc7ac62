"""Deep linking from the platform's request over the page to its answer, and the links that come of it, also in copied courses."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

import jwt
import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from fake_platform import AGS, BASE, CLAIM, COURSE, GONE, LAUNCH, Browser, FakePlatform
from flask import Flask

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.records import PlacedLink, VisitRecord
from lti_tool.launch.visit import Visit
from lti_tool.launch.visits import find_visit
from lti_tool.web.app import create_app

DL = "https://purl.imsglobal.org/spec/lti-dl/claim/"
SETTINGS, ROLES, CUSTOM = DL + "deep_linking_settings", CLAIM + "roles", CLAIM + "custom"
INSTITUTION_ADMIN = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
APPLY, FINAL, REVIEW, PARTICIPATION = (f"{activity}-digital-competence" for activity in ("apply", "final", "review", "participation"))


def settings(platform: FakePlatform, **changes: Any) -> dict[str, Any]:
    asked = {
        "accept_types": ["ltiResourceLink"],
        "accept_presentation_document_targets": ["frame", "iframe", "window"],
        "accept_multiple": True,
        "deep_link_return_url": platform.url + "/mod/lti/contentitem_return.php?course=2&id=1&sesskey=SECRET",
        **changes,
    }
    return {name: value for name, value in asked.items() if value is not GONE}


def request_for(platform: FakePlatform, claims: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The claims in which a deep linking request differs from a launch."""
    return {
        CLAIM + "message_type": "LtiDeepLinkingRequest",
        CLAIM + "resource_link": GONE,
        AGS: {"scope": [], "lineitems": platform.url + "/lineitems"},
        ROLES: [COURSE + "Instructor"],
        SETTINGS: settings(platform, **changes),
        **(claims or {}),
    }


class Instructor(Browser):
    """A browser before the whole tool."""

    def choose(self, platform: FakePlatform, claims: Mapping[str, Any] | None = None, **changes: Any) -> BeautifulSoup:
        answer = self.launch(platform, request_for(platform, claims, **changes))
        assert (answer.status_code, answer.headers["Location"]) == (303, BASE + "/choose"), answer.text
        page = self.client.get("/choose", base_url=BASE)
        assert page.status_code == 200, page.text
        return BeautifulSoup(page.text, "html.parser")

    def send(self, page: BeautifulSoup, chosen: list[str], **fields: Any) -> Any:
        form = page.find("form")
        assert form is not None
        hidden = {str(one["name"]): str(one["value"]) for one in form.find_all("input", type="hidden")}
        return self.client.post("/choose", data={**hidden, "chosen": chosen, **fields}, base_url=BASE)

    def answered(self, page: BeautifulSoup, chosen: list[str], **fields: Any) -> Any:
        """What the platform is told, verified with the key set that we publish."""
        answer = self.send(page, chosen, **fields)
        assert answer.status_code == 200, answer.text
        form = BeautifulSoup(answer.text, "html.parser").find("form", id="answer")
        assert form is not None
        self.address = str(form["action"])
        token = str(form.find("input", attrs={"name": "JWT"})["value"])  # type: ignore[index]
        (listed,) = self.client.get("/lti/jwks", base_url=BASE).get_json()["keys"]
        assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": listed["kid"]}
        return jwt.decode(token, jwt.PyJWK(listed), algorithms=["RS256"], options={"verify_aud": False})


@pytest.fixture
def whole(tool: Installation) -> Flask:
    return create_app(tool)


@pytest.fixture
def instructor(whole: Flask) -> Instructor:
    return Instructor(whole)


def latest(tool: Installation) -> Visit:
    with tool.database.read() as session:
        return find_visit(session, session.scalars(sa.select(VisitRecord.id).order_by(VisitRecord.created_at.desc()).limit(1)).one())


# The answer


def test_the_answer_says_who_it_is_from_and_for(instructor: Instructor, platform: FakePlatform) -> None:
    told = instructor.answered(instructor.choose(platform, data='it\'s "ours" & <kept>'), [APPLY])
    now = time.time()
    assert (told["iss"], told["aud"]) == (platform.client_id, platform.url)
    assert now - 60 < told["iat"] <= now < told["exp"] <= now + 600
    assert len(told["nonce"]) >= 20
    assert told[CLAIM + "message_type"] == "LtiDeepLinkingResponse"
    assert (told[CLAIM + "version"], told[CLAIM + "deployment_id"]) == ("1.3.0", platform.deployment_id)
    assert told[DL + "data"] == 'it\'s "ours" & <kept>'
    assert instructor.address == platform.url + "/mod/lti/contentitem_return.php?course=2&id=1&sesskey=SECRET"


def test_each_answer_has_a_nonce_and_links_of_its_own(instructor: Instructor, platform: FakePlatform) -> None:
    page = instructor.choose(platform)
    first, second = instructor.answered(page, [APPLY]), instructor.answered(page, [APPLY])
    assert first["nonce"] != second["nonce"]
    assert first[DL + "content_items"][0]["custom"]["link"] != second[DL + "content_items"][0]["custom"]["link"]


@pytest.mark.parametrize("data", [GONE, None, ""], ids=["missing", "null", "empty"])
def test_without_data_none_goes_back(data: Any, instructor: Instructor, platform: FakePlatform) -> None:
    assert DL + "data" not in instructor.answered(instructor.choose(platform, data=data), [APPLY])


def test_a_link_carries_what_platforms_need(instructor: Instructor, platform: FakePlatform) -> None:
    page = instructor.choose(platform)
    (item,) = instructor.answered(page, [APPLY], **{f"title-{APPLY}": "Ansök här", f"graded-{APPLY}": "1"})[DL + "content_items"]
    link = item["custom"]["link"]
    assert (item["type"], item["title"], item["url"]) == ("ltiResourceLink", "Ansök här", LAUNCH)
    assert item["custom"] == {"link": link, "activity": "apply", "scheme": "digital-competence"}
    assert re.fullmatch(r"[0-9a-f]{32}", link)
    assert item["lineItem"] == {"scoreMaximum": 100, "label": "Ansök här", "resourceId": link, "tag": "apply"}
    assert item["icon"]["url"] == BASE + "/static/icon.svg"
    assert item["text"]
    assert ("iframe" in item, "window" in item) == (True, False)


def test_platforms_may_show_our_sign(instructor: Instructor) -> None:
    policies = {}
    for name in ("icon.svg", "sealwright.css"):
        with instructor.client.get(f"/static/{name}", base_url=BASE) as answer:
            policies[name] = answer.headers["Cross-Origin-Resource-Policy"]
    assert policies == {"icon.svg": "cross-origin", "sealwright.css": "same-origin"}


GRADED: dict[str, tuple[dict[str, Any], str, bool, bool]] = {
    "asked for": ({}, APPLY, True, True),
    "switched off": ({}, APPLY, False, False),
    "the platform takes none": ({"accept_lineitem": False}, APPLY, True, False),
    "the platform says it takes them": ({"accept_lineitem": True}, APPLY, True, True),
    "nothing is decided there": ({}, FINAL, True, False),
    "staff's own page": ({}, REVIEW, True, False),
}


@pytest.mark.parametrize("case", GRADED.values(), ids=GRADED)
def test_only_what_is_graded_has_a_line_item(case: tuple[dict[str, Any], str, bool, bool], instructor: Instructor, platform: FakePlatform) -> None:
    changes, key, ticked, graded = case
    fields = {f"graded-{key}": "1"} if ticked else {}
    (item,) = instructor.answered(instructor.choose(platform, **changes), [key], **fields)[DL + "content_items"]
    assert ("lineItem" in item) is graded
    assert item["custom"]


PLACES: list[tuple[list[str], str, str]] = [
    (["iframe", "window"], "frame", "iframe"),
    (["iframe", "window"], "window", "window"),
    (["iframe", "window"], "nonsense", "iframe"),
    (["iframe"], "window", "iframe"),
    (["window"], "frame", "window"),
    (["frame"], "frame", "window"),
]


@pytest.mark.parametrize(("targets", "asked", "opens"), PLACES)
def test_where_it_opens(targets: list[str], asked: str, opens: str, instructor: Instructor, platform: FakePlatform) -> None:
    page = instructor.choose(platform, accept_presentation_document_targets=targets)
    assert bool(page.find_all("input", attrs={"name": "opens"})) is ({"iframe", "window"} <= set(targets))
    (item,) = instructor.answered(page, [APPLY], opens=asked)[DL + "content_items"]
    assert {"iframe", "window"} & set(item) == {opens}


def test_several_at_once(instructor: Instructor, platform: FakePlatform) -> None:
    chosen = [APPLY, FINAL, REVIEW, PARTICIPATION]
    items = instructor.answered(instructor.choose(platform), chosen)[DL + "content_items"]
    assert [item["custom"]["activity"] for item in items] == ["apply", "final", "review", "participation"]
    assert len({item["custom"]["link"] for item in items}) == 4


@pytest.mark.parametrize("accepts", [False, GONE, "true", 1], ids=["no", "not said", "a text", "a number"])
def test_one_where_the_platform_takes_one(accepts: Any, instructor: Instructor, platform: FakePlatform, tool: Installation) -> None:
    page = instructor.choose(platform, accept_multiple=accepts)
    assert {one["type"] for one in page.find_all("input", attrs={"name": "chosen"})} == {"radio"}
    assert instructor.send(page, [APPLY, FINAL]).status_code == 400
    with tool.database.read() as session:
        assert session.scalars(sa.select(PlacedLink.id)).all() == []
    assert len(instructor.answered(page, [FINAL])[DL + "content_items"]) == 1


CLOSED: list[tuple[list[str], dict[str, str]]] = [([], {}), ([APPLY], {"cancel": "1"}), ([], {"cancel": "1"})]


@pytest.mark.parametrize(("chosen", "fields"), CLOSED, ids=["nothing chosen", "cancelled", "both"])
def test_an_empty_answer_closes_the_choice(
    chosen: list[str], fields: dict[str, str], instructor: Instructor, platform: FakePlatform, tool: Installation
) -> None:
    assert instructor.answered(instructor.choose(platform), chosen, **fields)[DL + "content_items"] == []
    with tool.database.read() as session:
        assert session.scalars(sa.select(PlacedLink.id)).all() == []


TITLES = {"": "Review desk", "   ": "Review desk", "<b>Desk</b>\0": "Desk", "x" * 300: "x" * 255, "Γραφείο": "Γραφείο"}


@pytest.mark.parametrize(("typed", "title"), TITLES.items(), ids=["empty", "blank", "markup", "long", "Greek"])
def test_a_title_is_plain_text(typed: str, title: str, instructor: Instructor, platform: FakePlatform) -> None:
    (item,) = instructor.answered(instructor.choose(platform), [REVIEW], **{f"title-{REVIEW}": typed})[DL + "content_items"]
    assert item["title"] == title


@pytest.mark.parametrize("chosen", ["", "x", "apply", "admin-digital-competence", "choose-digital-competence", "apply-../x", "apply-" + "x" * 9000])
def test_nothing_else_can_be_chosen(chosen: str, instructor: Instructor, platform: FakePlatform) -> None:
    assert instructor.send(instructor.choose(platform), [chosen]).status_code == 400


def test_the_answer_can_go_to_this_platform_and_nowhere_else(instructor: Instructor, platform: FakePlatform) -> None:
    page = instructor.choose(platform)
    answer = instructor.send(page, [APPLY])
    directives = dict(one.strip().split(" ", 1) for one in answer.headers["Content-Security-Policy"].split(";"))
    assert directives["form-action"].split() == ["'self'", platform.url]
    assert answer.headers["Cache-Control"] == "no-store"
    scripts = re.findall(r"<script\b[^>]*>", answer.text)
    assert scripts
    assert all("nonce=" in one and "src=" in one for one in scripts)
    before = instructor.client.get("/choose", base_url=BASE).headers["Content-Security-Policy"]
    assert "form-action 'self';" in before


def test_a_return_address_can_not_break_out_of_the_page(instructor: Instructor, platform: FakePlatform) -> None:
    evil = platform.url + "/return?a=\"><script>alert(1)</script>'&amp;"
    answer = instructor.send(instructor.choose(platform, deep_link_return_url=evil), [APPLY])
    assert "<script>alert" not in answer.text
    form = BeautifulSoup(answer.text, "html.parser").find("form", id="answer")
    assert form is not None
    assert str(form["action"]) == evil


def test_hosts_that_belong_to_a_hosted_platform_are_the_platforms_own(tool: Installation, instructor: Instructor) -> None:
    address = "https://school.instructure.com/courses/1/deep_linking_response?placement=course"
    with FakePlatform(client_id="client-canvas") as canvas:
        with tool.database.write() as session:
            registrations.add(session, family="canvas", **canvas.registration())
        instructor.answered(instructor.choose(canvas, deep_link_return_url=address), [APPLY])
    assert instructor.address == address


# The request


def test_an_administrator_may_choose_too(instructor: Instructor, platform: FakePlatform) -> None:
    assert instructor.choose(platform, {ROLES: [INSTITUTION_ADMIN]}).find("form")


NOT_CHOOSERS = {
    "a learner": [COURSE + "Learner"],
    "a mentor": [COURSE + "Mentor"],
    "nobody in particular": [],
    "a near miss": [COURSE + "InstructorX"],
    "a short role": ["Instructor"],
    "an assistant": [COURSE + "Instructor", "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#TeachingAssistant"],
    "an administrator elsewhere who learns here": [INSTITUTION_ADMIN, COURSE + "Learner"],
}


@pytest.mark.parametrize("roles", NOT_CHOOSERS.values(), ids=NOT_CHOOSERS)
def test_only_staff_and_administrators_choose(roles: list[str], browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    answer = browser.launch(platform, request_for(platform, {ROLES: roles}))
    assert (answer.status_code, answer.json["code"]) == (403, "choosing-not-allowed")
    with tool.database.read() as session:
        assert session.scalars(sa.select(VisitRecord.id)).all() == []


ELSEWHERE = [
    "https://evil.example/return",
    "//evil.example/return",
    "\\\\evil.example/return",
    "javascript:alert(1)",
    "data:text/html,x",
    "http://127.0.0.1@evil.example/return",
    "https://xn--mdle-5qa.example/return",
    "http://127.0.0.1:1/return",
    "/return",
    "ftp://127.0.0.1/return",
    "http://127.0.0.1\n.evil.example/",
]
# What is wrong with the settings, and the code it is refused with.
SETTINGS_WRONG: dict[str, tuple[Any, str]] = {
    "settings missing": (GONE, "claim-missing"),
    "settings null": (None, "claim-missing"),
    "settings a list": (["ltiResourceLink"], "claim-missing"),
    "settings empty": ({}, "claim-missing"),
    "return address missing": ({"deep_link_return_url": GONE}, "claim-missing"),
    "return address empty": ({"deep_link_return_url": ""}, "claim-missing"),
    "return address a list": ({"deep_link_return_url": ["https://x.example"]}, "claim-wrong"),
    "return address too long": ({"deep_link_return_url": "http://127.0.0.1/" + "x" * 2000}, "claim-wrong"),
    **{f"return address {url!r}": ({"deep_link_return_url": url}, "claim-wrong") for url in ELSEWHERE},
    "types missing": ({"accept_types": GONE}, "claim-missing"),
    "types a text": ({"accept_types": "ltiResourceLink"}, "claim-wrong"),
    "types of numbers": ({"accept_types": [1]}, "claim-wrong"),
    "a thousand types": ({"accept_types": ["ltiResourceLink"] * 1000}, "claim-wrong"),
    "only files": ({"accept_types": ["file", "html", "link"]}, "links-not-taken"),
    "no types": ({"accept_types": []}, "links-not-taken"),
    "targets missing": ({"accept_presentation_document_targets": GONE}, "claim-missing"),
    "targets a text": ({"accept_presentation_document_targets": "iframe"}, "claim-wrong"),
    "no targets": ({"accept_presentation_document_targets": []}, "claim-wrong"),
    "data an object": ({"data": {"a": 1}}, "claim-wrong"),
    "data too long": ({"data": "x" * 20_001}, "claim-wrong"),
}


@pytest.mark.parametrize(("change", "code"), SETTINGS_WRONG.values(), ids=SETTINGS_WRONG)
def test_a_bad_request_is_refused(change: Any, code: str, browser: Browser, platform: FakePlatform) -> None:  # L12, L23
    said = settings(platform, **change) if isinstance(change, dict) and change else change
    answer = browser.launch(platform, request_for(platform, {SETTINGS: said}))
    assert (answer.status_code // 100, answer.json["code"]) == (4, code)
    assert browser.visit().json["code"] == "session-over"


def test_a_launch_is_no_way_to_the_choice(instructor: Instructor, platform: FakePlatform) -> None:
    assert instructor.launch(platform, {ROLES: [COURSE + "Instructor"], SETTINGS: settings(platform)}).status_code == 303
    refused = instructor.client.get("/choose", headers={"Accept": "application/json"}, base_url=BASE)
    assert (refused.status_code, refused.get_json()["code"]) == (403, "nothing-to-choose")


# The links


def placed(instructor: Instructor, platform: FakePlatform, key: str = FINAL) -> dict[str, str]:
    (item,) = instructor.answered(instructor.choose(platform), [key])[DL + "content_items"]
    custom: dict[str, str] = item["custom"]
    return custom


def test_a_placed_link_opens_what_was_chosen(instructor: Instructor, platform: FakePlatform, tool: Installation) -> None:
    custom = placed(instructor, platform)
    answer = instructor.launch(platform, {CUSTOM: {"link": custom["link"]}, "sub": "9"})
    assert answer.headers["Location"] == BASE + "/final"
    assert latest(tool).link_id == custom["link"]


def test_the_link_knows_better_than_its_other_parameters(instructor: Instructor, platform: FakePlatform, tool: Installation) -> None:
    custom = placed(instructor, platform)
    changed = {**custom, "activity": "review", "scheme": "another"}
    assert instructor.launch(platform, {CUSTOM: changed, "sub": "9"}, LAUNCH + "?activity=apply").headers["Location"] == BASE + "/final"
    assert latest(tool).scheme_id == "digital-competence"


COPIES: dict[str, dict[str, Any]] = {
    "another resource link": {CLAIM + "resource_link": {"id": "copied"}},
    "another course": {CLAIM + "context": {"id": "77", "title": "Copied"}},
    "another resource link in another course": {CLAIM + "resource_link": {"id": "copied"}, CLAIM + "context": {"id": "77"}},
    "no course": {CLAIM + "context": GONE},
    "another deployment": {CLAIM + "deployment_id": "2", CLAIM + "resource_link": {"id": "copied"}},
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
def test_a_copied_link_goes_on_working(copy: dict[str, Any], instructor: Instructor, platform: FakePlatform, tool: Installation) -> None:
    custom = placed(instructor, platform)
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(deployment_ids=["2"]))
    answer = instructor.launch(platform, {CUSTOM: {"link": custom["link"]}, "sub": "9", **copy})
    assert answer.headers["Location"] == BASE + "/final"
    assert latest(tool).link_id == custom["link"]


UNKNOWN_LINKS = ["", "0" * 32, "x", None, 5, ["a"], {"a": 1}, "0" * 31 + "\0", "$ResourceLink.id", "A" * 5000]


@pytest.mark.parametrize("link", UNKNOWN_LINKS, ids=range(len(UNKNOWN_LINKS)))
def test_an_unknown_link_is_like_none(link: Any, browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    answer = browser.launch(platform, {CUSTOM: {"link": link, "activity": "final"}})
    assert answer.headers["Location"] == BASE + "/final"
    assert latest(tool).link_id == ""


def test_another_platforms_link_is_like_an_unknown_one(  # L16
    instructor: Instructor, whole: Flask, platform: FakePlatform, other_platform: FakePlatform, tool: Installation
) -> None:
    custom = placed(instructor, platform)
    stranger = Browser(whole)
    answers = [stranger.launch(other_platform, {CUSTOM: {"link": link}}) for link in (custom["link"], "0" * 32)]
    assert {answer.headers["Location"] for answer in answers} == {BASE + "/apply"}
    assert latest(tool).link_id == ""


def test_a_link_whose_activity_is_no_link_is_like_an_unknown_one(browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    browser.launch(platform)
    with tool.database.write() as session:
        visit = find_visit(session, session.scalars(sa.select(VisitRecord.id)).one())
        values = {"registration_id": visit.visitor.registration_id, "created_by": visit.visitor.id, "created_at": clock.now()}
        session.add(PlacedLink(id="a" * 32, scheme_id="x", activity="choose", title="", **values))
    assert browser.launch(platform, {CUSTOM: {"link": "a" * 32}}).headers["Location"] == BASE + "/apply"
