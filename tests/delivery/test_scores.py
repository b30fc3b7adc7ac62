"""Scores: one for each award, exactly as decided, however the LMS behaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from record_parts import SCHEME, CountingLms, Tenant, counting_lms, person, tenant

from lti_tool import clock
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.outcome import Award, Checked
from lti_tool.delivery import scores
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence.intake import application_for
from lti_tool.installation import Installation
from lti_tool.issuing import revoking
from lti_tool.issuing.issue import issue
from lti_tool.issuing.keys import ring
from lti_tool.launch.services import ScoreAnswer
from lti_tool.scheme.catalogue import shipped


def awarded(installation: Installation, where: Tenant, line_item: str | None, sub: str = "teacher-1") -> str:
    """An application with an award that was issued; the score is owed and not yet sent. Returns the number."""
    visit = person(installation, where, sub=sub, line_item=line_item)
    application_id = application_for(installation, visit)
    scheme = shipped().get(SCHEME)
    award = Award("Þóra", scheme.id, scheme.edition, scheme.sha256, Checked.READ, clock.today(scheme.time_zone))
    with installation.database.write() as session:
        decision = record_award(session, installation, award, Grounds(actor="program", application_id=application_id))
    return issue(installation, ring(installation), decision, lambda *owed: scores.owe(installation, *owed))


def owed(installation: Installation) -> list[ScoreRecord]:
    with installation.database.read() as session:
        found = list(session.scalars(sa.select(ScoreRecord).order_by(ScoreRecord.timestamp)))
        session.expunge_all()
        return found


def only(installation: Installation) -> ScoreRecord:
    (score,) = owed(installation)
    return score


def test_a_score_arrives_once(either_tool: Installation) -> None:
    with counting_lms() as lms:
        number = awarded(either_tool, tenant(either_tool, lms.url), lms.line_item)
        score = only(either_tool)
        assert scores.deliver(either_tool, score.id) is None
        assert scores.deliver(either_tool, score.id) is None
        (sent,) = lms.scores
        assert lms.requests == 1
    assert sent["userId"] == "teacher-1"
    assert sent["scoreGiven"] == sent["scoreMaximum"]
    assert (sent["activityProgress"], sent["gradingProgress"]) == ("Completed", "FullyGraded")
    assert number in str(sent["comment"])
    assert only(either_tool).state == "sent"
    assert only(either_tool).sent_at is not None


# What the LMS does first → the pause that follows, and how often it was asked when the score has arrived.
AWAY = [
    ((500, {}), 5.0),
    ((503, {}), 5.0),
    ((429, {"Retry-After": "120"}), 120.0),
    ((503, {"Retry-After": "1"}), 5.0),
    ((503, {"Retry-After": "999999"}), scores.LONGEST_PAUSE),
    ("lose", 5.0),
]


@pytest.mark.parametrize(("fault", "pause"), AWAY)
def test_an_lms_that_is_away_gets_it_later(tool: Installation, fault: tuple[int, dict[str, str]] | str, pause: float) -> None:
    with counting_lms() as lms:
        awarded(tool, tenant(tool, lms.url), lms.line_item)
        score = only(tool)
        lms.faults.append(fault)
        assert scores.deliver(tool, score.id) == pause
        assert only(tool).state == "waiting"
        assert scores.deliver(tool, score.id) is None
        assert len(lms.scores) == 1
        assert lms.requests == 2
    assert only(tool).state == "sent"
    assert only(tool).attempts == 2


def test_an_lms_that_is_down_is_asked_less_and_less(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        awarded(tool, where, lms.line_item)
    score = only(tool)
    assert [scores.deliver(tool, score.id) for _ in range(8)] == [5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 3600.0, 3600.0]


def test_after_a_week_it_is_stuck_and_told(tool: Installation) -> None:
    with counting_lms() as lms:
        awarded(tool, tenant(tool, lms.url), lms.line_item)
    score = only(tool)
    with clock.held(score.timestamp + timedelta(days=6, hours=23)):
        assert scores.deliver(tool, score.id) is not None
    with clock.held(score.timestamp + timedelta(days=7)):
        assert scores.deliver(tool, score.id) is None
    with tool.database.read() as session:
        assert [entry.id for entry in scores.stuck(session)] == [score.id]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_stuck_at_once(tool: Installation, status: int) -> None:
    with counting_lms() as lms:
        awarded(tool, tenant(tool, lms.url), lms.line_item)
        lms.faults += [(status, {})] * 3
        assert scores.deliver(tool, only(tool).id) is None
    assert only(tool).state == "stuck"


ANSWERS = [
    ("sent", 1, "sent"),
    ("already-there", 2, "sent"),
    # On the first try the LMS can't have it from us: it holds a newer grade of somebody else.
    ("already-there", 1, "stuck"),
    ("refused", 1, "stuck"),
    ("try-later", 1, "waiting"),
]


@pytest.mark.parametrize(("kind", "attempts", "state"), ANSWERS)
def test_what_an_answer_means(kind: str, attempts: int, state: str) -> None:
    score = ScoreRecord(timestamp=clock.now(), attempts=attempts)
    assert scores.outcome(score, ScoreAnswer(kind, None, None, ""))[0] == state  # type: ignore[arg-type]


@pytest.mark.parametrize("line_item", [None, ""])
def test_a_link_without_a_line_item_wants_none(tool: Installation, line_item: str | None) -> None:
    awarded(tool, tenant(tool), line_item)
    assert only(tool).state == "not-wanted"
    assert scores.deliver(tool, only(tool).id) is None


def test_a_corrected_certificate_sends_no_second_score(tool: Installation) -> None:
    number = awarded(tool, tenant(tool), "http://127.0.0.1:9/items/1")
    decision = revoking.reissue(tool, number, holder_name="Thora", reason="asked", actor="administrator")
    issue(tool, ring(tool), decision, lambda *given: scores.owe(tool, *given))
    assert only(tool).certificate_number == number


def test_the_same_score_sent_by_two_workers_counts_once(tool: Installation) -> None:
    def deliver(lms: CountingLms) -> None:
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda _: scores.deliver(tool, only(tool).id), range(2)))
        assert len(lms.scores) == 1

    with counting_lms() as lms:
        awarded(tool, tenant(tool, lms.url), lms.line_item)
        deliver(lms)
