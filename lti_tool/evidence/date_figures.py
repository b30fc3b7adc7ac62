"""What three numbers may mean as a date, and the edges of a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

FIRST_YEAR, LAST_YEAR = 1900, 2099
_YEAR_FIRST: Final = frozenset({"hu", "lt", "lv", "sv", "eu"})


def figures(first: str, second: str, third: str, mark: str, languages: Sequence[str] = ()) -> list[date]:
    """Return what three numbers may mean, the likeliest first.

    Dots are never American; with other marks month and day may stand either way round where the paper is in English first of all. A year of two
    figures comes first only where the language writes it first.
    """
    a, b, c = int(first), int(second), int(third)
    lengths = (len(first), len(second), len(third))
    american = mark != "." and (not languages or languages[0] == "en")
    orders: list[tuple[int, int, int]] = []
    if lengths[0] == 4 and max(lengths[1:]) <= 2:
        orders = [(a, b, c)]
    elif max(lengths[:2]) <= 2 and lengths[2] in (2, 4):
        year = c if lengths[2] == 4 else 2000 + c
        orders = [(year, b, a)] + ([(year, a, b)] if american else [])
        if lengths == (2, 2, 2) and (a > 31 or _YEAR_FIRST.intersection(languages[:1])):
            orders.append((2000 + a, b, c))
    return [found for order in orders if (found := valid(*order)) is not None and FIRST_YEAR <= found.year <= LAST_YEAR]


def valid(year: int, month: int, day: int) -> date | None:
    """Return a day, or None for one that no calendar has."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def edges(year: int, month: int) -> tuple[date, date]:
    """Return the first and the last day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, 1), date.fromordinal(following.toordinal() - 1)
