"""JSON lines in, JSON lines out: in the same order, several at work at once, each answered as soon as it may be."""

from __future__ import annotations

import json
import os
import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date
from typing import Any, TypeVar

import click

T = TypeVar("T")


class WrongLine(Exception):
    """A line that can't be used, and why."""


def at_once() -> int:
    """Return how many documents are read at once."""
    return max(1, min(4, os.cpu_count() or 1))


def answer_lines(lines: Iterable[str], prepare: Callable[[str], T], answer: Callable[[T], dict[str, Any]]) -> None:
    """Print one JSON line for each line that is not blank: `prepare` runs beside others, `answer` one by one in their order."""
    waiting: queue.Queue[Future[T] | None] = queue.Queue(maxsize=8 * at_once())
    failed: list[BaseException] = []

    writer = threading.Thread(target=_write, args=(waiting, answer, failed), name="answers")
    writer.start()
    with ThreadPoolExecutor(at_once()) as pool:
        for line in lines:
            if failed:
                break
            if line.strip():
                waiting.put(pool.submit(prepare, line))
        waiting.put(None)
        writer.join()
    if failed:
        raise failed[0]


def _write(waiting: queue.Queue[Future[T] | None], answer: Callable[[T], dict[str, Any]], failed: list[BaseException]) -> None:
    while (future := waiting.get()) is not None:
        if failed:
            continue
        try:
            click.echo(json.dumps(answer(future.result()), ensure_ascii=False))
        except BaseException as error:  # raised again in the thread that called
            failed.append(error)


def parse(line: str) -> dict[str, Any]:
    """Return the object of a line. Raises WrongLine."""
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        raise WrongLine("it is not JSON") from None
    if not isinstance(value, dict):
        raise WrongLine("it is not an object")
    return value


def text(value: dict[str, Any], key: str, *, needed: bool = False) -> str:
    """Return a text of a line, empty if absent. Raises WrongLine."""
    found = value.get(key)
    if found is None and not needed:
        return ""
    if not isinstance(found, str):
        raise WrongLine(f"{key!r} is missing" if found is None else f"{key!r} is not a text")
    return found


def day(value: dict[str, Any]) -> date | None:
    """Return the line's date, None if absent. Raises WrongLine."""
    written = text(value, "date")
    try:
        return date.fromisoformat(written[:10]) if written else None
    except ValueError:
        raise WrongLine("'date' is not a date such as 2026-11-21") from None
