"""`sealwright issue --csv`: a whole list, in several processes; given again after a crash it goes on where it stopped."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing.connection import wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from lti_tool.commands.tables import spreadsheet_cell
from lti_tool.problem import Problem

if TYPE_CHECKING:
    from lti_tool.installation import Installation
    from lti_tool.issuing.many import Occasion, Row
    from lti_tool.settings import Settings

LIST: Final = "issued.csv"
# Parts that are handed out ahead, for each process.
_AHEAD: Final = 3


@dataclass(frozen=True, slots=True)
class Manner:
    """How a list is worked off: into which folder, by how many processes, with the files of the certificates, without a bar."""

    out: Path
    processes: int
    pdf: bool = False
    quiet: bool = False


def issue_list(installation: Installation, about: Occasion, rows: Sequence[Row], manner: Manner) -> Path:
    """Issue everybody's certificate and write `issued.csv`; return where that is.

    Raises Problem("list-stopped") if a process ended before its work: what is done is done, and the same command goes on.
    """
    from lti_tool.issuing.keys import ring
    from lti_tool.issuing.many import TOGETHER

    # What is wrong with the keys is said here, once.
    ring(installation)
    parts = [rows[start : start + TOGETHER] for start in range(0, len(rows), TOGETHER)]
    numbers: dict[str, str] = {}
    with click.progressbar(length=len(rows), label="Issuing", file=sys.stderr, hidden=manner.quiet, show_pos=True) as bar:
        for issued in _by_several(installation.settings, about, parts, manner):
            numbers |= issued
            bar.update(len(issued))
    return _write(manner.out / LIST, installation, rows, numbers)


def _write(file: Path, installation: Installation, rows: Sequence[Row], numbers: dict[str, str]) -> Path:
    half = file.with_suffix(".part")
    with half.open("w", encoding="utf-8-sig", newline="") as opened:
        table = csv.writer(opened)
        table.writerow(("id", "name", "number", "address"))
        for row in rows:
            number = numbers[row.key]
            table.writerow((spreadsheet_cell(row.key), spreadsheet_cell(row.name), number, f"{installation.settings.base_url}/c/{number}"))
    half.replace(file)
    return file


def _by_several(settings: Settings, about: Occasion, parts: Sequence[Sequence[Row]], manner: Manner) -> Iterator[dict[str, str]]:
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(manner.processes, len(parts)), mp_context=context, initializer=_begin, initargs=(settings,))
    waiting: deque[Future[dict[str, str]]] = deque()
    try:
        for part in parts:
            waiting.append(pool.submit(_issued, about, part, manner.out if manner.pdf else None))
            if len(waiting) >= manner.processes * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    except BrokenProcessPool:
        raise Problem("list-stopped") from None
    finally:
        pool.shutdown(cancel_futures=True)


_installation: Installation | None = None


def _begin(settings: Settings) -> None:
    """Open the installation in a process of the pool, which ends with the command, also when that is killed."""
    global _installation  # noqa: PLW0603 - a process of the pool keeps what it works with
    from lti_tool.installation import Installation

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _installation = Installation(settings)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _issued(about: Occasion, rows: Sequence[Row], out: Path | None) -> dict[str, str]:
    from lti_tool.issuing import register
    from lti_tool.issuing.keys import ring
    from lti_tool.issuing.many import issue_rows

    assert _installation is not None  # noqa: S101 - the pool calls `_begin` first
    numbers = issue_rows(_installation, ring(_installation), about, rows)
    if out is not None:
        for number in numbers.values():
            (out / f"{number}.pdf").write_bytes(register.pdf(_installation, number))
    return numbers
