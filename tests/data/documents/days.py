"""Days: which ones documents are dated with, and how each language writes them."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from documents.words import Words

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")


def oldest(day: date, years: int = 2) -> date:
    """Return the oldest day that still counts: two calendar years before, the day itself included, 29 February falling back to 28."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def fresh_day(rng: Random, day: date) -> date:
    """Return a day inside the two years, not at its edge."""
    return day - timedelta(days=rng.randrange(3, 725))


def forms(words: Words) -> list[str]:
    """Return the forms in which a language writes a day."""
    return list(words["dates.forms"])


def written(day: date, words: Words, form: str) -> str:
    """Write a day in a form of a language."""
    months = words["dates.months"]
    suffix = "th" if 10 <= day.day <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day.day % 10, "th")
    values = {
        "d": day.day,
        "dd": f"{day.day:02}",
        "m": day.month,
        "mm": f"{day.month:02}",
        "y": day.year,
        "yy": f"{day.year % 100:02}",
        "month": months[day.month - 1],
        "short": _own(words, "short", months)[day.month - 1],
        "weekday": _own(words, "weekdays", [""] * 7)[day.weekday()],
        "roman": ROMAN[day.month - 1],
        "th": suffix,
        "first": _own(words, "first", "1") if day.day == 1 else day.day,
    }
    return form.format(**values)


def _own(words: Words, key: str, otherwise: Any) -> Any:
    return words.values.get("dates", {}).get(key, otherwise)


def day_first_only(form: str) -> bool:
    """Tell a form that holds day and month as numbers, so that some would read them the other way round."""
    return ("{m}" in form or "{mm}" in form) and not form.startswith("{y}")
