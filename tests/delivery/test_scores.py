"""Scores: one for each award, exactly as decided, however the LMS behaves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from record_parts import SCHEME, CountingLms, Tenant, counting_lms, person, tenant
from structlog.testing import capture_logs

from lti_tool import clock
from lti_tool.decision.awarding import Grounds, record_award
from lti_tool.decision.outcome import Award, Checked
from lti_tool.delivery import lines, outbox, scores
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


def later(seconds: float) -> AbstractContextManager[object]:
    """The same test, that many seconds from now."""
    return clock.held(clock.now() + timedelta(seconds=seconds))


# What the LMS does first → the pause that follows, and how often it was asked when the score has arrived.
AWAY = [
    ((500, {}), 5.0),
    ((503, {}), 5.0),
    ((429, {"Retry-After": "120"}), 120.0),
    ((503, {"Retry-After": "1"}), 5.0),
    ((503, {"Retry-After": "999999"}), lines.LONGEST_PAUSE),
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
        with later(pause):
            assert scores.deliver(tool, score.id) is None
        assert len(lms.scores) == 1
        assert lms.requests == 2
    assert only(tool).state == "sent"
    assert only(tool).attempts == 2


def test_an_lms_that_is_down_is_asked_less_and_less(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        awarded(tool, where, lms.line_item)
    score, waited, pauses = only(tool), 0.0, []
    for _ in range(8):
        with later(waited):
            pauses.append(scores.deliver(tool, score.id) or 0.0)
        waited += pauses[-1]
    assert [round(pause) for pause in pauses] == [5, 15, 60, 300, 900, 3600, 3600, 3600]


def test_after_a_week_it_is_stuck_and_told(tool: Installation) -> None:
    with counting_lms() as lms:
        awarded(tool, tenant(tool, lms.url), lms.line_item)
    score = only(tool)
    with clock.held(score.timestamp + timedelta(days=6, hours=23)):
        assert scores.deliver(tool, score.id) is not None
    with clock.held(score.timestamp + timedelta(days=7)), capture_logs() as logged:
        assert scores.deliver(tool, score.id) is None
    with tool.database.read() as session:
        (entry,) = outbox.overview(session, None)
    assert (entry.score_id, entry.state, entry.code, entry.next_at) == (score.id, "stuck", "not-reached", None)
    assert [(line["event"], line["log_level"]) for line in logged] == [("score-stuck", "error")]


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_refusal_is_stuck_at_once(tool: Installation, status: int) -> None:
    with counting_lms() as lms:
        awarded(tool, tenant(tool, lms.url), lms.line_item)
        lms.faults += [(status, {})] * 3
        assert scores.deliver(tool, only(tool).id) is None
    assert only(tool).state == "stuck"


ANSWERS = [
    ("sent", False, "sent"),
    ("already-there", True, "sent"),
    # Nothing of ours can have arrived: the LMS holds a newer grade of somebody else.
    ("already-there", False, "stuck"),
    ("refused", False, "stuck"),
    ("refused", True, "stuck"),
    ("try-later", False, "waiting"),
]


@pytest.mark.parametrize(("kind", "doubtful", "state"), ANSWERS)
def test_what_an_answer_means(kind: str, doubtful: bool, state: str) -> None:
    score = ScoreRecord(timestamp=clock.now(), attempts=1)
    assert scores.outcome(score, ScoreAnswer(kind, None, None, ""), doubtful=doubtful)[0] == state  # type: ignore[arg-type]


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
