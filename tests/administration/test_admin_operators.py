"""The operator's link opens once, soon; the session ends soon. Both are decided by the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from click.testing import CliRunner

from lti_tool import clock
from lti_tool.administration import operators
from lti_tool.administration.records import OperatorLink
from lti_tool.commands.main import sealwright
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.problem import Problem

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def link(installation: Installation, at: datetime = NOON) -> str:
    with clock.held(at), installation.database.write() as session:
        return operators.make_link(session)


def enter(installation: Installation, secret: str, at: datetime = NOON) -> str:
    with clock.held(at), installation.database.write() as session:
        return operators.enter(session, secret)


def alive(installation: Installation, session_id: str, at: datetime) -> bool:
    with clock.held(at), installation.database.read() as session:
        try:
            operators.find(session, session_id)
        except Problem as problem:
            return problem.code != "operator-session-over"
        return True


def test_a_link_opens_once(installation: Installation) -> None:
    secret = link(installation)
    enter(installation, secret)
    with pytest.raises(Problem, match="operator-link-over"):
        enter(installation, secret)


def test_of_eight_at_once_one_comes_in(installation: Installation) -> None:
    secret = link(installation, clock.now())

    def tried(_: int) -> str:
        try:
            with installation.database.write() as session:
                return operators.enter(session, secret)
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(tried, range(8)))
    assert answers.count("operator-link-over") == 7
    with installation.database.read() as session:
        assert session.scalar(sa.select(sa.func.count()).where(Event.kind == "operator-entered")) == 1


@pytest.mark.parametrize(("after", "opens"), [(0, True), (599, True), (600, False), (601, False), (86_400, False)])
def test_a_link_opens_within_ten_minutes(installation: Installation, after: int, opens: bool) -> None:
    secret = link(installation)
    with nullcontext() if opens else pytest.raises(Problem, match="operator-link-over"):
        enter(installation, secret, NOON + timedelta(seconds=after))


NEVER_GIVEN = {"nothing": "", "invented": "A" * 43, "nul": "\0", "half a character": "\udc80", "long": "x" * 100_000, "quotes": "' or 1=1 --"}


@pytest.mark.parametrize("secret", NEVER_GIVEN.values(), ids=NEVER_GIVEN)
def test_a_secret_that_was_never_given_opens_nothing(installation: Installation, secret: str) -> None:
    link(installation)
    with pytest.raises(Problem, match="operator-link-over"):
        enter(installation, secret)


def test_what_is_stored_of_a_link_opens_nothing(installation: Installation) -> None:
    secret = link(installation)
    with installation.database.read() as session:
        stored = session.scalars(sa.select(OperatorLink)).one()
        values = [str(getattr(stored, column.key)) for column in sa.inspect(OperatorLink).columns]
    assert not any(secret in value for value in values)
    for value in values:
        with pytest.raises(Problem, match="operator-link-over"):
            enter(installation, value)


EVERY_TWENTY = list(range(20, 480, 20))
LIVES: dict[str, tuple[Sequence[int], int, bool]] = {
    "at once": ([], 0, True),
    "just before half an hour": ([], 29, True),
    "after half an hour without a click": ([], 30, False),
    "a click keeps it": ([20], 45, True),
    "a click keeps it for half an hour": ([20], 50, False),
    "clicks all day, just before eight hours": (EVERY_TWENTY, 479, True),
    "clicks all day, after eight hours": (EVERY_TWENTY, 480, False),
    "the next day": (EVERY_TWENTY, 1440, False),
}


@pytest.mark.parametrize(("clicks", "then", "lives"), LIVES.values(), ids=LIVES)
def test_a_session_lives_half_an_hour_without_a_click_and_eight_in_all(
    installation: Installation, clicks: Sequence[int], then: int, lives: bool
) -> None:
    session_id = enter(installation, link(installation))
    for minute in clicks:
        assert alive(installation, session_id, NOON + timedelta(minutes=minute)), minute
    assert alive(installation, session_id, NOON + timedelta(minutes=then)) is lives


def test_a_session_that_was_ended_stays_so(installation: Installation) -> None:
    session_id = enter(installation, link(installation))
    for _ in range(2):
        with installation.database.write() as session:
            operators.end(session, session_id)
    assert not alive(installation, session_id, NOON)


@pytest.mark.parametrize("session_id", ["", "0" * 32, "x", "0" * 31, "' or 1=1", "0" * 100_000, "\0" * 32])
def test_ids_that_nobody_gave_are_no_session(installation: Installation, session_id: str) -> None:
    enter(installation, link(installation))
    assert not alive(installation, session_id, NOON)


@pytest.mark.parametrize("arguments", [[], ["--json"]], ids=["plain", "json"])
def test_the_command_prints_an_address_that_opens(sqlite_installation: Installation, arguments: list[str]) -> None:
    home = sqlite_installation.settings.home
    result = CliRunner().invoke(
        sealwright, ["--home", str(home), "admin", "login-link", *arguments], env={"SEALWRIGHT_BASE_URL": "https://seal.example"}
    )
    assert result.exit_code == 0, result.output
    address = json.loads(result.stdout)["address"] if arguments else result.stdout.strip()
    base, secret = address.rsplit("/", 1)
    assert base == "https://seal.example/admin/enter"
    assert enter(sqlite_installation, secret, clock.now())
