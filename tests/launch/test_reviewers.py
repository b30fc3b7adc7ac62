"""Who may review: staff in the course by an exact role, and on the tenant's list; each asked for anew at every request (threats L17, L18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import BASE, CLAIM, COURSE, Browser, FakePlatform, make_app

from lti_tool import history
from lti_tool.database import Database
from lti_tool.installation import Installation
from lti_tool.launch import registrations, reviewers
from lti_tool.launch.records import Deployment, PersonRecord, Registration, Reviewer
from lti_tool.launch.visit import Visit
from lti_tool.launch.visits import find_visit
from lti_tool.problem import Problem

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
SUB = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
ROLES = CLAIM + "roles"
STAFF = {ROLES: [COURSE + "Instructor"]}


def came(tool: Installation, browser: Browser) -> Visit:
    """The visit behind this browser's cookie, found as every request finds it."""
    with browser.client.session_transaction(base_url=BASE) as cookie:
        visit_id = cookie.get("visit", "")
    with tool.database.read() as session:
        return find_visit(session, visit_id)


def may_review(tool: Installation, browser: Browser) -> str:
    """What the next request of this browser meets: yes, no, or the code of a refusal."""
    try:
        return "yes" if came(tool, browser).reviews else "no"
    except Problem as problem:
        return problem.code


def put(database: Database, platform: FakePlatform, state: str, sub: str = "5") -> None:
    """Set how somebody stands on the list of the platform's only tenant."""
    with database.write() as session:
        wanted = sa.select(Deployment).join(Registration).where(Registration.issuer == platform.url)
        tenant = session.scalars(wanted).one()
        person = session.scalars(sa.select(PersonRecord).filter_by(registration_id=tenant.registration_id, sub=sub)).one()
        reviewers._put(session, tenant.id, person.id, state, "operator")


ESCALATIONS: dict[str, dict[str, Any]] = {
    "a learner": {},
    "custom role admin": {CLAIM + "custom": {"role": "admin", "roles": COURSE + "Instructor", "is_staff": "1", "reviewer": "true"}},
    "custom.roles": {CLAIM + "custom": {"roles": [COURSE + "Instructor"]}, "custom.roles": COURSE + "Instructor"},
    "roles outside of the claim": {"roles": [COURSE + "Instructor"]},
    "near miss": {ROLES: [COURSE + "InstructorX"]},
    "lower case": {ROLES: [COURSE + "instructor"]},
    "https": {ROLES: [COURSE.replace("http:", "https:") + "Instructor"]},
    "a short word": {ROLES: ["Instructor"]},
    "institution's instructor": {ROLES: [INSTITUTION + "Instructor"]},
    "institution's administrator": {ROLES: [INSTITUTION + "Administrator"]},
    "institution's administrator, learner here": {ROLES: [INSTITUTION + "Administrator", COURSE + "Learner"]},
    "system administrator": {ROLES: [SYSTEM + "Administrator"]},
    "course's administrator alone": {ROLES: [COURSE + "Administrator"]},
    "teaching assistant": {ROLES: [SUB + "TeachingAssistant"]},
    "teaching assistant among instructors": {ROLES: [COURSE + "Instructor", SUB + "TeachingAssistant"]},
    "observer": {ROLES: [COURSE + "Mentor"]},
    "nobody": {ROLES: []},
    "the platform's test user": {ROLES: [TEST_USER, COURSE + "Instructor"]},
    "student preview": {ROLES: [TEST_USER, COURSE + "Learner"]},
}


@pytest.mark.parametrize("claims", ESCALATIONS.values(), ids=ESCALATIONS)
def test_on_the_list_and_yet_not_staff_is_no_reviewer(claims: dict[str, Any], tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    browser.launch(platform, STAFF)
    put(tool.database, platform, reviewers.LISTED)
    assert came(tool, browser).reviews
    browser.launch(platform, claims)
    assert not came(tool, browser).reviews


@pytest.mark.parametrize("claims", ESCALATIONS.values(), ids=ESCALATIONS)
def test_nobody_but_staff_may_ask(claims: dict[str, Any], tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    browser.launch(platform, claims)
    visit = came(tool, browser)
    with tool.database.write() as session, pytest.raises(Problem, match="not-a-reviewer"):
        reviewers.ask(session, visit)
    with tool.database.read() as session:
        assert session.scalars(sa.select(Reviewer)).all() == []


def test_form_fields_of_a_launch_give_nothing(tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    browser.post(
        begun.state, platform.sign(platform.claims(begun.nonce)), roles=COURSE + "Instructor", role="staff", reviewer="1", custom_role="admin"
    )
    assert not came(tool, browser).reviews


STANDINGS = [("", False), (reviewers.ASKED, False), (reviewers.LISTED, True), (reviewers.REMOVED, False)]


@pytest.mark.parametrize(("state", "expected"), STANDINGS)
def test_staff_need_to_be_listed(
    state: str, expected: bool, either_tool: Installation, either_browser: Browser, either_platform: FakePlatform
) -> None:
    either_browser.launch(either_platform, STAFF)
    if state:
        put(either_tool.database, either_platform, state)
    assert came(either_tool, either_browser).reviews is expected


def suspend(tool: Installation, platform: FakePlatform, deployment: str | None) -> None:
    with tool.database.write() as session:
        registrations.set_status(session, issuer=platform.url, client_id=platform.client_id, status="suspended", deployment_id=deployment)


BITES: dict[str, Callable[[Installation, FakePlatform], object]] = {
    "removed": lambda tool, platform: put(tool.database, platform, reviewers.REMOVED),
    "role withdrawn elsewhere": lambda tool, platform: Browser(make_app(tool)).launch(platform, {ROLES: [COURSE + "Learner"]}),
    "place suspended": lambda tool, platform: suspend(tool, platform, "1"),
    "platform suspended": lambda tool, platform: suspend(tool, platform, None),
}


@pytest.mark.parametrize("deed", BITES.values(), ids=BITES)
def test_it_bites_at_the_next_request(
    deed: Callable[[Installation, FakePlatform], object], either_tool: Installation, either_browser: Browser, either_platform: FakePlatform
) -> None:
    either_browser.launch(either_platform, STAFF)
    put(either_tool.database, either_platform, reviewers.LISTED)
    assert came(either_tool, either_browser).reviews
    deed(either_tool, either_platform)
    assert may_review(either_tool, either_browser) in {"no", "session-over"}


def test_reviewer_first_and_learner_later_in_the_same_browser(tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    browser.launch(platform, STAFF)
    put(tool.database, platform, reviewers.LISTED)
    browser.launch(platform, {ROLES: [COURSE + "Learner"]})
    assert not came(tool, browser).reviews


def test_listed_in_one_tenant_alone(tool: Installation, app: Any, platform: FakePlatform, other_platform: FakePlatform) -> None:
    here, there = Browser(app), Browser(app)
    here.launch(platform, STAFF)
    there.launch(other_platform, STAFF)
    put(tool.database, platform, reviewers.LISTED)
    assert (came(tool, here).reviews, came(tool, there).reviews) == (True, False)


def test_listed_in_one_deployment_of_a_platform_alone(tool: Installation, app: Any, platform: FakePlatform) -> None:
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(deployment_ids=["1", "2"]))
    here, there = Browser(app), Browser(app)
    here.launch(platform, STAFF)
    there.launch(platform, {**STAFF, CLAIM + "deployment_id": "2"})
    with tool.database.write() as session:
        person = session.scalars(sa.select(PersonRecord)).one()
        tenant = session.scalars(sa.select(Deployment).filter_by(deployment_id="1")).one()
        reviewers._put(session, tenant.id, person.id, reviewers.LISTED, "operator")
    assert (came(tool, here).reviews, came(tool, there).reviews) == (True, False)


def test_a_tenant_may_let_all_its_staff_review(tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    browser.launch(platform, STAFF)
    with tool.database.write() as session:
        session.execute(sa.update(Deployment).values(reviewers=reviewers.COURSE))
    assert came(tool, browser).reviews
    browser.launch(platform, {ROLES: [COURSE + "Learner"]})
    assert not came(tool, browser).reviews


def test_asking_twice_is_asking_once(either_tool: Installation, either_browser: Browser, either_platform: FakePlatform) -> None:
    either_browser.launch(either_platform, STAFF)
    visit = came(either_tool, either_browser)
    for _ in range(2):
        with either_tool.database.write() as session:
            assert reviewers.ask(session, visit) == reviewers.ASKED
    with either_tool.database.read() as session:
        assert [row.state for row in session.scalars(sa.select(Reviewer))] == ["asked"]
        assert [event.kind for event in session.scalars(sa.select(history.Event)) if event.kind.startswith("reviewer")] == ["reviewer-asked"]
    assert not came(either_tool, either_browser).reviews


def test_asking_does_not_undo_a_listing(tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    browser.launch(platform, STAFF)
    put(tool.database, platform, reviewers.LISTED)
    with tool.database.write() as session:
        assert reviewers.ask(session, came(tool, browser)) == reviewers.LISTED
    assert came(tool, browser).reviews
