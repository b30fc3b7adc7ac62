"""Platform differences as rows of a data file; the code asks the row and never the platform's name."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any, Final

from pydantic import BaseModel, ConfigDict

COURSE_FIRST: Final = "course-first"


class Platform(BaseModel):
    """One row of platforms.toml, which explains the columns."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    token_audience: str
    roles: str
    throttles: frozenset[int]
    throttled_words: tuple[str, ...]
    pause: float
    service_hosts: tuple[str, ...]
    score: Mapping[str, Any]
    repeated: tuple[str, ...]
    codes: frozenset[str]
    page_size: int


@cache
def families() -> Mapping[str, Platform]:
    """Return every row by its family name, such as ``moodle``; ``default`` is the row of platforms we don't know."""
    table = tomllib.loads(resources.files("lti_tool.launch").joinpath("platforms.toml").read_text(encoding="utf-8"))
    return {name: Platform.model_validate({**table["default"], **row}) for name, row in table.items()}


def platform(family: str) -> Platform:
    """Return the row of a family, or the default row."""
    return families().get(family, families()["default"])


def family_of(code: object) -> str:
    """Return the family that a launch's `product_family_code` names, or ""."""
    return next((name for name, row in families().items() if code in row.codes), "") if isinstance(code, str) else ""
