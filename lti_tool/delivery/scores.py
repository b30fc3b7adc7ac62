"""Scores: what an award owes to the LMS, sent once, however long the LMS is away.

A Moodle un-completes an activity at any other score than a full one (docs of AGS 2.0; facts seen on 4.5), so one full score
is sent for one certificate, with a timestamp that is fixed when the score is made: whoever receives it twice can tell.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.decision.records import DecisionRecord
from lti_tool.delivery import lines
from lti_tool.delivery.lines import PATIENCE, Turn
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing.certificate import CertificateState
from lti_tool.issuing.number import shown
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.platforms import platform
from lti_tool.launch.records import Registration
from lti_tool.launch.services import ScoreAnswer, send_score
from lti_tool.work import DELIVERY

FULL: Final = 100.0

_log = structlog.get_logger(__name__)


def owe(installation: Installation, session: Session, certificate: CertificateRecord, application: ApplicationRecord | None) -> None:
    """Note in the publishing transaction that a score is owed, and ask for its delivery.

    A link without a line item gets none (`not-wanted`), and neither does a corrected certificate of the same application:
    its score has been sent.
    """
    if application is None or _owed_already(session, application):
        return
    wanted = bool(application.line_item)
    score = ScoreRecord(
        certificate_number=certificate.number,
        registration_id=application.registration_id,
        line_item=application.line_item or "",
        sub=application.sub,
        timestamp=clock.now().replace(microsecond=0),
        state="waiting" if wanted else "not-wanted",
        next_at=clock.now() if wanted else None,
    )
    session.add(score)
    session.flush()
    if wanted:
        # One at a time to each LMS; other LMSs don't wait for it.
        installation.work.ask(session, "send-score", DELIVERY, score.id, partition=str(score.registration_id))


def deliver(installation: Installation, subject: str) -> float | None:
    """Send one score; the seconds until the next try, or None when it arrived, is stuck or is not wanted any more.

    `subject` is the score's id, with ``.1``, ``.2`` … after it when an administrator had it tried again. Each try is counted
    before it is made: an answer that was lost shows as a repeated try, which an LMS may answer with 409, "I have this one
    already" (AGS 2.0, 3.4.4).
    """
    failpoint("score-begun")
    score_id, _, number = subject.partition(".")
    begun = _begun(installation, score_id, int(number or 0))
    if not isinstance(begun, _Try):
        return begun
    time.sleep(begun.pace)
    score = begun.score
    answer = send_score(
        installation, score.registration_id, score.line_item, score.sub, score.timestamp, FULL, FULL, _comment(installation, score.certificate_number)
    )
    failpoint("score-sent")
    return _settle(installation, begun, answer)


def _comment(installation: Installation, number: str) -> str:
    return f"Certificate {shown(number)}: {installation.settings.base_url}/c/{number}"


def outcome(score: ScoreRecord, answer: ScoreAnswer, *, doubtful: bool) -> tuple[str, float | None]:
    """Return the state after an answer and the seconds until the next try, None for no other.

    `doubtful` tells whether an earlier try may have arrived: only then is "already there" ours and not somebody else's grade.
    """
    if answer.kind == "sent" or (answer.kind == "already-there" and doubtful):
        return "sent", None
    if answer.kind == "try-later" and clock.now() - (score.since or score.timestamp) < PATIENCE:
        return "waiting", lines.rested(score.attempts, answer.retry_after)
    return "stuck", None


@dataclass(frozen=True, slots=True)
class _Try:
    """A counted try: the score as it stands, whether an earlier try may have arrived, seconds to leave before the call."""

    score: ScoreRecord
    doubtful: bool
    pace: float


def _owed_already(session: Session, application: ApplicationRecord) -> bool:
    earlier = (
        sa.select(ScoreRecord.id)
        .join(CertificateRecord, CertificateRecord.number == ScoreRecord.certificate_number)
        .join(DecisionRecord, DecisionRecord.id == CertificateRecord.decision_id)
        .where(DecisionRecord.application_id == application.id)
    )
    return session.scalars(earlier).first() is not None


def _begun(installation: Installation, score_id: str, number: int) -> _Try | float | None:
    # Counts the try, or tells when to come back (the line rests), or None: nothing to do.
    with installation.database.write() as session:
        score = session.get(ScoreRecord, score_id, with_for_update=True)
        if score is None or score.state != "waiting" or score.round != number or _withdrawn(session, score):
            return None
        registration = session.get_one(Registration, score.registration_id)
        turn = lines.take_turn(session, score.registration_id, platform(registration.family).pause)
        if turn.wait is not None:
            return _waits(score, turn, turn.wait)
        doubtful, score.doubtful = score.doubtful, True
        score.attempts += 1
        return _Try(score, doubtful, turn.pace)


def _withdrawn(session: Session, score: ScoreRecord) -> bool:
    # What was revoked while its LMS was away is not sent; what was sent stays, since any other score would erase a grade.
    certificate = session.get(CertificateRecord, score.certificate_number)
    if certificate is None or certificate.state != CertificateState.REVOKED:
        return False
    score.state, score.last_code, score.next_at = "not-wanted", "revoked", None
    return True


def _waits(score: ScoreRecord, turn: Turn, wait: float) -> float | None:
    # Another score's try failed a moment ago: this one is not tried, and not counted.
    now = clock.now()
    away = turn.failing_since is not None and now - turn.failing_since >= PATIENCE
    if now - (score.since or score.timestamp) >= PATIENCE and (score.attempts or away):
        score.state, score.last_code, score.next_at = "stuck", score.last_code or "line-rests", None
        _log.error("score-stuck", score=score.id, registration=score.registration_id, attempts=score.attempts, code=score.last_code)
        return None
    score.last_code, score.next_at = score.last_code or "line-rests", now + timedelta(seconds=wait)
    return wait


def _settle(installation: Installation, begun: _Try, answer: ScoreAnswer) -> float | None:
    with installation.database.write() as session:
        score = session.get_one(ScoreRecord, begun.score.id, with_for_update=True)
        rest = lines.report(session, score.registration_id, answer)
        if score.state == "sent":
            # Two workers sent it at once, and the other one was told so first.
            return None
        state, pause = outcome(score, answer, doubtful=begun.doubtful)
        pause = None if pause is None else max(pause, rest)
        score.state = state
        score.doubtful = answer.kind == "try-later"
        score.last_code = answer.code if state != "sent" else "sent"
        score.last_answer = f"{answer.kind} {answer.status or ''} {answer.detail}".strip()[:200]
        score.next_at = None if pause is None else clock.now() + timedelta(seconds=pause)
        score.sent_at = clock.now() if state == "sent" else None
    _tell(score, answer, pause)
    return pause


def _tell(score: ScoreRecord, answer: ScoreAnswer, pause: float | None) -> None:
    log = _log.bind(score=score.id, registration=score.registration_id, attempts=score.attempts, answer=answer.kind, status=answer.status)
    if score.state == "stuck":
        log.error("score-stuck", code=answer.code)
    elif score.state == "waiting":
        log.warning("score-not-yet-sent", code=answer.code, again_in=pause)
    else:
        log.info("score-sent")
