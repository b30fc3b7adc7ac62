"""Until when a document can be used, for display; whether it is fresh enough is for the checks to say."""

from __future__ import annotations

from datetime import date


def usable_until(issued: date, years: int) -> date:
    """Return the last day on which a document of this date counts: the same calendar day, 29 February falling back to the 28th."""
    try:
        return issued.replace(year=issued.year + years)
    except ValueError:
        return issued.replace(year=issued.year + years, day=28)
