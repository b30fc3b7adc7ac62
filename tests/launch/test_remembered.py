"""Platforms that a process remembers: no launch is checked with what no longer holds."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from fake_platform import CLAIM, Browser, FakePlatform

from lti_tool import clock
from lti_tool.database import Base
from lti_tool.installation import Installation
from lti_tool.launch import registrations, remembered
from lti_tool.launch.places import Changed
from lti_tool.launch.records import Deployment, PersonRecord, PlacedLink, Registration, VisitRecord
from lti_tool.launch.remembered import Remembered
from lti_tool.problem import Problem

CUSTOM = CLAIM + "custom"


def elsewhere(tool: Installation, record: type[Base] = Registration, **values: str) -> None:
    """Change the platforms' rows, or other ones, as another process would: nothing in this one hears of it."""
    with tool.database.engine.begin() as connection:
        connection.execute(sa.update(record).values(**values))


def here(tool: Installation, platform: FakePlatform, status: str) -> None:
    with tool.database.write() as session:
        registrations.set_status(session, issuer=platform.url, client_id=platform.client_id, status=status)


def test_what_this_process_suspends_begins_no_login(either_app: Any, either_platform: FakePlatform, either_tool: Installation) -> None:
    browser = Browser(either_app)
    assert browser.launch(either_platform).status_code == 303
    here(either_tool, either_platform, "suspended")
    assert browser.ask(either_platform).json["code"] == "platform-suspended"
    here(either_tool, either_platform, "active")
    assert browser.launch(either_platform).status_code == 303


def test_what_another_process_suspends_launches_nowhere(either_app: Any, either_platform: FakePlatform, either_tool: Installation) -> None:
    browser = Browser(either_app)
    assert browser.launch(either_platform).status_code == 303
    elsewhere(either_tool, status="suspended")
    assert browser.launch(either_platform).json["code"] == "platform-suspended"


def test_keys_that_moved_are_the_ones_that_count(either_app: Any, either_platform: FakePlatform, either_tool: Installation) -> None:
    browser = Browser(either_app)
    assert browser.launch(either_platform).status_code == 303
    elsewhere(either_tool, jwks_url=either_platform.url + "/nobodys-keys")
    assert browser.launch(either_platform).status_code != 303


def test_a_place_that_another_process_suspends_launches_nowhere(either_app: Any, either_platform: FakePlatform, either_tool: Installation) -> None:
    browser = Browser(either_app)
    assert browser.launch(either_platform).status_code == 303
    before = rows(either_tool)
    elsewhere(either_tool, Deployment, status="suspended")
    assert browser.launch(either_platform, {"sub": "6"}).json["code"] == "deployment-suspended"
    assert rows(either_tool) == before
    elsewhere(either_tool, Deployment, status="active")
    assert browser.launch(either_platform, {"sub": "6"}).status_code == 303


def test_what_another_process_sets_for_a_place_bites_at_the_next_launch(
    either_app: Any, either_platform: FakePlatform, either_tool: Installation
) -> None:
    browser = Browser(either_app)
    assert browser.launch(either_platform).status_code == 303
    elsewhere(either_tool, Deployment, default_scheme="another")
    assert browser.launch(either_platform).status_code == 303
    with either_tool.database.read() as session:
        assert sorted(content["scheme_id"] for content in session.scalars(sa.select(VisitRecord.content))) == ["another", "digital-competence"]


def test_what_this_process_sets_for_a_place_is_read_again(tool: Installation, platform: FakePlatform) -> None:
    known = Remembered()
    registration = known.of_client(tool.database, platform.url, platform.client_id)
    assert known.place(tool.database, registration, "1") is known.place(tool.database, registration, "1")
    with tool.database.write() as session:
        session.scalars(sa.select(Deployment)).one().branding = "An academy"
    place = known.place(tool.database, registration, "1")
    assert place is not None
    assert place.branding == "An academy"


def test_a_place_is_not_read_for_a_platform_that_changed(tool: Installation, platform: FakePlatform) -> None:
    known = Remembered()
    registration = known.of_client(tool.database, platform.url, platform.client_id)
    elsewhere(tool, token_url=platform.url + "/elsewhere")
    with pytest.raises(Changed):
        known.place(tool.database, registration, "1")


def test_a_warm_launch_asks_the_database_once_where_answers_take_time(
    either_app: Any, either_platform: FakePlatform, either_tool: Installation
) -> None:
    browser = Browser(either_app)
    browser.launch(either_platform)
    with either_tool.database.write() as session:
        person = session.scalars(sa.select(PersonRecord)).one()
        where = {"registration_id": person.registration_id, "created_by": person.id, "created_at": clock.now()}
        session.add(PlacedLink(id="a" * 32, scheme_id="digital-competence", activity="final", title="", **where))
    opened = {CUSTOM: {"link": "a" * 32}}
    browser.launch(either_platform, opened)
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement.split(maxsplit=1)[0])

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        assert browser.launch(either_platform, {"sub": "6", **opened}).headers["Location"].endswith("/final")
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert asked == {"postgresql": ["WITH"], "sqlite": ["INSERT", "INSERT"]}[either_tool.database.engine.dialect.name]


def rows(tool: Installation) -> tuple[int, ...]:
    with tool.database.read() as session:
        counts = [session.scalar(sa.select(sa.func.count()).select_from(record)) or 0 for record in (PersonRecord, VisitRecord)]
    return tuple(counts)


def test_a_platform_is_read_again_after_a_moment(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    known = Remembered()
    assert known.of_client(tool.database, platform.url, platform.client_id).status == "active"
    elsewhere(tool, status="suspended")
    assert known.of_client(tool.database, platform.url, platform.client_id).status == "active"
    later = time.monotonic() + remembered.SECONDS
    monkeypatch.setattr(remembered, "time", SimpleNamespace(monotonic=lambda: later))
    with pytest.raises(Problem, match="platform-suspended"):
        known.of_client(tool.database, platform.url, platform.client_id)


def test_a_refusal_is_not_remembered(tool: Installation, platform: FakePlatform) -> None:
    known = Remembered()
    elsewhere(tool, status="suspended")
    with pytest.raises(Problem, match="platform-suspended"):
        known.of_client(tool.database, platform.url, platform.client_id)
    elsewhere(tool, status="active")
    assert known.of_client(tool.database, platform.url, platform.client_id).status == "active"


def test_the_memory_is_bounded(tool: Installation, platform: FakePlatform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembered, "MOST", 1)
    known = Remembered()
    first = known.of_client(tool.database, platform.url, platform.client_id)
    elsewhere(tool, client_id="another")
    known.of_client(tool.database, platform.url, "another")
    known.place(tool.database, known.of_client(tool.database, platform.url, "another"), "1")
    assert (len(known._by_id), len(known._by_client), len(known._places)) == (1, 1, 1)
    assert first.client_id == platform.client_id
