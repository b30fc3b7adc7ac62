"""The roster: what is read of it, and where it ends (threat L22)."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import FakePlatform

from lti_tool.installation import Installation
from lti_tool.launch import registrations
from lti_tool.launch.records import Registration
from lti_tool.launch.roster import Member, read_roster, sized
from lti_tool.problem import Problem

ROSTER = "/mod/lti/services.php/CourseSection/2/bindings/1/memberships"
MOODLE = Path(__file__).parent / "moodle"


def registration_id(tool: Installation, platform: FakePlatform) -> int:
    with tool.database.read() as session:
        return session.scalars(sa.select(Registration.id).filter_by(issuer=platform.url, client_id=platform.client_id)).one()


def hangs(handler: BaseHTTPRequestHandler) -> None:
    time.sleep(2)
    handler.close_connection = True


def test_a_suspended_platform_is_not_asked(tool: Installation, platform: FakePlatform) -> None:
    with tool.database.write() as session:
        registrations.set_status(session, issuer=platform.url, client_id=platform.client_id, status="suspended")
    with pytest.raises(Problem, match="service-refused"):
        read_roster(tool, registration_id(tool, platform), platform.url + ROSTER)
    assert platform.seen == []


def roster(tool: Installation, platform: FakePlatform, path: str = ROSTER) -> tuple[Member, ...]:
    return read_roster(tool, registration_id(tool, platform), platform.url + path).members


def test_a_real_moodle_roster(tool: Installation, platform: FakePlatform) -> None:
    platform.answers = {ROSTER: (200, {}, (MOODLE / "nrps_members.json").read_bytes())}
    found = roster(tool, platform)
    assert [member.user_id for member in found] == ["5", "6", "3", "8", "4", "7", "9"]
    assert found[2] == Member("3", ("Instructor",), "Active", "", "", "", "")
    assert platform.seen[-1].headers["Accept"] == "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"


def page(number: int, people: int = 1) -> dict[str, Any]:
    return {"members": [{"user_id": f"{number}-{person}", "roles": ["Learner"]} for person in range(people)]}


def test_pages_are_followed_with_moodles_quotes(tool: Installation, platform: FakePlatform) -> None:
    link = f"<{platform.url}{ROSTER}?limit=2&amp;from=Two>; rel=“next”".encode().decode("latin-1")
    platform.answers = {ROSTER: (200, {"Link": link}, page(1)), ROSTER + "?limit=2&from=Two": (200, {}, page(2))}
    assert [member.user_id for member in roster(tool, platform)] == ["1-0", "2-0"]
    assert platform.seen[-1].path == ROSTER + "?limit=2&from=Two"
    assert platform.count("/token") == 1


def test_a_roster_that_goes_round_in_circles_ends(tool: Installation, platform: FakePlatform) -> None:
    link = f'<{platform.url}{ROSTER}>; rel="next"'
    platform.answers = {ROSTER: (200, {"Link": link}, page(1))}
    assert len(roster(tool, platform)) == 1
    assert platform.count(ROSTER) == 1


def test_a_roster_without_end_is_cut_off(tool: Installation, platform: FakePlatform) -> None:
    def another(handler: BaseHTTPRequestHandler) -> None:
        number = len(platform.seen)
        body = json.dumps(page(number)).encode()
        handler.send_response(200)
        handler.send_header("Link", f'<{platform.url}{ROSTER}?page={number}>; rel="next"')
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    platform.answers = {ROSTER: another}
    assert len(roster(tool, platform)) == 100
    assert platform.count(ROSTER) == 100


def test_a_roster_of_too_many_people_is_cut_off(tool: Installation, platform: FakePlatform) -> None:
    platform.answers = {ROSTER: (200, {"Link": f'<{platform.url}/more>; rel="next"'}, page(1, 20_001)), "/more": (200, {}, page(2))}
    assert len(roster(tool, platform)) == 20_000
    assert platform.count("/more") == 0


def test_what_was_cut_off_says_so(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"Link": f'<{platform.url}/more>; rel="next"'}
    whole = {ROSTER: (200, more, page(1, 3)), "/more": (200, {}, page(2, 3))}
    cases: list[tuple[dict[str, Any], dict[str, float], int, bool]] = [
        (whole, {}, 6, True),
        ({ROSTER: (200, {}, page(1, 3))}, {"MOST_MEMBERS": 3}, 3, True),
        (whole, {"MOST_MEMBERS": 3}, 3, False),
        (whole, {"MOST_MEMBERS": 4}, 4, False),
        (whole, {"MOST_PAGES": 1}, 3, False),
        (whole, {"LONGEST_SECONDS": -1.0}, 3, False),
        ({ROSTER: (200, {"Link": f'<{platform.url}{ROSTER}>; rel="next"'}, page(1, 3))}, {}, 3, False),
    ]
    for answers, limits, people, complete in cases:
        platform.answers = answers
        with monkeypatch.context() as limited:
            for name, value in limits.items():
                limited.setattr(f"lti_tool.launch.roster.{name}", value)
            found = read_roster(tool, registration_id(tool, platform), platform.url + ROSTER)
        assert (len(found.members), found.complete) == (people, complete), limits


def test_moodle_is_asked_for_pages(tool: Installation, platform: FakePlatform) -> None:
    with tool.database.write() as session:
        registrations.add(session, **platform.registration(family="moodle"))
    platform.answers = {ROSTER: (200, {}, page(1))}
    roster(tool, platform)
    assert platform.seen[-1].path == ROSTER + "?limit=500"


SIZED = {
    ("https://lms.example/members", 0): "https://lms.example/members",
    ("https://lms.example/members", 100): "https://lms.example/members?limit=100",
    ("https://lms.example/members?a=%2Fb&c", 100): "https://lms.example/members?a=%2Fb&c&limit=100",
    ("https://lms.example/members?limit=7", 100): "https://lms.example/members?limit=7",
    ("https://lms.example/members?limit=", 100): "https://lms.example/members?limit=",
}


@pytest.mark.parametrize(("given", "asked"), SIZED.items())
def test_the_size_of_pages(given: tuple[str, int], asked: str) -> None:
    assert sized(*given) == asked


def test_a_next_page_on_another_host_is_not_asked_for(tool: Installation, platform: FakePlatform, other_platform: FakePlatform) -> None:
    platform.answers = {ROSTER: (200, {"Link": f'<{other_platform.url}{ROSTER}>; rel="next"'}, page(1))}
    with pytest.raises(Problem, match="roster-wrong"):
        roster(tool, platform)
    assert other_platform.seen == []


ROSTERS: dict[str, tuple[Any, str]] = {
    "forbidden": ((403, {}, {}), "service-refused"),
    "not JSON": ((200, {}, b"<html>"), "roster-wrong"),
    "no members": ((200, {}, {}), "roster-wrong"),
    "members an object": ((200, {}, {"members": {}}), "roster-wrong"),
    "nested too deeply": ((200, {}, b"[" * 100_000), "roster-wrong"),
    "silent": (hangs, "service-unreachable"),
}


@pytest.mark.parametrize(("answer", "code"), ROSTERS.values(), ids=ROSTERS)
def test_a_faulty_roster(answer: Any, code: str, tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lti_tool.launch.outgoing.SILENCE_SECONDS", 0.3)
    platform.answers = {ROSTER: answer}
    with pytest.raises(Problem, match=code):
        roster(tool, platform)


def test_odd_people_are_left_out_or_cleaned(tool: Installation, platform: FakePlatform) -> None:
    people = [
        None,
        "x",
        {},
        {"user_id": 5},
        {"user_id": ""},
        {"user_id": "x" * 256},
        {"user_id": "5", "roles": "Learner", "name": "<b>Þóra</b>\0", "given_name": None},
    ]
    platform.answers = {ROSTER: (200, {}, {"members": people})}
    assert roster(tool, platform) == (Member("5", (), "Active", "", "", "Þóra", ""),)
