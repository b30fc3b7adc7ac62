"""Scores: what an award owes to the LMS, sent once, however long the LMS is away.

A Moodle un-completes an activity at any other score than a full one (docs of AGS 2.0; facts seen on 4.5), so one full score
is sent for one certificate, with a timestamp that is fixed when the score is made: whoever receives it twice can tell.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.decision.records import DecisionRecord
from lti_tool.delivery.records import ScoreRecord
from lti_tool.evidence.records import ApplicationRecord
from lti_tool.failpoints import failpoint
from lti_tool.installation import Installation
from lti_tool.issuing.number import shown
from lti_tool.issuing.records import CertificateRecord
from lti_tool.launch.services import ScoreAnswer, send_score
from lti_tool.work import DELIVERY

FULL: Final = 100.0
# Seconds before the next try; the last one goes on until the LMS has been away for PATIENCE.
PAUSES: Final = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
PATIENCE: Final = timedelta(days=7)
# The longest that an LMS may ask us to wait (seconds); Retry-After is its word, not ours.
LONGEST_PAUSE: Final = 6 * 3600.0

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
    )
    session.add(score)
    session.flush()
    if wanted:
        # One at a time to each LMS; other LMSs don't wait for it.
        installation.work.ask(session, "send-score", DELIVERY, score.id, partition=str(score.registration_id))


def deliver(installation: Installation, score_id: str) -> float | None:
    """Send one score; the seconds until the next try, or None when it arrived or is stuck.

    Each try is counted before it is made: an answer that was lost shows as a repeated try, which an LMS may answer with
    409, "I have this one already" (AGS 2.0, 3.4.4).
    """
    failpoint("score-begun")
    score = _counted(installation, score_id)
    if score is None:
        return None
    address = f"{installation.settings.base_url}/c/{score.certificate_number}"
    answer = send_score(
        installation,
        score.registration_id,
        score.line_item,
        score.sub,
        score.timestamp,
        FULL,
        FULL,
        f"Certificate {shown(score.certificate_number)}: {address}",
    )
    failpoint("score-sent")
    return _settle(installation, score, answer)


def stuck(session: Session) -> tuple[ScoreRecord, ...]:
    """Return the scores that did not arrive and are not tried again, oldest first, for the administrator."""
    return tuple(session.scalars(sa.select(ScoreRecord).where(ScoreRecord.state == "stuck").order_by(ScoreRecord.timestamp)))


def outcome(score: ScoreRecord, answer: ScoreAnswer) -> tuple[str, float | None]:
    """Return the state after an answer and the seconds until the next try, None for no other."""
    if answer.kind == "sent" or (answer.kind == "already-there" and score.attempts > 1):
        return "sent", None
    if answer.kind == "try-later" and clock.now() - score.timestamp < PATIENCE:
        pause = PAUSES[min(score.attempts, len(PAUSES)) - 1]
        return "waiting", min(max(pause, answer.retry_after or 0.0), LONGEST_PAUSE)
    return "stuck", None


def _owed_already(session: Session, application: ApplicationRecord) -> bool:
    earlier = (
        sa.select(ScoreRecord.id)
        .join(CertificateRecord, CertificateRecord.number == ScoreRecord.certificate_number)
        .join(DecisionRecord, DecisionRecord.id == CertificateRecord.decision_id)
        .where(DecisionRecord.application_id == application.id)
    )
    return session.scalars(earlier).first() is not None


def _counted(installation: Installation, score_id: str) -> ScoreRecord | None:
    with installation.database.write() as session:
        score = session.get(ScoreRecord, score_id, with_for_update=True)
        if score is None or score.state != "waiting":
            return None
        score.attempts += 1
        return score


def _settle(installation: Installation, counted: ScoreRecord, answer: ScoreAnswer) -> float | None:
    with installation.database.write() as session:
        score = session.get_one(ScoreRecord, counted.id, with_for_update=True)
        if score.state == "sent":
            # Two workers sent it at once, and the other one was told so first.
            return None
        state, pause = outcome(score, answer)
        score.state = state
        score.last_answer = f"{answer.kind} {answer.status or ''} {answer.detail}".strip()[:200]
        score.sent_at = clock.now() if state == "sent" else None
    log = _log.bind(score=counted.id, registration=counted.registration_id, attempts=counted.attempts, answer=answer.kind, status=answer.status)
    if state == "stuck":
        log.error("score-stuck")
    elif state == "waiting":
        log.warning("score-not-yet-sent", again_in=pause)
    else:
        log.info("score-sent")
    return pause
