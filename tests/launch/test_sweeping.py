"""What ended long ago is forgotten; what lives, or ended just now, is not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from fake_platform import Browser, FakePlatform

from lti_tool import clock
from lti_tool.administration import retention
from lti_tool.administration.records import OperatorLink, OperatorSession
from lti_tool.database import Base
from lti_tool.installation import Installation
from lti_tool.launch.handover import hand_over
from lti_tool.launch.records import AccessToken, Invitation, LoginHandover, PersonRecord, Reviewer, Ticket, VisitRecord
from lti_tool.launch.sweeping import sweep
from lti_tool.launch.visits import find_visit, make_ticket

Row = Callable[[datetime], Base]


def visit_row(expires_at: datetime) -> VisitRecord:
    return VisitRecord(id="a" * 32, person_id=1, deployment_id=1, content={}, created_at=expires_at, seen_at=expires_at, expires_at=expires_at)


def invitation(expires_at: datetime, registration_id: int | None = None) -> Invitation:
    return Invitation(digest="d" * 64, created_by="operator", created_at=expires_at, expires_at=expires_at, registration_id=registration_id)


ROWS: dict[str, tuple[Row, timedelta]] = {
    "login_handover": (lambda at: LoginHandover(digest="d" * 64, parameters={"login_hint": "5"}, expires_at=at), timedelta()),
    "visit": (visit_row, timedelta(days=1)),
    "access_token": (lambda at: AccessToken(registration_id=1, scopes="s", value="secret", expires_at=at), timedelta()),
    "invitation": (invitation, timedelta(days=30)),
    "operator_link": (lambda at: OperatorLink(digest="d" * 64, created_at=at, expires_at=at), timedelta(days=1)),
    "operator_session": (lambda at: OperatorSession(id="a" * 32, created_at=at, seen_at=at, expires_at=at), timedelta(days=1)),
}


@pytest.mark.parametrize("late", [timedelta(minutes=-1), timedelta(minutes=1)], ids=["still kept", "gone"])
@pytest.mark.parametrize("name", ROWS)
def test_rows_go_when_they_ended_long_enough_ago(name: str, late: timedelta, either_tool: Installation, either_platform: FakePlatform) -> None:
    row, kept = ROWS[name]
    now = clock.now()
    with either_tool.database.write() as session:
        session.add(PersonRecord(id=1, registration_id=1, sub="5"))
        session.flush()
        made = row(now - kept - late)
        session.add(made)
        record = type(made)
    with clock.held(now):
        retention.run(either_tool)
    with either_tool.database.read() as session:
        assert len(session.scalars(sa.select(record)).all()) == (1 if late < timedelta() else 0)


def test_a_used_invitation_stays(tool: Installation, platform: FakePlatform) -> None:
    with tool.database.write() as session:
        session.add(invitation(clock.now() - timedelta(days=400), registration_id=1))
        session.flush()
        assert sweep(session, clock.now())["invitation"] == 0


def test_a_session_that_lives_is_not_swept(either_tool: Installation, either_browser: Browser, either_platform: FakePlatform) -> None:
    either_browser.launch(either_platform)
    with either_tool.database.write() as session:
        visit_id = session.scalars(sa.select(VisitRecord.id)).one()
        ticket = make_ticket(session, find_visit(session, visit_id))
    retention.run(either_tool)
    assert either_browser.visit().status_code == 200
    with either_tool.database.read() as session:
        assert len(session.scalars(sa.select(Ticket)).all()) == 1
    assert ticket


def test_an_old_session_goes_with_its_tickets(either_tool: Installation, either_browser: Browser, either_platform: FakePlatform) -> None:
    either_browser.launch(either_platform)
    with either_tool.database.write() as session:
        visit = find_visit(session, session.scalars(sa.select(VisitRecord.id)).one())
        make_ticket(session, visit)
    with clock.held(clock.now() + timedelta(days=2)):
        retention.run(either_tool)
        assert either_browser.visit().json["code"] == "session-over"
    with either_tool.database.read() as session:
        assert session.scalars(sa.select(Ticket)).all() == []
        assert session.scalars(sa.select(VisitRecord)).all() == []


def test_hints_that_nobody_took_over_go(tool: Installation) -> None:
    with tool.database.write() as session:
        hand_over(session, {"login_hint": "5"})
    with clock.held(clock.now() + timedelta(minutes=11)):
        retention.run(tool)
    with tool.database.read() as session:
        assert session.scalars(sa.select(LoginHandover)).all() == []


# Names


def name_of(tool: Installation) -> tuple[str, str]:
    with tool.database.read() as session:
        person = session.scalars(sa.select(PersonRecord)).one()
        return person.full_name, person.email


def test_names_go_when_nothing_needs_them_and_come_back(either_tool: Installation, either_browser: Browser, either_platform: FakePlatform) -> None:
    either_browser.launch(either_platform)
    assert retention.run(either_tool).people == 0
    assert name_of(either_tool) == ("Þóra Guðmundsdóttir", "thora@moodle.test")
    with clock.held(clock.now() + timedelta(days=2)):
        assert retention.run(either_tool).people == 1
        assert retention.run(either_tool).people == 0
    assert name_of(either_tool) == ("", "")
    either_browser.launch(either_platform)
    assert name_of(either_tool) == ("Þóra Guðmundsdóttir", "thora@moodle.test")


@pytest.mark.parametrize(("state", "kept"), [("asked", True), ("listed", True), ("removed", False)])
def test_names_of_reviewers_are_needed(state: str, kept: bool, tool: Installation, browser: Browser, platform: FakePlatform) -> None:
    browser.launch(platform)
    with tool.database.write() as session:
        session.add(Reviewer(deployment_id=1, person_id=1, state=state, changed_by="operator", changed_at=clock.now()))
    with clock.held(clock.now() + timedelta(days=2)):
        retention.run(tool)
    assert (name_of(tool)[0] != "") is kept
