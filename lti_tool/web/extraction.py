"""Extractor of the sentences in TOML files, for `pybabel extract` (see babel.cfg)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator
from typing import IO, Any

# (line, function, message, comments), as Babel's extraction interface has it.
Extracted = tuple[int, str, str, list[str]]


def sentences(file: IO[bytes], keywords: Collection[str], tags: Collection[str], options: dict[str, str]) -> Iterator[Extracted]:
    """Yield every text that stands under one of the keys named by the option `keys` (``*`` for all), with its line."""
    content = file.read().decode("utf-8")
    wanted = frozenset(options.get("keys", "").split())
    for text in _texts(tomllib.loads(content), wanted, chosen=False):
        yield _line(content, text), "", text, []


def _texts(value: Any, wanted: frozenset[str], *, chosen: bool) -> Iterator[str]:
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _texts(member, wanted, chosen="*" in wanted or key in wanted)
    elif isinstance(value, list):
        for member in value:
            yield from _texts(member, wanted, chosen=chosen)
    elif isinstance(value, str) and value and chosen:
        yield value


def _line(content: str, text: str) -> int:
    # A text may be written with escapes; then it is said to stand in the first line.
    place = content.find(text.splitlines()[0])
    return content.count("\n", 0, max(place, 0)) + 1
