"""From a file to a `Scheme`; every mistake names the file and the key."""

from __future__ import annotations

import hashlib
import tomllib
import zoneinfo
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from lti_tool.problem import Problem
from lti_tool.scheme.model import Edition, EventScheme, Scheme

EditionT = TypeVar("EditionT", bound=Edition)


def load_scheme(source: Path | Traversable | str, name: str = "scheme") -> Scheme:
    """Read a scheme that rests on evidence from a file, or from TOML text (then `name` stands for the file in messages).

    Raises Problem("scheme-wrong") with the details file, key and reason.
    """
    content, name = _read(source, name)
    return _scheme(_table(content, name), content, name)


def load_edition(source: Path | Traversable | str, name: str = "scheme") -> Scheme | EventScheme:
    """Read an edition of either sort: ``basis = "event"`` makes it one that rests on an event. Raises as `load_scheme` does."""
    content, name = _read(source, name)
    table = _table(content, name)
    if table.get("basis") != "event":
        return _scheme(table, content, name)
    scheme = _valid(EventScheme, table, content, name)
    _lasts(scheme, name)
    return scheme


def _read(source: Path | Traversable | str, name: str) -> tuple[bytes, str]:
    if isinstance(source, str):
        return source.encode(), name
    try:
        return source.read_bytes(), source.name
    except OSError as error:
        raise _wrong(str(source), "the whole file", error.strerror or "it can't be read") from None


def _table(content: bytes, name: str) -> dict[str, Any]:
    try:
        table = tomllib.loads(content.decode("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _wrong(name, "the whole file", str(error)) from None
    if "sha256" in table:
        raise _wrong(name, "sha256", "it is computed from the file, not stated in it")
    return table


def _scheme(table: dict[str, Any], content: bytes, name: str) -> Scheme:
    scheme = _valid(Scheme, table, content, name)
    _reachable(scheme, name)
    _lasts(scheme, name)
    return scheme


def _valid(model: type[EditionT], table: dict[str, Any], content: bytes, name: str) -> EditionT:
    try:
        return model.model_validate({**table, "sha256": hashlib.sha256(content).hexdigest()})
    except ValidationError as error:
        # A misspelt key is also a missing one: the misspelling is what helps.
        first = min(error.errors(), key=lambda entry: entry["type"] != "extra_forbidden")
        raise _wrong(name, ".".join(str(part) for part in first["loc"]), first["msg"].removeprefix("Value error, ")) from None


def _reachable(scheme: Scheme, name: str) -> None:
    """Refuse what can't be met: requirements without a kind, kinds no document can be known by."""
    _unique([kind.id for kind in scheme.kinds], name, "kinds")
    _unique([entry.id for entry in scheme.requirements], name, "requirements")
    _unique([entry.id for entry in scheme.declarations], name, "declarations")
    kinds = {kind.id: kind for kind in scheme.kinds}
    for index, requirement in enumerate(scheme.requirements):
        kind = kinds.get(requirement.kind)
        if kind is None:
            raise _wrong(name, f"requirements.{index}.kind", f"there is no kind {requirement.kind!r}")
        if "disclaimer" in requirement.checks and kind.family != "nql":
            raise _wrong(name, f"requirements.{index}.checks", "only a label carries the disclaimer: no document could pass")
        if "kind" not in requirement.checks:
            raise _wrong(name, f"requirements.{index}.checks", "without the check 'kind' any paper would do")
    _unique([entry.kind for entry in scheme.requirements], name, "requirements")
    _courses_can_be_told_apart(scheme, name)
    if "complete" not in scheme.checks:
        raise _wrong(name, "checks", "without the check 'complete' nothing would be asked for")


def _lasts(scheme: Edition, name: str) -> None:
    """Refuse dates that exclude every day, and days of nowhere."""
    if scheme.valid_until and scheme.valid_until < scheme.valid_from:
        raise _wrong(name, "valid_until", "the edition ends before it begins")
    try:
        zoneinfo.ZoneInfo(scheme.time_zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        raise _wrong(name, "time_zone", f"there is no time zone {scheme.time_zone!r}") from None


def _courses_can_be_told_apart(scheme: Scheme, name: str) -> None:
    seen: set[int] = set()
    for index, kind in enumerate(scheme.kinds):
        if kind.family != "mooc":
            continue
        if kind.number is None or not kind.names.every():
            raise _wrong(name, f"kinds.{index}", "a course needs a number and names, or no document could be known as it")
        if kind.number in seen:
            raise _wrong(name, f"kinds.{index}.number", f"two courses have the number {kind.number}")
        seen.add(kind.number)


def _unique(ids: list[str], name: str, key: str) -> None:
    for entry in ids:
        if ids.count(entry) > 1:
            raise _wrong(name, key, f"{entry!r} stands there twice")


def _wrong(file: str, key: str, reason: str) -> Problem:
    return Problem("scheme-wrong", file=file, key=key or "the whole file", reason=reason)
