"""The line to each LMS: scores go one at a time and not too fast, and after a failure one of them asks for all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from lti_tool import clock
from lti_tool.delivery.records import ScoreLine
from lti_tool.launch.services import ScoreAnswer
from lti_tool.launch.upserts import upsert

# Seconds before the next try; the last one goes on until the LMS has been away for PATIENCE.
PAUSES: Final = (5.0, 15.0, 60.0, 300.0, 900.0, 3600.0)
PATIENCE: Final = timedelta(days=7)
# The longest that an LMS may ask us to wait (seconds); Retry-After is its word, not ours.
LONGEST_PAUSE: Final = 6 * 3600.0
# While a failing LMS is asked, nobody else asks; longer than a call may last, in case whoever asks dies.
PROBE: Final = timedelta(seconds=60)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether the line is open: `wait` is None then and `pace` the seconds to leave before the call; else `wait` seconds to come back."""

    wait: float | None
    pace: float = 0.0
    failing_since: datetime | None = None


def take_turn(session: Session, registration_id: int, pause: float) -> Turn:
    """Take the next turn on a line whose calls are `pause` seconds apart, in the transaction that counts the try."""
    line, now = _line(session, registration_id), clock.now()
    if line.closed_until is not None and line.closed_until > now:
        # Bounded, in case the clock was far ahead when the line was closed.
        return Turn(min((line.closed_until - now).total_seconds(), LONGEST_PAUSE), failing_since=line.failing_since)
    since = (now - line.called_at).total_seconds() if line.called_at else pause
    pace = min(max(0.0, pause - since), pause)
    line.called_at = now + timedelta(seconds=pace)
    if line.failures:
        line.closed_until = now + PROBE
    return Turn(None, pace)


def report(session: Session, registration_id: int, answer: ScoreAnswer) -> float:
    """Note what became of a call and return the seconds that the line rests: all its scores wait after a try-later."""
    line, now = _line(session, registration_id), clock.now()
    line.closed_until = None
    if answer.kind == "try-later":
        line.failures += 1
        line.failing_since = line.failing_since or now
        rest = rested(line.failures, answer.retry_after)
        line.closed_until = now + timedelta(seconds=rest)
        return rest
    if answer.status is not None:
        line.failures, line.failing_since = 0, None
    return 0.0


def reopen(session: Session, registration_id: int) -> None:
    """Let the next score try at once, because an administrator says so."""
    _line(session, registration_id).closed_until = None


def rested(failures: int, retry_after: float | None) -> float:
    """Return the seconds to wait after so many failures in a row, no less than the LMS asked for."""
    return min(max(PAUSES[min(failures, len(PAUSES)) - 1], retry_after or 0.0), LONGEST_PAUSE)


def _line(session: Session, registration_id: int) -> ScoreLine:
    upsert(session, ScoreLine, {"registration_id": registration_id}, {"failures": 0}, replace=False)
    return session.get_one(ScoreLine, registration_id, with_for_update=True)
