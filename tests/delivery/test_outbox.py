"""The outbox under way: one asks for all when an LMS is away, administrators see what is stuck and have it tried again."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from record_parts import CountingLms, Tenant, counting_lms, issued, tenant

from lti_tool import clock
from lti_tool.delivery import answers, lines, outbox, scores
from lti_tool.delivery.records import ScoreLine, ScoreRecord
from lti_tool.history import Event
from lti_tool.installation import Installation
from lti_tool.issuing import revoking
from lti_tool.launch import services
from lti_tool.launch.records import Registration
from lti_tool.launch.services import ScoreAnswer
from lti_tool.problem import Problem


def owe(tool: Installation, where: Tenant, lms: CountingLms, sub: str = "teacher-1", **values: object) -> str:
    """A score that waits; returns its id."""
    number = issued(tool)
    with tool.database.write() as session:
        made = {"timestamp": clock.now().replace(microsecond=0), "state": "waiting", **values}
        score = ScoreRecord(certificate_number=number, registration_id=where.registration_id, line_item=lms.line_item, sub=sub, **made)
        session.add(score)
        session.flush()
        return score.id


def score_of(tool: Installation, score_id: str) -> ScoreRecord:
    with tool.database.read() as session:
        found = session.get_one(ScoreRecord, score_id)
        session.expunge(found)
        return found


def deliver(tool: Installation, score_id: str, *, after: float = 0.0) -> float | None:
    with clock.held(clock.now() + timedelta(seconds=after)):
        return scores.deliver(tool, score_id)


# One asks for all


def test_an_lms_that_is_away_is_asked_for_one_score_and_not_for_each(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        waiting = [owe(tool, where, lms, f"teacher-{number}") for number in range(20)]
        lms.faults += [(503, {})] * 2
        pauses = [deliver(tool, score_id) for score_id in waiting]
        assert lms.requests == 1
        assert all(0 < (pause or 0) <= lines.PAUSES[0] for pause in pauses)
        assert [deliver(tool, score_id, after=6) is None for score_id in waiting] == [False] * 20
        assert lms.requests == 2
        states = {(score_of(tool, score_id).state, score_of(tool, score_id).last_code) for score_id in waiting}
        assert states == {("waiting", "platform-down"), ("waiting", "line-rests")}
        assert all(score_of(tool, score_id).next_at for score_id in waiting)
        # The first that is taken opens the line for all.
        assert [deliver(tool, score_id, after=60) for score_id in waiting] == [None] * 20
        assert len(lms.scores) == 20


def test_of_several_that_ask_a_failing_lms_at_once_one_goes(either_tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(either_tool, lms.url)
        waiting = [owe(either_tool, where, lms, f"teacher-{number}") for number in range(6)]
        lms.faults += [(503, {})] * 20
        deliver(either_tool, waiting[0])
        before = lms.requests
        with clock.held(clock.now() + timedelta(seconds=6)), ThreadPoolExecutor(6) as pool:
            list(pool.map(lambda work: work[0].run(scores.deliver, either_tool, work[1]), [(copy_context(), each) for each in waiting]))
        assert lms.requests == before + 1


def test_a_probe_that_died_keeps_the_line_closed_for_a_minute_only(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        score_id = owe(tool, where, lms)
        with tool.database.write() as session:
            lines.report(session, where.registration_id, ScoreAnswer("try-later", 503, None, ""))
        with clock.held(clock.now() + timedelta(seconds=6)), tool.database.write() as session:
            assert lines.take_turn(session, where.registration_id, 0.0).wait is None  # and then nothing more is heard of it
        assert deliver(tool, score_id, after=30) is not None
        assert lms.requests == 0
        assert deliver(tool, score_id, after=67) is None
        assert len(lms.scores) == 1


def test_a_score_that_always_fails_does_not_keep_the_others(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        bad = owe(tool, where, lms, "bad")
        after = 0.0
        for number in range(5):
            lms.faults.append((500, {}))
            after += deliver(tool, bad, after=after) or 0.0
            good = owe(tool, where, lms, f"good-{number}")
            after += lines.PAUSES[0]
            assert deliver(tool, good, after=after) is None
        assert len(lms.scores) == 5
        assert score_of(tool, bad).attempts == 5


def test_retry_after_holds_for_the_whole_line(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        first, second = owe(tool, where, lms, "a"), owe(tool, where, lms, "b")
        lms.faults.append((429, {"Retry-After": "120"}))
        deliver(tool, first)
        assert 100 < (deliver(tool, second, after=10) or 0) <= 120
        assert lms.requests == 1
        assert deliver(tool, second, after=121) is None


def test_other_lmss_do_not_wait(tool: Installation) -> None:
    with counting_lms() as down, counting_lms() as up:
        down.faults.append((503, {}))
        deliver(tool, owe(tool, tenant(tool, down.url), down))
        assert deliver(tool, owe(tool, tenant(tool, up.url), up)) is None


def test_a_line_closed_by_a_clock_that_was_ahead_opens_within_hours(tool: Installation) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        score_id = owe(tool, where, lms)
        with clock.held(clock.now() + timedelta(days=900)), tool.database.write() as session:
            lines.report(session, where.registration_id, ScoreAnswer("try-later", 503, None, ""))
        assert (deliver(tool, score_id) or 0) <= lines.LONGEST_PAUSE


PACES = [(0.0, None, 0.0), (0.5, None, 0.0), (0.5, 0.2, 0.3), (0.5, 0.5, 0.0), (0.5, 9.0, 0.0), (0.5, -3600.0, 0.5), (0.05, 0.0, 0.05)]


@pytest.mark.parametrize(("pause", "called_before", "pace"), PACES)
def test_calls_keep_their_distance(tool: Installation, pause: float, called_before: float | None, pace: float) -> None:
    where = tenant(tool)
    with clock.held(), tool.database.write() as session:
        if called_before is not None:
            session.add(ScoreLine(registration_id=where.registration_id, called_at=clock.now() - timedelta(seconds=called_before)))
            session.flush()
        turn = lines.take_turn(session, where.registration_id, pause)
        assert turn.wait is None
        assert turn.pace == pytest.approx(pace)


def test_a_family_is_called_no_faster_than_its_row_says(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("lti_tool.delivery.scores.time.sleep", slept.append)
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        with tool.database.write() as session:
            session.get_one(Registration, where.registration_id).family = "canvas"
        with clock.held():
            for number in range(3):
                scores.deliver(tool, owe(tool, where, lms, f"teacher-{number}"))
    assert slept == pytest.approx([0.0, 0.5, 0.5])


# What is never sent


def bodies(lms: CountingLms) -> set[tuple[object, ...]]:
    names = ("activityProgress", "gradingProgress", "scoreGiven", "scoreMaximum")
    return {tuple(score.get(name) for name in names) for score in lms.scores}


@pytest.mark.parametrize("fault", [None, (500, {}), (403, {}), (409, {}), "lose"])
def test_only_a_full_final_grade_is_ever_sent(tool: Installation, fault: tuple[int, dict[str, str]] | str | None) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms)
        lms.faults += [] if fault is None else [fault]
        deliver(tool, score_id)
        if score_of(tool, score_id).state != "sent":
            again(tool, score_id)
            scores.deliver(tool, f"{score_id}.1")
        assert bodies(lms) == {("Completed", "FullyGraded", scores.FULL, scores.FULL)}


def test_a_score_made_while_our_clock_was_ahead_is_not_dated_in_the_future(tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms, timestamp=clock.now() + timedelta(hours=1))
        assert deliver(tool, score_id) is None  # the LMS refuses times to come
        assert score_of(tool, score_id).state == "sent"


def test_what_was_revoked_before_it_was_sent_is_not_sent(tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms)
        revoking.revoke(tool, score_of(tool, score_id).certificate_number, "issued in error", "administrator")
        assert deliver(tool, score_id) is None
        assert lms.requests == 0
    assert (score_of(tool, score_id).state, score_of(tool, score_id).last_code) == ("not-wanted", "revoked")


def test_revoking_sends_nothing_since_any_other_score_would_erase_a_grade(tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms)
        deliver(tool, score_id)
        revoking.revoke(tool, score_of(tool, score_id).certificate_number, "issued in error", "administrator")
        assert deliver(tool, score_id) is None
        assert (lms.requests, len(lms.scores)) == (1, 1)


# Giving up

WEEK = timedelta(days=7)


@pytest.mark.parametrize(
    ("attempts", "made_ago", "failing_for", "state"),
    [
        (3, WEEK, timedelta(minutes=1), "stuck"),
        (0, WEEK, WEEK, "stuck"),
        # Nobody has asked for this one yet: the worker itself was away.
        (0, WEEK, timedelta(minutes=1), "waiting"),
        (3, timedelta(days=6), WEEK, "waiting"),
    ],
)
def test_who_waits_for_another_gives_up_after_a_week_too(
    tool: Installation, attempts: int, made_ago: timedelta, failing_for: timedelta, state: str
) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        score_id = owe(tool, where, lms, attempts=attempts, timestamp=clock.now() - made_ago)
        with tool.database.write() as session:
            now = clock.now()
            closed = {"failures": 9, "failing_since": now - failing_for, "closed_until": now + timedelta(hours=1)}
            session.add(ScoreLine(registration_id=where.registration_id, **closed))
        assert (deliver(tool, score_id) is None) == (state == "stuck")
        assert score_of(tool, score_id).state == state
        assert lms.requests == 0


# Seen and tried again


def again(tool: Installation, score_id: str, by: str = "administrator") -> None:
    with tool.database.write() as session:
        outbox.retry(tool, session, score_id, by)


def test_a_stuck_score_is_tried_again_with_new_patience(either_tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(either_tool, tenant(either_tool, lms.url), lms, state="stuck", attempts=9, timestamp=clock.now() - 2 * WEEK)
        again(either_tool, score_id, "operator-1")
        lms.faults.append((503, {}))
        assert scores.deliver(either_tool, f"{score_id}.1") is not None
        assert score_of(either_tool, score_id).state == "waiting"
        assert deliver(either_tool, f"{score_id}.1", after=4000) is None
        score = score_of(either_tool, score_id)
    assert (score.state, score.attempts, len(lms.scores)) == ("sent", 11, 1)
    with either_tool.database.read() as session:
        (event,) = session.scalars(sa.select(Event).where(Event.kind == "score-retried"))
        assert (event.subject, event.actor, event.content) == (score_id, "operator-1", {"certificate": score.certificate_number})


def test_trying_again_opens_a_line_that_rests(tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms)
        lms.faults.append((503, {"Retry-After": "3600"}))
        deliver(tool, score_id)
        again(tool, score_id)
        assert scores.deliver(tool, f"{score_id}.1") is None
        assert score_of(tool, score_id).state == "sent"


def test_the_round_before_ends_by_itself(tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms)
        again(tool, score_id)
        again(tool, score_id)
        assert [scores.deliver(tool, subject) for subject in (score_id, f"{score_id}.1")] == [None, None]
        assert lms.requests == 0
        assert scores.deliver(tool, f"{score_id}.2") is None
        assert len(lms.scores) == 1


def test_trying_again_replaces_a_newer_grade_on_purpose(tool: Installation) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms, timestamp=clock.now() - timedelta(hours=1))
        lms.scores.append({"userId": "teacher-1", "timestamp": (clock.now() - timedelta(minutes=1)).isoformat()})
        deliver(tool, score_id)
        assert (score_of(tool, score_id).state, score_of(tool, score_id).last_code) == ("stuck", "newer-grade")
        again(tool, score_id)
        assert scores.deliver(tool, f"{score_id}.1") is None
        assert score_of(tool, score_id).state == "sent"
        assert len(lms.scores) == 2


@pytest.mark.parametrize("state", ["sent", "not-wanted"])
def test_what_is_settled_is_not_sent_again(tool: Installation, state: str) -> None:
    with counting_lms() as lms:
        score_id = owe(tool, tenant(tool, lms.url), lms, state=state)
        with pytest.raises(Problem, match="score-settled"):
            again(tool, score_id)
        assert scores.deliver(tool, score_id) is None
        assert lms.requests == 0


@pytest.mark.parametrize("score_id", ["", "x", "0" * 32])
def test_an_unknown_score_is_unknown(tool: Installation, score_id: str) -> None:
    with pytest.raises(Problem, match="score-unknown"):
        again(tool, score_id)


def test_a_score_of_another_registration_is_unknown(tool: Installation) -> None:
    with counting_lms() as lms:
        own, other = tenant(tool, lms.url), tenant(tool, lms.url)
        score_id = owe(tool, own, lms, state="stuck")
        with tool.database.write() as session, pytest.raises(Problem, match="score-unknown"):
            outbox.retry(tool, session, score_id, "operator-1", registration_id=other.registration_id)
        assert score_of(tool, score_id).state == "stuck"
        with tool.database.read() as session:
            assert outbox.overview(session, other.registration_id) == ()
            assert [entry.score_id for entry in outbox.overview(session, own.registration_id)] == [score_id]


def test_the_newest_problems_come_first(tool: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    with counting_lms() as lms:
        where = tenant(tool, lms.url)
        made: list[Callable[[], str]] = [
            lambda: owe(tool, where, lms, "a", state="waiting", timestamp=clock.now()),
            lambda: owe(tool, where, lms, "b", state="stuck", timestamp=clock.now() - timedelta(days=3)),
            lambda: owe(tool, where, lms, "c", state="stuck", timestamp=clock.now() - timedelta(days=1)),
            lambda: owe(tool, where, lms, "d", state="sent"),
        ]
        waiting, old, new, _sent = [make() for make in made]
    with tool.database.read() as session:
        assert [entry.score_id for entry in outbox.overview(session, None)] == [new, old, waiting]
        assert outbox.counts(session, None) == {"stuck": 2, "waiting": 1, "sent": 1}
        monkeypatch.setattr(outbox, "MOST_SHOWN", 2)
        assert [entry.score_id for entry in outbox.overview(session, None)] == [new, old]


# Words


def test_every_code_of_an_answer_has_words_and_no_other() -> None:
    sources = [Path(module.__file__ or "").read_text() for module in (services, scores, outbox, answers)]
    named = {code for source in sources for code in re.findall(r'"([a-z]+(?:-[a-z]+)*)"', source)}
    returned = {code for source in sources for code in re.findall(r'ScoreAnswer\([^\n]*"([a-z-]+)"\)', source)} | set(services._REFUSALS.values())
    returned |= {code for _, code in services._UNCALLED.values()} | {services._later(500), services._later(429), "token-refused"}
    assert returned <= set(answers.vocabulary()) <= named


@pytest.mark.parametrize("code", answers.vocabulary())
def test_words_are_sentences(code: str) -> None:
    words = answers.words(code)
    assert words.happened.endswith(".")
    assert not words.todo or words.todo.endswith(".")


def test_a_code_of_another_release_has_words_too() -> None:
    assert answers.words("of-tomorrow") == answers.words("not-accepted")
    assert answers.words("") == answers.words("not-tried")
