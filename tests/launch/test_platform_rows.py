"""Every difference between platforms, one by one: what each value of each row makes the tool do, seen from outside.

`EXPECTED` holds what is seen. Each value is then taken away in turn, and what is seen must change: a row that nothing depends
on, or a value that nobody noticed if it were wrong, fails here.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from importlib import resources
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import sqlalchemy as sa
from fake_platform import CLAIM, Browser, FakePlatform
from record_parts import issued

from lti_tool import clock
from lti_tool.delivery import scores
from lti_tool.delivery.records import ScoreRecord
from lti_tool.installation import Installation
from lti_tool.launch import platforms, registrations
from lti_tool.launch.platforms import Platform, families
from lti_tool.launch.records import Registration
from lti_tool.launch.roster import read_roster
from lti_tool.launch.services import send_score

ITEM = "/lineitems/2/lineitem"
SCORES = ITEM + "/scores"
ROSTER = "/memberships"
ADMINISTRATOR = "http://purl.imsglobal.org/vocab/lis/v2/institution/person#Administrator"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"
TABLE: dict[str, dict[str, Any]] = tomllib.loads(resources.files("lti_tool.launch").joinpath("platforms.toml").read_text(encoding="utf-8"))


class Seen:
    """A registration of one family, and what can be seen of how it is treated."""

    def __init__(self, tool: Installation, browser: Browser, platform: FakePlatform, family: str) -> None:
        self.tool, self.browser, self.platform, self.family = tool, browser, platform, family
        with tool.database.write() as session:
            self.id = session.scalars(sa.select(Registration.id).filter_by(issuer=platform.url)).one()
            session.get_one(Registration, self.id).family = family

    def sent(self, answer: Any = (200, {}, [])) -> str:
        self.platform.answers = {SCORES: answer}
        return send_score(self.tool, self.id, self.platform.url + ITEM, "5", clock.now(), 1.0, 1.0, "").kind

    def token_audience(self) -> Any:
        self.sent()
        (asked,) = (one for one in self.platform.seen if one.path == "/token")
        audience: str = jwt.decode(asked.form["client_assertion"], options={"verify_signature": False})["aud"]
        return audience.replace(self.platform.url, "")

    def roles(self) -> Any:
        assert self.browser.launch(self.platform, {CLAIM + "roles": [ADMINISTRATOR, INSTRUCTOR]}).status_code == 303
        return self.browser.visit().json["roles"]

    def throttles(self) -> Any:
        return [status for status in range(400, 452) if self.sent((status, {}, b"")) == "try-later"]

    def throttled_words(self) -> Any:
        return [words for words in WORDS if self.sent((403, {}, words.encode())) == "try-later"]

    def repeated(self) -> Any:
        return [words for words in WORDS if self.sent((400, {}, {"timestamp": [words]})) == "already-there"]

    def score(self) -> Any:
        self.sent()
        usual = {"userId", "scoreGiven", "scoreMaximum", "activityProgress", "gradingProgress", "timestamp", "comment"}
        return {name: value for name, value in json.loads(self.platform.seen[-1].body).items() if name not in usual}

    def service_hosts(self) -> Any:
        with self.tool.database.read() as session:
            known = session.get_one(Registration, self.id)
            return [host for host in HOSTS if registrations.may_call(known, f"https://{host}/lineitem")]

    def codes(self) -> Any:
        learnt = []
        for code in CODES:
            with self.tool.database.write() as session:
                session.get_one(Registration, self.id).family = ""
            self.browser.launch(self.platform, {CLAIM + "tool_platform": {"product_family_code": code}})
            with self.tool.database.read() as session:
                if session.get_one(Registration, self.id).family == self.family:
                    learnt.append(code)
        return learnt

    def pause(self) -> Any:
        slept: list[float] = []
        with pytest.MonkeyPatch.context() as patch, clock.held():
            patch.setattr("lti_tool.delivery.scores.time.sleep", slept.append)
            for _ in range(2):
                scores.deliver(self.tool, self._owed())
        return round(slept[1], 6)

    def _owed(self) -> str:
        number = issued(self.tool)
        with self.tool.database.write() as session:
            values = {"line_item": self.platform.url + ITEM, "sub": "5", "timestamp": clock.now()}
            score = ScoreRecord(certificate_number=number, registration_id=self.id, **values)
            session.add(score)
            session.flush()
            return score.id

    def page_size(self) -> Any:
        self.platform.answers = {ROSTER: (200, {}, {"members": []})}
        read_roster(self.tool, self.id, self.platform.url + ROSTER)
        return parse_qs(urlsplit(self.platform.seen[-1].path).query).get("limit")


WORDS = (
    "403 Forbidden (Rate Limit Exceeded)",
    "Score already exists for the provided timestamp",
    "Score timestamp can only be updated to a later point in time",
    "You are not allowed to do this",
)
HOSTS = (
    "school.instructure.com",
    "school.blackboard.com",
    "school.brightspace.com",
    "school.desire2learn.com",
    "instructure.com.evil.example",
    "evilblackboard.com",
    "evil.example",
)
CODES = ("moodle", "sakai", "canvas", "BlackboardLearn", "Blackboard", "desire2learn", "Moodle", "moodle2", "", "default")

# (row, column) → what is seen. Every value of platforms.toml stands here, `default` for families that say nothing else.
EXPECTED: dict[tuple[str, str], Any] = {
    ("default", "token_audience"): "/token",
    ("default", "roles"): ["staff"],
    ("default", "throttles"): [408, 425, 429],
    ("default", "throttled_words"): [],
    ("default", "pause"): 0.05,
    ("default", "service_hosts"): [],
    ("default", "score"): {},
    ("default", "repeated"): [],
    ("default", "codes"): [],
    ("default", "page_size"): None,
    ("moodle", "roles"): ["administrator", "staff"],
    ("moodle", "codes"): ["moodle"],
    ("moodle", "page_size"): ["500"],
    ("open-edx", "repeated"): list(WORDS[1:3]),
    ("sakai", "codes"): ["sakai"],
    ("canvas", "throttled_words"): [WORDS[0]],
    ("canvas", "pause"): 0.5,
    ("canvas", "service_hosts"): ["school.instructure.com"],
    ("canvas", "score"): {"https://canvas.instructure.com/lti/submission": {"new_submission": False}},
    ("canvas", "codes"): ["canvas"],
    ("canvas", "page_size"): ["100"],
    ("blackboard", "service_hosts"): ["school.blackboard.com"],
    ("blackboard", "codes"): ["BlackboardLearn", "Blackboard"],
    ("d2l", "token_audience"): "https://api.brightspace.com/auth/token",
    ("d2l", "service_hosts"): ["school.brightspace.com", "school.desire2learn.com"],
    ("d2l", "codes"): ["desire2learn"],
}
NAMES = [f"{row}-{column}" for row, column in EXPECTED]
# Another value for each column, to be put in the place of a row's own.
OTHER: dict[str, Any] = {
    "token_audience": "https://other.example/token",
    "roles": "all",
    "throttles": frozenset({418}),
    "throttled_words": ("not allowed",),
    "pause": 2.0,
    "service_hosts": (".example",),
    "score": {"other": True},
    "repeated": ("not allowed",),
    "codes": frozenset({"moodle2"}),
    "page_size": 7,
}


Look = Callable[[str, str], Any]


@pytest.fixture
def look(tool: Installation, browser: Browser, platform: FakePlatform) -> Look:
    """Look at what a column of a row does; `default` is a family that has no row."""

    def looked(row: str, column: str) -> Any:
        return getattr(Seen(tool, browser, platform, "" if row == "default" and column != "codes" else row), column)()

    return looked


@pytest.mark.parametrize(("row", "column"), EXPECTED, ids=NAMES)
def test_what_a_value_does(row: str, column: str, look: Look) -> None:
    assert look(row, column) == EXPECTED[row, column]


@pytest.mark.parametrize(("row", "column"), EXPECTED, ids=NAMES)
def test_another_value_would_be_noticed(row: str, column: str, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = {**families(), row: families()[row].model_copy(update={column: _other(row, column)})}
    monkeypatch.setattr(platforms, "families", lambda: changed)
    assert look(row, column) != EXPECTED[row, column]


def _other(row: str, column: str) -> Any:
    # A row's own value is taken away; the default's is put in the place of something else.
    return OTHER[column] if row == "default" else getattr(families()["default"], column)


PARTS = [
    (row, column, part)
    for row, values in TABLE.items()
    for column, value in values.items()
    if isinstance(value, list) and len(value) > 1
    for part in value
]


@pytest.mark.parametrize(("row", "column", "part"), PARTS, ids=[f"{row}-{column}-{part}" for row, column, part in PARTS])
def test_each_member_of_a_list_would_be_missed(row: str, column: str, part: Any, look: Look, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = type(getattr(families()[row], column))
    changed = {**families(), row: families()[row].model_copy(update={column: kind(one for one in TABLE[row][column] if one != part)})}
    monkeypatch.setattr(platforms, "families", lambda: changed)
    assert look(row, column) != EXPECTED[row, column]


def test_every_value_of_the_table_is_tested() -> None:
    assert {(row, column) for row, values in TABLE.items() for column in values} == set(EXPECTED)
    assert set(OTHER) == set(Platform.model_fields) == set(TABLE["default"])


def test_a_row_says_nothing_that_the_default_says() -> None:
    same = [(row, column) for row, values in TABLE.items() if row != "default" for column in values if values[column] == TABLE["default"][column]]
    assert same == []


def test_every_column_is_explained() -> None:
    text = resources.files("lti_tool.launch").joinpath("platforms.toml").read_text(encoding="utf-8")
    assert all(f"#   {column} " in text for column in Platform.model_fields)
