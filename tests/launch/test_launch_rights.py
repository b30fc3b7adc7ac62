"""Who may do what, and for how long: roles, sessions, tickets (threats L17–L19)."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import BASE, CLAIM, COURSE, Browser, FakePlatform

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.records import Ticket, VisitRecord
from lti_tool.launch.roles import rights
from lti_tool.launch.visit import Role, Visit
from lti_tool.launch.visits import find_visit, make_ticket, redeem_ticket
from lti_tool.problem import Problem

INSTITUTION = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#"
SYSTEM = "http://purl.imsglobal.org/vocab/lis/v2/system/person#"
SUB = "http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor#"
TEST_USER = "http://purl.imsglobal.org/vocab/lti/system/person#TestUser"
ROLES = CLAIM + "roles"

RIGHTS: list[tuple[list[str], str]] = [
    ([COURSE + "Learner"], "teacher"),
    ([COURSE + "Instructor"], "staff"),
    ([COURSE + "ContentDeveloper"], "staff"),
    ([COURSE + "Administrator"], "administrator"),
    ([COURSE + "Mentor"], "observer"),
    ([COURSE + "Learner", COURSE + "Instructor"], "staff teacher"),
    ([INSTITUTION + "Administrator"], "administrator"),
    ([INSTITUTION + "Administrator", COURSE + "Learner"], "teacher"),
    ([INSTITUTION + "Administrator", COURSE + "Instructor", SYSTEM + "Administrator"], "staff"),
    ([INSTITUTION + "Administrator", COURSE + "Member"], "observer"),
    ([INSTITUTION + "Administrator", SUB + "Grader"], "observer"),
    ([INSTITUTION + "Instructor"], "observer"),
    ([INSTITUTION + "Student"], "observer"),
    ([SYSTEM + "Administrator"], "observer"),
    ([SYSTEM + "SysAdmin"], "observer"),
    ([SUB + "TeachingAssistant"], "observer"),
    ([SUB + "TeachingAssistant", COURSE + "Instructor"], "observer"),
    ([SUB + "TeachingAssistant", COURSE + "Learner"], "teacher"),
    ([TEST_USER, COURSE + "Learner"], "observer"),
    ([TEST_USER, COURSE + "Instructor"], "observer"),
    ([COURSE + "InstructorX"], "observer"),
    ([COURSE + "instructor"], "observer"),
    ([COURSE + "Instructor "], "observer"),
    ([COURSE.replace("http:", "https:") + "Instructor"], "observer"),
    (["http://purl.imsglobal.org/vocab/lis/v2/membership/Instructor"], "observer"),
    (["evil" + COURSE + "Instructor"], "observer"),
    (["Instructor"], "observer"),
    (["urn:lti:role:ims/lis/Instructor"], "observer"),
    (["admin"], "observer"),
    ([], "observer"),
]


@pytest.mark.parametrize(("roles", "expected"), RIGHTS)
def test_exact_roles_give_rights(roles: list[str], expected: str) -> None:
    assert " ".join(sorted(rights(roles))) == expected


ESCALATIONS: list[dict[str, Any]] = [
    {CLAIM + "custom": {"role": "admin", "roles": COURSE + "Instructor", "is_staff": "1"}},
    {"roles": [COURSE + "Instructor"]},
    {CLAIM + "ext": {"roles": [COURSE + "Instructor"]}},
    {CLAIM + "role_scope_mentor": ["5"]},
    {CLAIM + "lis": {"roles": [COURSE + "Instructor"]}},
]


@pytest.mark.parametrize("changes", ESCALATIONS, ids=lambda changes: next(iter(changes)))
def test_nothing_but_the_roles_claim_gives_rights(changes: dict[str, Any], browser: Browser, platform: FakePlatform) -> None:
    assert browser.launch(platform, changes).status_code == 303
    assert browser.visit().json["roles"] == ["teacher"]


def test_a_form_field_gives_no_rights(browser: Browser, platform: FakePlatform) -> None:
    begun = browser.begin(platform)
    browser.post(begun.state, platform.sign(platform.claims(begun.nonce)), roles=COURSE + "Instructor", role="staff")
    assert browser.visit().json["roles"] == ["teacher"]


# Sessions


def test_rights_follow_the_latest_launch(either_app: Any, either_platform: FakePlatform) -> None:  # L18
    first, second = Browser(either_app), Browser(either_app)
    first.launch(either_platform, {ROLES: [COURSE + "Instructor"]})
    assert first.visit().json["roles"] == ["staff"]
    second.launch(either_platform, {ROLES: [COURSE + "Learner"]})
    assert first.visit().json["code"] == "session-over"
    assert second.visit().json["roles"] == ["teacher"]
    Browser(either_app).launch(either_platform, {ROLES: [COURSE + "Instructor"]})
    assert first.visit().json["code"] == "session-over"


def test_a_session_that_a_launch_could_not_see_ends_too(
    either_tool: Installation, either_app: Any, either_platform: FakePlatform, visit: Visit
) -> None:
    """As when a ticket is redeemed while the launch is committed."""
    Browser(either_app).launch(either_platform, {ROLES: [COURSE + "Instructor"]})
    with either_tool.database.write() as session:
        session.execute(sa.update(VisitRecord).where(VisitRecord.id == visit.id).values(created_at=clock.now()))
        with pytest.raises(Problem, match="session-over"):
            find_visit(session, visit.id)


def test_sessions_with_the_same_rights_live_side_by_side(app: Any, platform: FakePlatform) -> None:
    first, second = Browser(app), Browser(app)
    first.launch(platform)
    second.launch(platform)
    assert first.visit().json["id"] != second.visit().json["id"]
    assert first.visit().status_code == second.visit().status_code == 200


def test_of_two_launches_at_once_the_one_that_began_first_may_be_stored_last(either_app: Any, either_platform: FakePlatform) -> None:
    first, second = Browser(either_app), Browser(either_app)
    begun = clock.now()
    with clock.held(begun + timedelta(milliseconds=5)):
        second.launch(either_platform)
    with clock.held(begun):
        first.launch(either_platform)
    assert first.visit().status_code == second.visit().status_code == 200


def test_another_persons_launch_ends_nothing(app: Any, platform: FakePlatform) -> None:
    first, second = Browser(app), Browser(app)
    first.launch(platform)
    second.launch(platform, {"sub": "6", ROLES: [COURSE + "Instructor"]})
    assert first.visit().status_code == 200


def test_the_same_sub_on_another_platform_is_somebody_else(app: Any, platform: FakePlatform, other_platform: FakePlatform) -> None:
    first, second = Browser(app), Browser(app)
    first.launch(platform)
    second.launch(other_platform, {ROLES: [COURSE + "Instructor"]})
    assert first.visit().status_code == 200


@pytest.mark.parametrize("deployment", [None, "1"])
def test_a_session_dies_when_its_platform_or_place_is_suspended(
    deployment: str | None, either_tool: Installation, either_platform: FakePlatform, either_browser: Browser
) -> None:
    either_browser.launch(either_platform)
    who = {"issuer": either_platform.url, "client_id": either_platform.client_id, "deployment_id": deployment}
    with either_tool.database.write() as session:
        registrations.set_status(session, **who, status="suspended")
    assert either_browser.visit().json["code"] == "session-over"
    with either_tool.database.write() as session:
        registrations.set_status(session, **who, status="active")
    assert either_browser.visit().status_code == 200


LIVES = [(timedelta(hours=1, minutes=59), 200), (timedelta(hours=2, minutes=1), 403)]


@pytest.mark.parametrize(("idle", "status"), LIVES)
def test_an_idle_session_ends_after_two_hours(idle: timedelta, status: int, either_browser: Browser, either_platform: FakePlatform) -> None:
    either_browser.launch(either_platform)
    with clock.held(clock.now() + idle):
        assert either_browser.visit().status_code == status


def test_a_used_session_lives_on_but_not_for_ever(either_browser: Browser, either_platform: FakePlatform) -> None:
    start = clock.now()
    either_browser.launch(either_platform)
    statuses = []
    for hour in range(1, 14):
        with clock.held(start + timedelta(hours=hour)):
            statuses.append(either_browser.visit().status_code)
    assert statuses == [200] * 12 + [403]


def test_a_planted_session_is_thrown_away(app: Any, platform: FakePlatform) -> None:  # L19
    attacker, victim = Browser(app), Browser(app)
    attacker.launch(platform, {"sub": "attacker"})
    planted = attacker.client.get_cookie("session")
    assert planted is not None
    victim.client.set_cookie("session", planted.value)
    victim.launch(platform, {"sub": "victim"})
    assert victim.visit().json["sub"] == "victim"
    assert attacker.visit().json["sub"] == "attacker"
    assert victim.visit().json["id"] != attacker.visit().json["id"]


def test_what_the_session_held_before_is_gone(app: Any, platform: FakePlatform) -> None:
    browser = Browser(app)
    with browser.client.session_transaction(base_url=BASE) as session:
        session["visit"] = session["planted"] = "x" * 32
    browser.launch(platform)
    with browser.client.session_transaction(base_url=BASE) as session:
        assert set(session) == {"visit"}


UNKNOWN = ["", "x", "0" * 32, "0" * 31 + "\0", "G" * 32, "0" * 5000, "\ud800" * 32]


@pytest.mark.parametrize("visit_id", UNKNOWN, ids=range(len(UNKNOWN)))
def test_an_unknown_visit_is_over(visit_id: str, either_tool: Installation) -> None:
    with either_tool.database.read() as session, pytest.raises(Problem, match="session-over"):
        find_visit(session, visit_id)


# Tickets


@pytest.fixture
def visit(either_tool: Installation, either_browser: Browser, either_platform: FakePlatform) -> Visit:
    either_browser.launch(either_platform, {CLAIM + "launch_presentation": {"document_target": "iframe"}})
    with either_tool.database.read() as session:
        return find_visit(session, session.scalars(sa.select(VisitRecord.id)).one())


def ticket_for(tool: Installation, visit: Visit) -> str:
    with tool.database.write() as session:
        return make_ticket(session, visit)


def test_a_ticket_opens_a_session_of_its_own(either_tool: Installation, visit: Visit) -> None:
    with either_tool.database.write() as session:
        second = redeem_ticket(session, make_ticket(session, visit))
    assert (visit.in_frame, second.in_frame) == (True, False)
    assert second.id != visit.id
    assert (second.visitor, second.roles, second.tenant_id) == (visit.visitor, visit.roles, visit.tenant_id)
    with either_tool.database.read() as session:
        assert find_visit(session, visit.id) == visit
        assert find_visit(session, second.id) == second
        ends = session.scalars(sa.select(VisitRecord.expires_at)).all()
        assert ends[0] == ends[1]


def test_a_ticket_is_good_for_one_use(either_tool: Installation, visit: Visit) -> None:
    ticket = ticket_for(either_tool, visit)

    def redeem(_: int) -> str:
        try:
            with either_tool.database.write() as session:
                return redeem_ticket(session, ticket).id
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(redeem, range(8)))
    assert outcomes.count("ticket-used") == 7


def test_a_ticket_is_good_for_a_minute(either_tool: Installation, visit: Visit) -> None:
    ticket = ticket_for(either_tool, visit)
    with (
        clock.held(clock.now() + timedelta(seconds=61)),
        either_tool.database.write() as session,
        pytest.raises(Problem, match="ticket-used"),
    ):
        redeem_ticket(session, ticket)


def test_only_the_digest_of_a_ticket_is_kept(either_tool: Installation, visit: Visit) -> None:
    ticket = ticket_for(either_tool, visit)
    assert len(ticket) >= 40
    with either_tool.database.read() as session:
        assert session.scalars(sa.select(Ticket.digest)).all() == [hashlib.sha256(ticket.encode()).hexdigest()]


@pytest.mark.parametrize("ticket", ["", "x", "\0", "\ud800", "x" * 10_000], ids=range(5))
def test_a_ticket_that_was_never_given(ticket: str, either_tool: Installation) -> None:
    with either_tool.database.write() as session, pytest.raises(Problem, match="ticket-used"):
        redeem_ticket(session, ticket)


def test_a_ticket_dies_with_its_session(either_tool: Installation, either_app: Any, either_platform: FakePlatform, visit: Visit) -> None:
    ticket = ticket_for(either_tool, visit)
    Browser(either_app).launch(either_platform, {ROLES: [COURSE + "Instructor"]})
    with either_tool.database.write() as session, pytest.raises(Problem, match="session-over"):
        redeem_ticket(session, ticket)


def test_a_handed_over_session_dies_with_the_rights_too(
    either_tool: Installation, either_app: Any, either_platform: FakePlatform, visit: Visit
) -> None:
    with either_tool.database.write() as session:
        second = redeem_ticket(session, make_ticket(session, visit))
    Browser(either_app).launch(either_platform, {ROLES: [COURSE + "Instructor"]})
    with either_tool.database.read() as session, pytest.raises(Problem, match="session-over"):
        find_visit(session, second.id)
    assert second.roles == {Role.TEACHER}
