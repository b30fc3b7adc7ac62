"""Services of a platform: sending a score (LTI-AGS 2.0)."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal
from urllib.parse import urlsplit, urlunsplit

import requests

from lti_tool import clock
from lti_tool.installation import Installation
from lti_tool.launch.calling import active_registration, connector
from lti_tool.launch.claims import text
from lti_tool.launch.hardened import Connector, ServiceRefused
from lti_tool.launch.outgoing import NotCalled
from lti_tool.launch.platforms import Platform, platform
from lti_tool.launch.records import Registration

SCORE_SCOPE: Final = "https://purl.imsglobal.org/spec/lti-ags/scope/score"
# Moodle compares letter by letter.
SCORE_TYPE: Final = "application/vnd.ims.lis.v1.score+json"
LONGEST_DETAIL: Final = 150


Kind = Literal["sent", "already-there", "try-later", "refused"]
# What a refusal of the score itself means; any other is "not-accepted".
_REFUSALS: Final = {400: "not-gradable", 401: "token-not-taken", 403: "no-permission", 404: "line-item-gone", 410: "line-item-gone"}


@dataclass(frozen=True, slots=True)
class ScoreAnswer:
    """What became of a score.

    `status` is the HTTP status of the score endpoint, None when it was not reached; `retry_after` is in seconds, if the
    platform named a time; `detail` is for administrators and holds nothing personal; `code` stands for words that say what to do.
    """

    kind: Kind
    status: int | None
    retry_after: float | None
    detail: str
    code: str = ""


def send_score(  # noqa: PLR0913, PLR0917 - the parts of a score, which the outbox holds as columns
    installation: Installation,
    registration_id: int,
    line_item: str,
    sub: str,
    timestamp: datetime,
    given: float,
    maximum: float,
    comment: str,
) -> ScoreAnswer:
    """Send one final score: completed and fully graded, the only kind that sets a grade and completes an activity in Moodle.

    Never raises for what a platform answers or fails to answer. A timestamp in the future would block later scores until then,
    so it is never later than now.
    """
    with installation.database.read() as session:
        registration = active_registration(session, registration_id)
    if registration is None:
        return ScoreAnswer("refused", None, None, "the platform is not active here", "platform-inactive")
    score = {
        "userId": sub,
        "scoreGiven": given,
        "scoreMaximum": maximum,
        "activityProgress": "Completed",
        "gradingProgress": "FullyGraded",
        "timestamp": instant(min(timestamp, clock.now())),
        "comment": comment,
        **platform(registration.family).score,
    }
    return _sent(connector(installation, registration), registration, scores_url(line_item), json.dumps(score))


def instant(at: datetime) -> str:
    """Return an instant as LTI-AGS 2.0 3.4.5 asks: ISO 8601 with milliseconds and the zone."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def scores_url(line_item: str) -> str:
    """Return the address of a line item's scores: the path grows, the query stays (LTI-AGS 2.0 3.4)."""
    parts = urlsplit(line_item)
    return urlunsplit(parts._replace(path=parts.path.rstrip("/") + "/scores"))


def _sent(calls: Connector, registration: Registration, url: str, score: str) -> ScoreAnswer:
    try:
        calls.make_service_request([SCORE_SCOPE], url, is_post=True, data=score, content_type=SCORE_TYPE)
    except ServiceRefused as error:
        return _answered(error.response, registration, url)
    except NotCalled as error:
        kind, code = _UNCALLED.get(error.reason, ("try-later", "not-reached"))
        return ScoreAnswer(kind, None, None, f"not reached: {error.reason}", code)
    except ValueError:
        return ScoreAnswer("try-later", None, None, "the token endpoint gave no token", "no-token")
    return ScoreAnswer("sent", calls.status, None, "", "sent")


_UNCALLED: Final[dict[str, tuple[Kind, str]]] = {"other-host": ("refused", "other-host"), "address": ("refused", "address-not-public")}


def _answered(response: requests.Response, registration: Registration, url: str) -> ScoreAnswer:
    row = platform(registration.family)
    status, retry_after = response.status_code, _retry_after(response.headers.get("Retry-After"))
    # Moodle says why in the reason phrase; its body is empty.
    detail = text(f"{status} {response.reason or ''}", LONGEST_DETAIL)
    busy = _busy(response, row, retry_after)
    if response.url != url:
        # The score itself was not judged. Moodle answers 404 here when its HTTP security keeps it from fetching our keys.
        code = _later(status) if busy else "token-refused"
        return ScoreAnswer("try-later", None, retry_after, f"token endpoint: {detail}"[:LONGEST_DETAIL], code)
    if status == 409 or (status == 400 and any(words in response.text for words in row.repeated)):
        return ScoreAnswer("already-there", status, None, detail, "newer-grade")
    if busy:
        return ScoreAnswer("try-later", status, retry_after, detail, _later(status))
    return ScoreAnswer("refused", status, None, detail, _REFUSALS.get(status, "not-accepted"))


def _busy(response: requests.Response, row: Platform, retry_after: float | None) -> bool:
    if response.status_code >= 500 or response.status_code in row.throttles:
        return True
    # A 403 means "not allowed" unless it says when, or in the platform's own words, that it means "not now".
    return response.status_code == 403 and (retry_after is not None or any(words in response.text for words in row.throttled_words))


def _later(status: int) -> str:
    return "platform-down" if status >= 500 else "platform-busy"


def _retry_after(value: str | None) -> float | None:
    if not value:
        return None
    try:
        seconds = float(value) if value.strip().isdigit() else (parsedate_to_datetime(value) - clock.now()).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(max(0.0, seconds), 86_400.0) if math.isfinite(seconds) else None
