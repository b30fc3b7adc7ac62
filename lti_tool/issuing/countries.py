"""Countries as the European Union's authority table has them."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path


def country(alpha_2: str) -> tuple[str, str] | None:
    """Return the table's code and the English name of a country by its ISO 3166-1 alpha-2 code; None if it is not known here."""
    return _countries().get(alpha_2)


@cache
def _countries() -> dict[str, tuple[str, str]]:
    rows = tomllib.loads(Path(__file__).with_name("countries.toml").read_text(encoding="utf-8"))
    return {alpha_2: (code, name) for alpha_2, (code, name) in rows.items()}
