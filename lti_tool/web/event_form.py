"""The form in which organisers describe an event: from what was typed to particulars."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Final

from lti_tool.decision.events import LONGEST_TITLE, Particulars
from lti_tool.launch.claims import text
from lti_tool.problem import Problem

QUARTER: Final = 15
_HOURS: Final = re.compile(r"[0-9]{1,4}(\.[0-9]{1,4})?")


def particulars(form: Mapping[str, str]) -> Particulars:
    """Read the form. Raises Problem("event-title-missing", "event-dates-wrong", "event-length-wrong")."""
    title = text(form.get("title", ""), LONGEST_TITLE + 1)
    return Particulars(
        title, _day(form.get("starts_on", "")), _day(form.get("ends_on", "") or form.get("starts_on", "")), _minutes(form.get("hours", ""))
    )


def _day(typed: str) -> date:
    try:
        return date.fromisoformat(typed.strip()[:10])
    except ValueError:
        raise Problem("event-dates-wrong") from None


def _minutes(typed: str) -> int | None:
    plain = typed.strip().replace(",", ".")
    if not plain:
        return None
    minutes = Decimal(plain) * 60 if _HOURS.fullmatch(plain) else Decimal(-1)
    if minutes % QUARTER:
        raise Problem("event-length-wrong")
    return int(minutes)
