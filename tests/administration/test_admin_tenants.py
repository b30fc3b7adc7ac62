"""What administrators change: who comes in, a tenant's settings, who reviews there (threats L16, L17, L18)."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection

import pytest
import sqlalchemy as sa
from record_parts import Tenant, person, tenant
from sqlalchemy.orm import Session

from lti_tool import presence
from lti_tool.administration.overview import needs
from lti_tool.administration.scope import EVERYTHING, Scope, scope_of
from lti_tool.history import Event, first_break
from lti_tool.installation import Installation
from lti_tool.launch import registrations, reviewers, tenants
from lti_tool.launch.records import Deployment, Registration, Reviewer
from lti_tool.launch.visit import Role, Visit
from lti_tool.problem import Problem
from lti_tool.settings import Settings

GOOD = {"name": "", "branding": "", "default_scheme": "digital-competence", "time_zone": "", "retention_days": "", "reviewers": "listed"}
LINE = "tenant-line-wrong"
ZONE = "tenant-zone-unknown"
DAYS = "tenant-retention-wrong"
WRONG = [
    ("name", "x" * 201, LINE),
    ("name", "two\nlines", LINE),
    ("name", "nul\0", LINE),
    ("name", "a\u2028b", LINE),
    ("branding", "x" * 201, LINE),
    ("branding", "tab\there", LINE),
    ("branding", "\x1b[31m", LINE),
    ("branding", "\udc80", LINE),
    ("default_scheme", "", "tenant-scheme-unknown"),
    ("default_scheme", "../../etc/passwd", "tenant-scheme-unknown"),
    ("default_scheme", "Digital-competence", "tenant-scheme-unknown"),
    ("time_zone", "Mars/Olympus", ZONE),
    ("time_zone", "../../etc/passwd", ZONE),
    ("time_zone", "/etc/localtime", ZONE),
    ("time_zone", "CET", ZONE),
    ("time_zone", "europe/brussels", ZONE),
    ("time_zone", "Etc/GMT+5", ZONE),
    ("retention_days", "0", DAYS),
    ("retention_days", "3651", DAYS),
    ("retention_days", "-4", DAYS),
    ("retention_days", "30.5", DAYS),
    ("retention_days", "1e3", DAYS),
    ("retention_days", "٣٠", DAYS),
    ("retention_days", "9" * 5000, DAYS),
    ("retention_days", "thirty", DAYS),
    ("reviewers", "", "tenant-choice-wrong"),
    ("reviewers", "everybody", "tenant-choice-wrong"),
]
FINE = [
    ("name", "Þjóðskóli", "Þjóðskóli"),
    ("branding", "  Teacher academy of Example Town ", "Teacher academy of Example Town"),
    ("branding", "أكاديمية المعلمين", "أكاديمية المعلمين"),
    ("time_zone", "Atlantic/Reykjavik", "Atlantic/Reykjavik"),
    ("time_zone", "UTC", "UTC"),
    ("retention_days", " 30 ", 30),
    ("retention_days", "3650", 3650),
    ("retention_days", "", None),
    ("reviewers", "course", "course"),
]


def held(installation: Installation, where: Tenant) -> Deployment:
    with installation.database.read() as session:
        found = session.get_one(Deployment, where.id)
        session.expunge_all()
        return found


def events(installation: Installation, kind: str) -> list[Event]:
    with installation.database.read() as session:
        assert first_break(session) is None
        found = list(session.scalars(sa.select(Event).filter_by(kind=kind).order_by(Event.id)))
        session.expunge_all()
        return found


@pytest.mark.parametrize(("setting", "typed", "code"), WRONG)
def test_a_setting_that_is_wrong_is_named_and_nothing_changes(sqlite_installation: Installation, setting: str, typed: str, code: str) -> None:
    where = tenant(sqlite_installation)
    values = {**GOOD, "name": "A school", setting: typed}
    assert {name: problem.code for name, problem in tenants.faults(values).items()} == {setting: code}
    with pytest.raises(Problem, match=code), sqlite_installation.database.write() as session:
        tenants.change(session, session.get_one(Deployment, where.id), values, "operator")
    assert held(sqlite_installation, where).name == ""
    assert events(sqlite_installation, "tenant-changed") == []


@pytest.mark.parametrize(("setting", "typed", "stored"), FINE)
def test_a_setting_that_is_right_is_stored(installation: Installation, setting: str, typed: str, stored: object) -> None:
    where = tenant(installation)
    with installation.database.write() as session:
        tenants.change(session, session.get_one(Deployment, where.id), {**GOOD, setting: typed}, "7")
    assert getattr(held(installation, where), setting) == stored


def test_the_history_tells_what_changed_and_by_whom_without_a_name(installation: Installation) -> None:
    where = tenant(installation)
    values = {**GOOD, "branding": "Academy of Þóra", "time_zone": "Europe/Brussels", "reviewers": "course"}
    for _ in range(2):
        with installation.database.write() as session:
            tenants.change(session, session.get_one(Deployment, where.id), values, "7")
    (event,) = events(installation, "tenant-changed")
    assert (event.subject, event.actor) == (f"deployment:{where.id}", "7")
    assert event.content["changed"] == ["branding", "reviewers", "time_zone"]
    assert "Þóra" not in str(event.content)


@pytest.mark.parametrize("status", ["pending", "", "ACTIVE", "deleted"])
@pytest.mark.parametrize("change", [tenants.set_platform, tenants.set_tenant])
def test_nobody_gives_another_status(sqlite_installation: Installation, change: Callable[[Session, int, str, str], None], status: str) -> None:
    where = tenant(sqlite_installation)
    with pytest.raises(Problem, match="registration-unknown"), sqlite_installation.database.write() as session:
        change(session, where.id, status, "operator")
    assert held(sqlite_installation, where).status == "active"


def test_approving_a_platform_lets_in_what_registered_with_it(installation: Installation) -> None:
    where = tenant(installation)
    with installation.database.write() as session:
        session.get_one(Registration, where.registration_id).status = "pending"
        session.get_one(Deployment, where.id).status = "pending"
    with installation.database.write() as session:
        tenants.set_platform(session, where.registration_id, "active", "operator")
    assert held(installation, where).status == "active"


def test_resuming_a_platform_leaves_its_suspended_tenant_out(installation: Installation) -> None:
    where = tenant(installation)
    with installation.database.write() as session:
        tenants.set_tenant(session, where.id, "suspended", "operator")
        tenants.set_platform(session, where.registration_id, "suspended", "operator")
        tenants.set_platform(session, where.registration_id, "active", "operator")
    assert held(installation, where).status == "suspended"


STAFF = Role.STAFF


def asks(installation: Installation, visit: Visit) -> str:
    with installation.database.write() as session:
        return reviewers.ask(session, visit)


def decides(installation: Installation, where: Tenant, visit: Visit, state: str) -> None:
    with installation.database.write() as session:
        reviewers.decide(session, where.id, visit.visitor.id, state, "9")


def stands(installation: Installation, where: Tenant, visit: Visit) -> tuple[str, bool]:
    with installation.database.read() as session:
        found = session.get_one(Deployment, where.id)
        return reviewers.standing(session, where.id, visit.visitor.id), reviewers.is_reviewer(session, found, visit.visitor.id)


# What happens, one after another, and how the person stands in the end.
PATHS = {
    "nothing": ([], ("", False)),
    "asked": (["ask"], ("asked", False)),
    "asked twice": (["ask", "ask"], ("asked", False)),
    "listed": (["ask", "listed"], ("listed", True)),
    "listed, asks again": (["ask", "listed", "ask"], ("listed", True)),
    "declined": (["ask", "removed"], ("removed", False)),
    "removed": (["ask", "listed", "removed"], ("removed", False)),
    "removed, asks anew": (["ask", "listed", "removed", "ask"], ("asked", False)),
    "removed, listed again": (["ask", "removed", "listed"], ("listed", True)),
}


@pytest.mark.parametrize(("steps", "end"), PATHS.values(), ids=PATHS)
def test_reviewers_are_listed_by_an_administrator_alone(installation: Installation, steps: list[str], end: tuple[str, bool]) -> None:
    where = tenant(installation)
    sam = person(installation, where, role=STAFF)
    for step in steps:
        if step == "ask":
            asks(installation, sam)
        else:
            decides(installation, where, sam, step)
    assert stands(installation, where, sam) == end


@pytest.mark.parametrize("role", [Role.TEACHER, Role.OBSERVER, Role.ADMINISTRATOR])
def test_only_staff_of_the_course_may_ask(sqlite_installation: Installation, role: Role) -> None:
    where = tenant(sqlite_installation)
    somebody = person(sqlite_installation, where, role=role)
    with pytest.raises(Problem, match="not-a-reviewer"):
        asks(sqlite_installation, somebody)
    assert stands(sqlite_installation, where, somebody) == ("", False)


def test_nobody_lists_somebody_who_never_asked_here(installation: Installation) -> None:
    here, there = tenant(installation), tenant(installation)
    sam = person(installation, there, role=STAFF)
    asks(installation, sam)
    for state in ("listed", "removed"):
        with pytest.raises(Problem, match="not-found"):
            decides(installation, here, sam, state)
    assert stands(installation, there, sam) == ("asked", False)


@pytest.mark.parametrize("state", ["asked", "", "LISTED", "owner"])
def test_there_are_two_decisions(sqlite_installation: Installation, state: str) -> None:
    where = tenant(sqlite_installation)
    sam = person(sqlite_installation, where, role=STAFF)
    asks(sqlite_installation, sam)
    with pytest.raises(ValueError, match="nobody decides"):
        decides(sqlite_installation, where, sam, state)


def test_grants_are_in_the_history(installation: Installation) -> None:
    where = tenant(installation)
    sam = person(installation, where, role=STAFF)
    asks(installation, sam)
    decides(installation, where, sam, "listed")
    decides(installation, where, sam, "removed")
    told = [(kind, events(installation, f"reviewer-{kind}")[0].actor) for kind in ("asked", "listed", "removed")]
    assert told == [("asked", str(sam.visitor.id)), ("listed", "9"), ("removed", "9")]


# Who comes, and how far it reaches: None for a refusal.
@pytest.mark.parametrize("role", [Role.TEACHER, Role.STAFF, Role.OBSERVER])
def test_only_administrators_have_a_scope(sqlite_installation: Installation, role: Role) -> None:
    visit = person(sqlite_installation, tenant(sqlite_installation), role=role)
    with pytest.raises(Problem, match="admin-only"):
        scope_of(visit)


def test_a_scope_reaches_one_tenant(installation: Installation) -> None:
    here, there = tenant(installation), tenant(installation)
    mine = scope_of(person(installation, here, role=Role.ADMINISTRATOR))
    with installation.database.read() as session:
        assert mine.deployment(session, here.id).id == here.id
        assert mine.registration(session, here.registration_id).id == here.registration_id
        for outside in (there.id, 4711, 0, -1):
            with pytest.raises(Problem, match="not-found"):
                mine.deployment(session, outside)
        for outside in (there.registration_id, 4711, 0, -1):
            with pytest.raises(Problem, match="not-found"):
                mine.registration(session, outside)
        assert EVERYTHING.deployment(session, there.id).id == there.id


@pytest.mark.parametrize("scope", [Scope("7", 1), Scope("7", None, 1)], ids=["no platform", "no tenant"])
def test_half_a_scope_is_not_everything(scope: Scope) -> None:
    assert not scope.everything


def test_what_needs_somebody_is_within_the_scope(installation: Installation) -> None:
    here, there = tenant(installation), tenant(installation)
    asks(installation, person(installation, here, sub="here", role=STAFF))
    asks(installation, person(installation, there, sub="there", role=STAFF))
    with installation.database.write() as session:
        known = session.get_one(Registration, there.registration_id)
        registrations.find_deployment(session, known, "new")
        session.get_one(Registration, here.registration_id).status = "pending"
    with installation.database.read() as session:
        mine = needs(installation, session, Scope("7", there.id, there.registration_id))
        all_of_it = needs(installation, session, EVERYTHING)
    assert ([one.tenant_id for one in mine.reviewers], mine.platforms, mine.places, mine.ending_keys) == ([there.id], (), (), ())
    assert [one.deployment_id for one in all_of_it.places] == ["new"]
    assert [one.id for one in all_of_it.platforms] == [here.registration_id]
    assert {one.tenant_id for one in all_of_it.reviewers} == {here.id, there.id}


def test_a_tenant_whose_whole_staff_reviews_has_nobody_who_asks(installation: Installation) -> None:
    where = tenant(installation)
    asks(installation, person(installation, where, role=STAFF))
    with installation.database.write() as session:
        session.get_one(Deployment, where.id).reviewers = "course"
        assert session.scalar(sa.select(Reviewer.state)) == "asked"
    with installation.database.read() as session:
        assert list(needs(installation, session, EVERYTHING).reviewers) == []


def _be_there(settings: Settings, said: Connection) -> None:
    present = presence.present(Installation(settings))
    said.send("here")
    said.recv()
    present.leave()
    said.send("gone")
    said.recv()


def test_a_living_worker_is_noticed_and_a_dead_one_missed(installation: Installation) -> None:
    assert not presence.anybody(installation)
    mine, theirs = multiprocessing.get_context("spawn").Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=_be_there, args=(installation.settings, theirs))
    worker.start()
    assert mine.recv() == "here"
    for _ in range(3):
        assert presence.anybody(installation)
    worker.kill()
    worker.join()
    assert not presence.anybody(installation)


def test_a_worker_that_left_is_not_there(installation: Installation) -> None:
    mine, theirs = multiprocessing.get_context("spawn").Pipe()
    worker = multiprocessing.get_context("spawn").Process(target=_be_there, args=(installation.settings, theirs))
    worker.start()
    assert mine.recv() == "here"
    mine.send("leave")
    assert mine.recv() == "gone"
    assert not presence.anybody(installation)
    mine.send("end")
    worker.join()
