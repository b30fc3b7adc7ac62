"""Submission review messages: what they must carry, and what becomes of them (threat L23)."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import AGS, BASE, CLAIM, COURSE, GONE, Browser, FakePlatform

from lti_tool.installation import Installation
from lti_tool.launch.records import VisitRecord
from lti_tool.launch.visit import Activity, Visit
from lti_tool.launch.visits import find_visit

TYPE, FOR_USER, ROLES, LINK = (CLAIM + name for name in ("message_type", "for_user", "roles", "resource_link"))


def review_of(platform: FakePlatform, sub: str, **claims: Any) -> dict[str, Any]:
    return {
        TYPE: "LtiSubmissionReviewRequest",
        ROLES: [COURSE + "Instructor"],
        FOR_USER: {"user_id": sub, "name": "Anna Lindqvist", "roles": [COURSE + "Learner"]},
        AGS: {"scope": [], "lineitem": platform.url + "/lineitems/2/lineitem?type_id=1"},
        **claims,
    }


def visit_of(tool: Installation) -> Visit:
    with tool.database.read() as session:
        return find_visit(session, session.scalars(sa.select(VisitRecord.id)).one())


@pytest.mark.parametrize("link", [{"id": "1"}, GONE], ids=["from an activity", "from the gradebook"])
def test_a_review_says_whose(link: Any, browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    answer = browser.launch(platform, review_of(platform, "7", **{LINK: link}))
    assert (answer.status_code, answer.headers["Location"]) == (303, BASE + "/submission")
    visit = visit_of(tool)
    assert (visit.activity, visit.for_sub, visit.visitor.sub) == (Activity.SUBMISSION, "7", "5")
    assert visit.line_item == platform.url + "/lineitems/2/lineitem?type_id=1"


def test_its_scheme_is_that_of_the_link(browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    browser.launch(platform, review_of(platform, "7", **{CLAIM + "custom": {"scheme": "another-scheme", "activity": "apply"}}))
    visit = visit_of(tool)
    assert (visit.activity, visit.scheme_id) == (Activity.SUBMISSION, "another-scheme")


def test_a_launch_that_names_somebody_reviews_nobody(browser: Browser, platform: FakePlatform, tool: Installation) -> None:
    assert browser.launch(platform, {FOR_USER: {"user_id": "7"}}).headers["Location"] == BASE + "/apply"
    assert visit_of(tool).for_sub == ""


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "nobody named": ({FOR_USER: GONE}, "claim-missing"),
    "nobody at all": ({FOR_USER: None}, "claim-missing"),
    "somebody a text": ({FOR_USER: "7"}, "claim-missing"),
    "somebody a list": ({FOR_USER: ["7"]}, "claim-missing"),
    "somebody without an id": ({FOR_USER: {"name": "Anna"}}, "claim-missing"),
    "an empty id": ({FOR_USER: {"user_id": ""}}, "claim-missing"),
    "an id that is a number": ({FOR_USER: {"user_id": 7}}, "claim-wrong"),
    "an id that is a list": ({FOR_USER: {"user_id": ["7"]}}, "claim-wrong"),
    "an id with NUL": ({FOR_USER: {"user_id": "7\0"}}, "claim-wrong"),
    "an id of 5,000 characters": ({FOR_USER: {"user_id": "7" * 5000}}, "claim-wrong"),
    "no grade services": ({AGS: GONE}, "claim-missing"),
    "no line item": ({AGS: {"scope": []}}, "claim-missing"),
    "an empty line item": ({AGS: {"lineitem": ""}}, "claim-missing"),
    "a line item that is an object": ({AGS: {"lineitem": {"id": 1}}}, "claim-wrong"),
    "roles missing": ({ROLES: GONE}, "claim-missing"),
    "a message that there is not": ({TYPE: "LtiSubmissionReview"}, "message-not-offered"),
    "a data privacy launch": ({TYPE: "DataPrivacyLaunchRequest"}, "message-not-offered"),
    "an asset processor": ({TYPE: "LtiAssetProcessorSettingsRequest"}, "message-not-offered"),
    "a start of proctoring": ({TYPE: "LtiStartProctoring"}, "message-not-offered"),
    "our own answer": ({TYPE: "LtiDeepLinkingResponse"}, "message-not-offered"),
}


@pytest.mark.parametrize(("change", "code"), WRONG.values(), ids=WRONG)
def test_a_bad_review_message_is_refused(change: dict[str, Any], code: str, browser: Browser, platform: FakePlatform) -> None:
    answer = browser.launch(platform, review_of(platform, "7") | change)
    assert (answer.status_code, answer.json["code"]) == (400, code)
    assert browser.visit().json["code"] == "session-over"


def test_a_line_item_elsewhere_is_not_kept(browser: Browser, platform: FakePlatform, tool: Installation) -> None:  # L21
    browser.launch(platform, review_of(platform, "7", **{AGS: {"lineitem": "https://evil.example/lineitem"}}))
    assert visit_of(tool).line_item is None
