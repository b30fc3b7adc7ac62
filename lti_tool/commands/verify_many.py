"""Verify many things at a good rate: in this process while they are few, in several once they are many; always in their order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.installation import Installation

# What a command ends with that was interrupted (128 + SIGINT).
INTERRUPTED: Final = 130
# From so many on, starting more processes pays.
_MANY: Final = 40
# Answers that are waited for at a time, for each process.
_AHEAD: Final = 16
# How often whoever waits for an answer looks whether the command was interrupted (seconds).
_LOOKED_UP: Final = 0.2
# Larger files are not certificates of ours (bytes).
_LARGEST: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked, and the verdict as JSON values (`verification/report.py`)."""

    item: str
    report: dict[str, Any]


def verified(installation: Installation, items: Sequence[str], jobs: int | None, *, pictures: bool = False) -> Iterator[Answer]:
    """Yield the answers in the order of the items. Raises KeyboardInterrupt at once when interrupted, with every process ended."""
    wanted = jobs or min(os.cpu_count() or 1, 16)
    if wanted == 1 or len(items) < _MANY or "-" in items:
        for item in items:
            yield answer(installation, item, pictures=pictures)
        return
    yield from _by_several(installation, items, wanted, pictures=pictures)


def answer(installation: Installation, item: str, *, pictures: bool = False) -> Answer:
    """Verify one thing: the file of this name, standard input for ``-``, else the text itself."""
    from lti_tool import clock
    from lti_tool.verification.changes import with_changes
    from lti_tool.verification.report import report
    from lti_tool.verification.verify import verify_anything

    content = _content(item)
    try:
        verdict = with_changes(installation, content, verify_anything(installation, content), pictures=pictures)
    except Problem as problem:
        if problem.code != "checking-busy":
            raise
        return answer(installation, item, pictures=pictures)
    return Answer(item, report(verdict, clock.now()).model_dump(mode="json"))


def _content(item: str) -> bytes:
    if item == "-":
        return sys.stdin.buffer.read()
    try:
        if Path(item).is_file():
            with Path(item).open("rb") as file:
                return file.read(_LARGEST)
    except (OSError, ValueError):
        # Too long for a path, or unreadable: then it is a text.
        pass
    return item.encode("utf-8", "surrogateescape")


def _by_several(installation: Installation, items: Sequence[str], jobs: int, *, pictures: bool) -> Iterator[Answer]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, mp_context=context, initializer=_begin, initargs=(installation.settings,))
    waiting: deque[Future[Answer]] = deque()
    with _interruptions() as stopping:
        try:
            for item in items:
                waiting.append(pool.submit(_answer, item, pictures=pictures))
                if len(waiting) >= jobs * _AHEAD:
                    yield _next(waiting, stopping)
            while waiting:
                yield _next(waiting, stopping)
        except BaseException:
            for process in list(pool._processes.values()):
                process.terminate()
            pool.shutdown(wait=False, cancel_futures=True)
            raise
        pool.shutdown()


@contextmanager
def _interruptions() -> Iterator[threading.Event]:
    """Note an interruption instead of raising it wherever the program happens to be.

    An exception between a lock's taking and its release inside the pool would leave the pool waiting for itself for ever.
    """
    stopping = threading.Event()
    before = signal.signal(signal.SIGINT, lambda *_: stopping.set())
    try:
        yield stopping
    finally:
        signal.signal(signal.SIGINT, before)


def _next(waiting: deque[Future[Answer]], stopping: threading.Event) -> Answer:
    """Return the first answer. Raises KeyboardInterrupt once `stopping` is set."""
    answered = waiting.popleft()
    while not stopping.is_set():
        try:
            return answered.result(timeout=_LOOKED_UP)
        except FutureTimeout:
            if answered.done():
                # What was asked failed with an error of this name itself.
                raise
    raise KeyboardInterrupt


_answerer: partial[Answer] | None = None


def _begin(settings: Any) -> None:
    """Open the installation in a process of its own; who is interrupted is the parent, which ends this."""
    global _answerer  # noqa: PLW0603 - a process of the pool keeps what it works with
    from lti_tool.installation import Installation

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _answerer = partial(answer, Installation(settings))


def _answer(item: str, *, pictures: bool) -> Answer:
    assert _answerer is not None  # noqa: S101 - the pool calls `_begin` first
    return _answerer(item, pictures=pictures)
