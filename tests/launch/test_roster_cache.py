"""Rosters that are remembered, and names found in them for launches that bring none (threat L22)."""

from __future__ import annotations

import dataclasses
import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import FakePlatform

from lti_tool import clock
from lti_tool.evidence.intake import application_for
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.installation import Installation
from lti_tool.launch import naming, registrations, rosters
from lti_tool.launch.arrival import Arrival
from lti_tool.launch.naming import named
from lti_tool.launch.records import PersonRecord
from lti_tool.launch.rosters import Shelf, roster
from lti_tool.launch.visit import Activity, Role, Visit
from lti_tool.launch.visits import find_visit, open_visit
from lti_tool.problem import Problem

ROSTER = "/members"
PEOPLE = [
    {"user_id": "5", "roles": ["Learner"], "given_name": "Þóra", "family_name": "Guðmundsdóttir", "name": "Þóra Guðmundsdóttir"},
    {"user_id": "6", "roles": ["Instructor"], "name": "Mallory"},
    {"user_id": "7", "roles": ["Learner"]},
]


def arrive(tool: Installation, platform: FakePlatform, **more: Any) -> Visit:
    told: dict[str, Any] = {
        **dict.fromkeys(("given_name", "family_name", "full_name", "email"), ""),
        "sub": "5",
        "roles": frozenset({Role.TEACHER}),
        "activity": Activity.APPLY,
        "scheme_id": "digital-competence",
        "locale": "en",
        "context_id": "2",
        "context_title": "A course",
        "resource_link_id": "1",
        "line_item": None,
        "return_url": None,
        "platform_origin": platform.url,
        "in_frame": True,
        "members_url": platform.url + ROSTER,
    }
    with tool.database.write() as session:
        registration = registrations.find(session, platform.url, platform.client_id)
        deployment = registrations.find_deployment(session, registration, platform.deployment_id)
        return open_visit(session, registration, deployment, Arrival(**told | more), hours=12)


def serves(platform: FakePlatform, people: list[dict[str, Any]] = PEOPLE) -> None:
    platform.answers = {ROSTER: (200, {}, {"members": people})}


def test_a_roster_is_read_once_in_ten_minutes(tool: Installation, platform: FakePlatform) -> None:
    serves(platform)
    visit, now = arrive(tool, platform), clock.now()
    for minutes, asked in ((0, 1), (9.9, 1), (10.1, 2)):
        with clock.held(now + timedelta(minutes=minutes)):
            assert [member.user_id for member in roster(tool, visit).members] == ["5", "6", "7"]
        assert platform.count(ROSTER) == asked
    roster(tool, visit, refresh=True)
    assert platform.count(ROSTER) == 3


def test_a_crowd_that_asks_at_once_is_one_question(either_tool: Installation, either_platform: FakePlatform) -> None:
    def slow(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(0.3)
        body = json.dumps({"members": PEOPLE}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    either_platform.answers = {ROSTER: slow}
    visit = arrive(either_tool, either_platform)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _: roster(either_tool, visit), range(16)))
    assert all(one is found[0] for one in found)
    assert either_platform.count(ROSTER) == 1


def test_each_course_and_platform_has_its_own(tool: Installation, platform: FakePlatform, other_platform: FakePlatform) -> None:
    serves(platform)
    serves(other_platform, [{"user_id": "elsewhere"}])
    platform.answers["/other-course"] = (200, {}, {"members": [{"user_id": "other"}]})
    visits = [arrive(tool, platform), arrive(tool, other_platform), arrive(tool, platform, members_url=platform.url + "/other-course")]
    assert [[member.user_id for member in roster(tool, visit).members] for visit in visits] == [["5", "6", "7"], ["elsewhere"], ["other"]]


def test_what_is_remembered_is_bounded(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf()
    monkeypatch.setattr(rosters, "MOST_ROSTERS", 3)
    monkeypatch.setattr(rosters, "MOST_PEOPLE", 7)
    serves(platform)
    registration_id = arrive(tool, platform).visitor.registration_id
    keys = [(registration_id, f"{platform.url}{ROSTER}?course={number}") for number in range(4)]
    for key in keys:
        shelf.get(tool, key, refresh=False, patience=10)
    # Two rosters of three people are six; a third would be nine.
    assert [shelf.kept(key) is not None for key in keys] == [False, False, True, True]
    monkeypatch.setattr(rosters, "MOST_PEOPLE", 1000)
    for key in keys:
        shelf.get(tool, key, refresh=True, patience=10)
    assert [shelf.kept(key) is not None for key in keys] == [False, True, True, True]
    monkeypatch.setattr(rosters, "MOST_PEOPLE", 2)
    shelf.get(tool, keys[0], refresh=False, patience=10)
    assert [shelf.kept(key) is not None for key in keys] == [True, False, False, False]


def test_nothing_of_a_roster_is_written_down(tool: Installation, platform: FakePlatform) -> None:
    serves(platform)
    roster(tool, arrive(tool, platform))
    written = b"".join(file.read_bytes() for file in Path(tool.settings.home).rglob("*") if file.is_file())
    assert b"SQLite format 3" in written
    assert b"Mallory" not in written


def test_trouble_is_not_asked_for_again_at_once(tool: Installation, platform: FakePlatform) -> None:
    platform.answers = {ROSTER: (403, {}, {})}
    visit, now = arrive(tool, platform), clock.now()
    for seconds, refresh, asked in ((0, False, 1), (29, False, 1), (29, True, 2), (60, False, 3)):
        with clock.held(now + timedelta(seconds=seconds)), pytest.raises(Problem, match="service-refused") as refused:
            roster(tool, visit, refresh=refresh)
        assert refused.value.details == {"status": 403}
        assert platform.count(ROSTER) == asked
    serves(platform)
    assert len(roster(tool, visit, refresh=True).members) == 3


def test_without_an_address_nobody_is_asked(tool: Installation, platform: FakePlatform) -> None:
    with pytest.raises(Problem, match="roster-not-offered"):
        roster(tool, arrive(tool, platform, members_url=None))
    assert platform.seen == []


def test_only_so_many_are_read_at_once(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rosters, "MOST_READING", 1)
    go = threading.Event()

    def waits(handler: BaseHTTPRequestHandler) -> None:
        go.wait(5)
        handler.close_connection = True

    platform.answers = {ROSTER: waits}
    visit = arrive(tool, platform)
    with pytest.raises(Problem, match="service-unreachable"):
        roster(tool, visit, patience=0.1)
    with pytest.raises(Problem, match="too many"):
        roster(tool, arrive(tool, platform, members_url=platform.url + "/other"), patience=0.1)
    go.set()


# Names


@dataclasses.dataclass(frozen=True)
class Named:
    name: str
    arrives: dict[str, Any]
    found: tuple[str, str, str]
    asked: int


NAMES = [
    Named("privacy is on: the roster names them", {}, ("Þóra", "Guðmundsdóttir", "Þóra Guðmundsdóttir"), 1),
    Named("only a whole name", {"sub": "6"}, ("", "", "Mallory"), 1),
    Named("the roster has no name either", {"sub": "7"}, ("", "", ""), 1),
    Named("not in the roster", {"sub": "8"}, ("", "", ""), 1),
    Named("almost the same person", {"sub": "05"}, ("", "", ""), 1),
    Named("no roster", {"members_url": None}, ("", "", ""), 0),
    Named("the launch told a name", {"full_name": "Thora G."}, ("", "", "Thora G."), 0),
    Named("the launch told half a name", {"given_name": "Thora"}, ("Thora", "", ""), 0),
]


@pytest.mark.parametrize("row", NAMES, ids=lambda row: row.name)
def test_a_name_comes_from_the_roster_when_the_launch_has_none(row: Named, either_tool: Installation, either_platform: FakePlatform) -> None:
    serves(either_platform)
    visit = named(either_tool, arrive(either_tool, either_platform, **row.arrives))
    with either_tool.database.read() as session:
        later = find_visit(session, visit.id)
        person = session.get_one(PersonRecord, visit.visitor.id)
        session.expunge(person)
    for seen in (visit.visitor, later.visitor, person):
        assert (seen.given_name, seen.family_name, seen.full_name) == row.found
    assert either_platform.count(ROSTER) == row.asked


def test_the_name_reaches_a_draft_and_not_what_was_submitted(tool: Installation, platform: FakePlatform) -> None:
    serves(platform)
    visit = arrive(tool, platform)
    draft = application_for(tool, visit)
    visit = named(tool, visit)
    assert application_for(tool, visit) == draft
    with tool.database.write() as session:
        record = session.get_one(ApplicationRecord, draft)
        assert (record.given_name, record.family_name) == ("Þóra", "Guðmundsdóttir")
        record.state, record.given_name = "submitted", "Thora"
    serves(platform, [{"user_id": "5", "name": "Somebody Else"}])
    again = arrive(tool, platform)
    with clock.held(clock.now() + timedelta(minutes=11)):
        again = named(tool, again)
    assert again.visitor.full_name == "Somebody Else"
    assert application_for(tool, again) == draft
    with tool.database.read() as session:
        assert session.get_one(ApplicationRecord, draft).given_name == "Thora"


TROUBLES: dict[str, Any] = {
    "forbidden": (403, {}, {}),
    "broken": (500, {}, b"<html>"),
    "not JSON": (200, {}, b"<html>"),
    "nested too deeply": (200, {}, b"[" * 100_000),
    "no list": (200, {}, {"members": "Þóra"}),
    "gone": (404, {}, {}),
}


@pytest.mark.parametrize("answer", TROUBLES.values(), ids=TROUBLES)
def test_a_page_never_fails_for_want_of_a_name(answer: Any, tool: Installation, platform: FakePlatform) -> None:
    platform.answers = {ROSTER: answer}
    visit = arrive(tool, platform)
    now = clock.now()
    for minutes in range(3):
        with clock.held(now + timedelta(minutes=minutes)):
            assert named(tool, visit) == visit
    assert platform.count(ROSTER) == 1


def test_a_slow_platform_costs_a_page_three_seconds_once(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    assert naming.PATIENCE == 3
    monkeypatch.setattr(naming, "PATIENCE", 0.2)
    go = threading.Event()

    def slow(handler: BaseHTTPRequestHandler) -> None:
        go.wait(5)
        body = json.dumps({"members": PEOPLE}).encode()
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    platform.answers = {ROSTER: slow}
    visit = arrive(tool, platform)
    begun = time.monotonic()
    assert [named(tool, visit) for _ in range(5)] == [visit] * 5
    assert time.monotonic() - begun < 2
    go.set()
    # What was asked for comes in the end, and the next page has it.
    until = time.monotonic() + 10
    while named(tool, visit) == visit and time.monotonic() < until:
        time.sleep(0.05)
    assert named(tool, visit).visitor.full_name == "Þóra Guðmundsdóttir"
    assert platform.count(ROSTER) == 1


def test_a_name_gives_no_rights(tool: Installation, platform: FakePlatform) -> None:
    """The roster calls person 6 an instructor; the launch did not."""
    serves(platform)
    before = arrive(tool, platform, sub="6")
    after = named(tool, before)
    assert dataclasses.replace(after, visitor=before.visitor) == before
    with tool.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PersonRecord)) == 1
