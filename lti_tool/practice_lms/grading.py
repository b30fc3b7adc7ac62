"""Moodle's rules for a score message: when it sets a grade, erases one, or is refused."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from lti_tool.practice_lms import people
from lti_tool.practice_lms.catalogue import Course
from lti_tool.practice_lms.store import Grade

_ACTIVITY_PROGRESS: Final = ("Initialized", "Started", "InProgress", "Submitted", "Completed")
_GRADING_PROGRESS: Final = ("NotReady", "Failed", "Pending", "PendingManual", "FullyGraded")


@dataclass(frozen=True, slots=True)
class Wrong:
    """A score message that sets nothing; `reason` goes into the HTTP reason phrase."""

    status: int
    reason: str


def grade_of(item: str, course: Course, body: str) -> Grade | Wrong:
    """Return what a score message (AGS 2.0, section 3.4) writes into the gradebook.

    Only ``FullyGraded`` with a score sets a grade and completes; everything else erases and un-completes (in Moodle's manner).
    """
    score = _parsed(body)
    if score is None or not _plausible(score, course):
        return Wrong(400, f"Incorrect score received{body}")
    counts = score["gradingProgress"] == "FullyGraded" and "scoreGiven" in score
    return Grade(
        item=item,
        person=score["userId"],
        given=float(score["scoreGiven"]) if counts else None,
        maximum=float(score["scoreMaximum"]) if counts else None,
        comment=str(score.get("comment", "")),
        # Fractions of a second are cut off: two scores within one second collide.
        at=int(datetime.fromisoformat(score["timestamp"]).timestamp()),
        complete=counts,
    )


def too_early(grade: Grade) -> Wrong:
    """Return the refusal of a score that is not younger than what stands there."""
    return Wrong(409, f"Refusing score with an earlier timestamp for item {grade.item} and user {grade.person}")


def scaled(grade: Grade, item_maximum: float) -> float | None:
    """Return the grade on the item's own scale."""
    return None if grade.given is None or not grade.maximum else grade.given / grade.maximum * item_maximum


def is_new_submission(body: str) -> bool:
    """Tell whether a score makes a new submission: in Canvas it does unless its extension says otherwise."""
    extension = (_parsed(body) or {}).get("https://canvas.instructure.com/lti/submission")
    return not isinstance(extension, dict) or extension.get("new_submission", True) is not False


def _parsed(body: str) -> dict[str, Any] | None:
    try:
        score = json.loads(body)
    except json.JSONDecodeError:
        return None
    return score if isinstance(score, dict) else None


def _plausible(score: dict[str, Any], course: Course) -> bool:
    person = people.find(score.get("userId"))
    return (
        person is not None
        and people.learns(person, course)  # staff have no row in the gradebook
        and score.get("activityProgress") in _ACTIVITY_PROGRESS
        and score.get("gradingProgress") in _GRADING_PROGRESS
        and _is_instant(score.get("timestamp"))
        and ("scoreGiven" not in score or (_is_number(score["scoreGiven"]) and _is_number(score.get("scoreMaximum"))))
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value >= 0


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False
