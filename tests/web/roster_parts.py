"""A course with people, as its platform would list them, for the pages that show them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from lti_tool import clock
from lti_tool.launch import rosters
from lti_tool.launch.roster import Member, Roster
from lti_tool.problem import Problem

URL = "https://lms-a.example/members"


def member(user_id: str, name: str = "", role: str = "Learner", status: str = "Active", email: str = "") -> Member:
    given, _, family = name.partition(" ")
    return Member(user_id, (role,), status, given, family, name, email)


@dataclass
class Course:
    """What the platform answers: its people, or its refusal; `asked` counts how often it was asked."""

    members: list[Member] = field(default_factory=list)
    complete: bool = True
    trouble: str = ""
    asked: int = 0

    def read(self, *_: Any) -> Roster:
        self.asked += 1
        if self.trouble:
            raise Problem(self.trouble, status="403")
        return Roster(tuple(self.members), clock.now(), self.complete)


@pytest.fixture
def course(monkeypatch: pytest.MonkeyPatch) -> Course:
    """The course of every visit that has a members_url."""
    made = Course(
        [
            member("anna", "Anna Ellis"),
            member("bob", "Bob Ellis"),
            member("thora", "Þóra Guðmundsdóttir"),
            member("mia-1", "Mia Müller", email="mia.one@mail.example"),
            member("mia-2", "Mia Müller", email="mia.two@mail.example"),
            member("nameless"),
            member("formula", '=HYPERLINK("https://evil.example")'),
            member("sam", "Sam Ellis", "Instructor"),
            member("tina", "Tina Teacher", "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"),
            member("gone", "Gone Away", status="Inactive"),
        ]
    )
    monkeypatch.setattr(rosters, "read_roster", made.read)
    return made
