"""Refusals are kept for administrators: without anything personal, few, and never in the way of an answer."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from record_parts import Tenant, tenant

from lti_tool import clock
from lti_tool.administration import refusals
from lti_tool.administration.records import Refusal
from lti_tool.administration.refusals import A_MINUTE, OF_ONE_CODE, Pace, note, recent
from lti_tool.administration.scope import EVERYTHING, Scope
from lti_tool.installation import Installation
from lti_tool.launch.records import Deployment

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
CANARY = "Þóra Guðmundsdóttir"


def keep(installation: Installation, code: str = "claim-missing", pace: Pace | None = None, **more: object) -> None:
    told = {"reference": "7F3A-91C0", "route": "lti_message.launch", "details": {}, **more}
    note(installation, code=code, pace=pace or Pace(), **told)  # type: ignore[arg-type]


def kept(installation: Installation, scope: Scope = EVERYTHING) -> list[Refusal]:
    with installation.database.read() as session:
        rows = list(recent(session, scope))
        session.expunge_all()
        return rows


def test_keeps_what_an_administrator_needs(installation: Installation) -> None:
    keep(installation, details={"claim": "roles", "seconds": 12})
    row = kept(installation)[0]
    assert (row.code, row.reference, row.route) == ("claim-missing", "7F3A-91C0", "lti_message.launch")
    assert row.details == {"claim": "roles", "seconds": "12"}


@pytest.mark.parametrize("name", ["description", "error", "name", "email", "sub", "file", "reason", "note", "title", "path"])
def test_keeps_no_words_that_may_be_personal(sqlite_installation: Installation, name: str) -> None:
    keep(sqlite_installation, details={name: CANARY, "claim": "roles"})
    assert CANARY not in json.dumps(kept(sqlite_installation)[0].details, ensure_ascii=False)


HOSTILE = {
    "long values": {"details": {"issuer": "x" * 1_000_000}},
    "nul": {"details": {"issuer": "a\0b"}},
    "long route": {"route": "r" * 1000},
    "long reference": {"reference": "r" * 1000},
    "no route": {"route": None},
    "objects": {"details": {"issuer": {"deep": [1]}}},
}


@pytest.mark.parametrize("more", HOSTILE.values(), ids=HOSTILE)
def test_keeps_hostile_values_short(installation: Installation, more: dict[str, object]) -> None:
    keep(installation, **more)
    row = kept(installation)[0]
    assert all(len(value) <= refusals.LONGEST for value in row.details.values())


BROKEN = {
    "a platform that is not there": {"registration_id": 4711},
    "a tenant that is not there": {"deployment_id": 4711},
    "half a character": {"details": {"issuer": "\udc80"}},
}


@pytest.mark.parametrize("more", BROKEN.values(), ids=BROKEN)
def test_never_raises(installation: Installation, more: dict[str, object]) -> None:
    keep(installation, **more)
    assert len(kept(installation)) <= 1


def test_a_database_that_is_away_is_no_error_here(sqlite_installation: Installation) -> None:
    with sqlite_installation.database.engine.begin() as connection:
        connection.exec_driver_sql("drop table refusal")
    keep(sqlite_installation)


@pytest.mark.parametrize("code", sorted(refusals.NOT_KEPT))
def test_everyday_mistakes_are_not_kept(sqlite_installation: Installation, code: str) -> None:
    keep(sqlite_installation, code)
    assert kept(sqlite_installation) == []


def test_a_flood_of_one_code_does_not_hide_the_others(sqlite_installation: Installation) -> None:
    pace = Pace()
    for _ in range(OF_ONE_CODE * 3):
        keep(sqlite_installation, "platform-unknown", pace)
    keep(sqlite_installation, "bad-signature", pace)
    rows = kept(sqlite_installation)
    assert [row.code for row in rows] == ["bad-signature", *["platform-unknown"] * OF_ONE_CODE]


def test_a_process_writes_so_many_a_minute() -> None:
    pace = Pace()
    assert sum(pace.allows(f"code-{number}", NOON) for number in range(A_MINUTE * 2)) == A_MINUTE
    assert not pace.allows("another", NOON + timedelta(seconds=59))
    assert pace.allows("another", NOON + timedelta(seconds=60))


def test_a_clock_that_was_set_back_stops_nothing() -> None:
    pace = Pace()
    while pace.allows("code", NOON):
        pass
    assert pace.allows("code", NOON - timedelta(hours=1))


def test_the_newest_thousand_are_kept(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "KEPT", 5)
    for number in range(8):
        keep(installation, f"code-{number}")
    with installation.database.read() as session:
        codes = session.scalars(sa.select(Refusal.code).order_by(Refusal.id)).all()
    assert codes == [f"code-{number}" for number in range(3, 8)]


@pytest.fixture
def shared(installation: Installation) -> tuple[Installation, Tenant, Tenant]:
    """Two tenants of one platform, and refusals of each, of the platform, and of nobody known."""
    one = tenant(installation, "https://shared.example")
    with installation.database.write() as session:
        second = Deployment(registration_id=one.registration_id, deployment_id="2", created_at=clock.now())
        session.add(second)
        session.flush()
        other = Tenant(one.registration_id, second.id)
    keep(installation, "of-one", registration_id=one.registration_id, deployment_id=one.id)
    keep(installation, "of-other", registration_id=one.registration_id, deployment_id=other.id)
    keep(installation, "of-platform", registration_id=one.registration_id, details={"deployment": "of somebody"})
    keep(installation, "of-nobody")
    return installation, one, other


def test_tenants_of_one_platform_see_their_own_alone(shared: tuple[Installation, Tenant, Tenant]) -> None:
    installation, one, other = shared
    for mine, code in ((one, "of-one"), (other, "of-other")):
        assert [row.code for row in kept(installation, Scope("1", mine.id, mine.registration_id))] == [code]
    assert len(kept(installation)) == 4


def test_the_only_tenant_of_a_platform_sees_what_came_before_the_tenant_was_known(installation: Installation) -> None:
    alone, another = tenant(installation, "https://alone.example"), tenant(installation, "https://another.example")
    keep(installation, "of-platform", registration_id=alone.registration_id)
    assert [row.code for row in kept(installation, Scope("1", alone.id, alone.registration_id))] == ["of-platform"]
    assert kept(installation, Scope("1", another.id, another.registration_id)) == []


def test_a_page_of_refusals_is_capped(sqlite_installation: Installation) -> None:
    with sqlite_installation.database.write() as session:
        rows = [Refusal(at=clock.now(), code=f"c-{number}", reference="r", route="", details={}) for number in range(refusals.SHOWN + 20)]
        session.add_all(rows)
    assert len(kept(sqlite_installation)) == refusals.SHOWN
