"""`sealwright outbox`, as an administrator calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result
from record_parts import issued, tenant

from lti_tool import clock
from lti_tool.commands.main import sealwright
from lti_tool.delivery.records import ScoreRecord
from lti_tool.installation import Installation
from lti_tool.problem import Problem


def outbox(tool: Installation, *arguments: str) -> Result:
    return CliRunner().invoke(sealwright, ["--home", str(tool.settings.home), "outbox", *arguments])


def listed(tool: Installation, *arguments: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(outbox(tool, "list", "--json", *arguments).stdout)
    return rows


@pytest.fixture
def scores(tool: Installation) -> dict[str, str]:
    """A score in each state: state → id."""
    where, made = tenant(tool), {}
    for state in ("waiting", "stuck", "sent", "not-wanted"):
        with tool.database.write() as session:
            score = ScoreRecord(
                certificate_number=issued(tool),
                registration_id=where.registration_id,
                line_item="http://127.0.0.1:9/items/1",
                sub="teacher-1",
                timestamp=clock.now(),
                state=state,
                last_code="no-permission" if state == "stuck" else "",
                last_answer="refused 403 403 Forbidden" if state == "stuck" else "",
            )
            session.add(score)
            session.flush()
            made[state] = score.id
    return made


def test_it_lists_what_has_not_arrived_and_says_what_to_do(tool: Installation, scores: dict[str, str]) -> None:
    assert [(row["id"], row["state"]) for row in listed(tool)] == [(scores["stuck"], "stuck"), (scores["waiting"], "waiting")]
    told = outbox(tool, "list").stdout
    assert "does not let this tool send scores" in told
    assert "403 Forbidden" in told
    assert listed(tool, "--registration", "999") == []


def test_nothing_personal_is_listed(tool: Installation, scores: dict[str, str]) -> None:
    assert "teacher-1" not in outbox(tool, "list", "--json").stdout


def test_all_that_is_stuck_is_tried_again(tool: Installation, scores: dict[str, str]) -> None:
    answer = outbox(tool, "retry", "--all", "--json")
    assert (answer.exit_code, json.loads(answer.stdout)) == (0, [{"id": scores["stuck"], "result": "waiting"}])
    assert {row["state"] for row in listed(tool)} == {"waiting"}


@pytest.mark.parametrize(("state", "result"), [("waiting", "waiting"), ("sent", "score-settled"), ("not-wanted", "score-settled")])
def test_one_by_name(tool: Installation, scores: dict[str, str], state: str, result: str) -> None:
    answer = outbox(tool, "retry", scores[state], "--json")
    assert json.loads(answer.stdout) == [{"id": scores[state], "result": result}]
    assert answer.exit_code == (result != "waiting")


def test_an_unknown_one_is_told_and_the_others_are_tried(tool: Installation, scores: dict[str, str]) -> None:
    answer = outbox(tool, "retry", "unknown", scores["stuck"])
    assert answer.exit_code == 1
    assert "There is no such score" in answer.stdout
    assert "is tried again" in answer.stdout


@pytest.mark.parametrize("arguments", [("retry",), ("retry", "x", "--all"), ("retry", "--some"), ("send",)])
def test_what_makes_no_sense_is_a_usage_error(tool: Installation, arguments: tuple[str, ...]) -> None:
    assert outbox(tool, *arguments).exit_code == 2


def test_no_installation_is_told(sqlite_installation: Installation) -> None:
    (sqlite_installation.settings.home / "sealwright.sqlite3").unlink()
    answer = outbox(sqlite_installation, "list")
    assert isinstance(answer.exception, Problem)
    assert answer.exception.code == "database-not-current"
