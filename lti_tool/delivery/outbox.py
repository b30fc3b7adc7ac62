"""What waits or is stuck on its way to an LMS, for administrators: to see, and to try again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from lti_tool import clock, history
from lti_tool.delivery.answers import Words, words
from lti_tool.delivery.lines import reopen
from lti_tool.delivery.records import ScoreRecord
from lti_tool.installation import Installation
from lti_tool.problem import Problem
from lti_tool.work import DELIVERY

MOST_SHOWN: Final = 500
OPEN: Final = ("stuck", "waiting")


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One score that has not arrived.

    `state` is waiting or stuck; `code` is a code of answers.toml ("" before the first try) and `words` its sentences in
    English, to be translated; `detail` is what the LMS said, `next_at` when it is tried again (None when stuck).
    """

    score_id: str
    registration_id: int
    certificate_number: str
    state: str
    attempts: int
    made_at: datetime
    next_at: datetime | None
    code: str
    words: Words
    detail: str


def overview(session: Session, registration_id: int | None) -> tuple[OutboxEntry, ...]:
    """Return what waits or is stuck, of one registration or (None) of all: stuck ones first, newest first, at most 500."""
    wanted = sa.select(ScoreRecord).where(ScoreRecord.state.in_(OPEN))
    if registration_id is not None:
        wanted = wanted.where(ScoreRecord.registration_id == registration_id)
    # "stuck" comes before "waiting" in the alphabet, too.
    ordered = wanted.order_by(ScoreRecord.state, ScoreRecord.timestamp.desc(), ScoreRecord.id).limit(MOST_SHOWN)
    return tuple(entry(score) for score in session.scalars(ordered))


def counts(session: Session, registration_id: int | None) -> Mapping[str, int]:
    """Return how many scores are in each state, whatever `overview` has room for."""
    wanted = sa.select(ScoreRecord.state, sa.func.count()).group_by(ScoreRecord.state)
    if registration_id is not None:
        wanted = wanted.where(ScoreRecord.registration_id == registration_id)
    return {row[0]: row[1] for row in session.execute(wanted)}


def entry(score: ScoreRecord) -> OutboxEntry:
    """Return a score as administrators see it."""
    return OutboxEntry(
        score_id=score.id,
        registration_id=score.registration_id,
        certificate_number=score.certificate_number,
        state=score.state,
        attempts=score.attempts,
        made_at=score.timestamp,
        next_at=score.next_at,
        code=score.last_code,
        words=words(score.last_code),
        detail=score.last_answer,
    )


def retry(installation: Installation, session: Session, score_id: str, by: str, *, registration_id: int | None = None) -> None:
    """Try a stuck or waiting score now, with patience beginning anew; `by` is an operator's id or a word such as ``administrator``.

    Where the LMS held a newer grade, this one is sent with a new time, since that is what trying again means. With
    `registration_id`, scores of other registrations are unknown. Raises Problem("score-unknown", "score-settled").
    """
    score = session.get(ScoreRecord, score_id, with_for_update=True)
    if score is None or registration_id not in {None, score.registration_id}:
        raise Problem("score-unknown")
    if score.state not in OPEN:
        raise Problem("score-settled")
    now = clock.now().replace(microsecond=0)
    if score.last_code == "newer-grade":
        score.timestamp = max(now, score.timestamp)
    score.state, score.since, score.next_at = "waiting", now, now
    score.round += 1
    reopen(session, score.registration_id)
    history.append(session, "score-retried", score.id, by, {"certificate": score.certificate_number})
    # The round is part of the subject: an id that was asked for before would not run again, and older rounds end by themselves.
    installation.work.ask(session, "send-score", DELIVERY, f"{score.id}.{score.round}", partition=str(score.registration_id))
