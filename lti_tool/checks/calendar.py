"""Calendar years, both days included (design rule 3)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

_MONTHS: Final = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December")


def oldest_day(day: date, years: int) -> date:
    """Return the earliest day of issue that still counts on `day`; 29 February falls back to 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def usable_until(issued: date, years: int) -> date:
    """Return the last day of application on which a document of this day counts."""
    try:
        last = issued.replace(year=issued.year + years)
    except ValueError:
        return issued.replace(year=issued.year + years, day=28)
    # 29 February looks back to 28, so a document of 28 February counts a day longer in a leap year.
    following = last + timedelta(days=1)
    return following if oldest_day(following, years) <= issued else last


def in_words(day: date) -> str:
    """Return a day as "3 October 2024"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
