"""The public page of a certificate: requests a second of one worker, as a ratio to a plain page, and with a register of any size.

The plain page is what the documentation of Flask-SQLAlchemy shows, behind gunicorn with one worker; ours is `sealwright serve` with
one worker, behind a proxy that names the callers, with all its headers, limits and log lines. Each row is the processor time that
the server's processes took for a request, and the requests a second on the wall, asked for on sixteen connections. Asked for are: one
certificate, again and again (what a link that goes round is: a kept answer); every time another one, which nobody asked for before (its
verdict is made anew, with its proof in the public log); and numbers that were never given, which may cost less but tell no more than
their answer does.
"""

from __future__ import annotations

import os
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import count
from pathlib import Path

from bench.memory import _PROGRAM, _family, _free_port, _wait_for
from bench.report import Report

WANTED = 10.0
FLAT = 1.25
# Certificates of which everybody asks.
FEW = 1
# Connections that ask at the same time, as a proxy's do.
AT_ONCE = 16
# Certificates of a register that can be asked for; the rest only makes it large.
ASKED = 2_000
PLAIN, AGAIN, ANOTHER, LARGE, UNKNOWN = "plain", "again", "another", "another_of_many", "unknown"


@dataclass(frozen=True, slots=True)
class Times:
    """For one request: milliseconds on the wall, and of the server's processor time."""

    wall: float
    processor: float


@dataclass
class Way:
    """A server, what to ask it for, and the times of its rounds."""

    port: int
    pid: int
    numbers: Callable[[], str]
    rounds: list[Times] = field(default_factory=list)


def measure(quick: bool) -> Report:
    """Alternate rounds of requests between the plain page, ours, and ours with many certificates."""
    rounds, requests, sizes = (2, 40, (100, 1_000)) if quick else (15, 480, (1_000, 1_000_000))
    report = Report()
    with tempfile.TemporaryDirectory() as made, ExitStack() as ends:
        ways = _ways(Path(made), ends, sizes)
        callers = (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}" for number in count(1))
        for number in range(rounds + 1):
            for way in ways.values():
                taken = _round(way, callers, requests)
                if number:
                    way.rounds.append(taken)
    _tell(report, ways, sizes, requests)
    return report


def _ways(made: Path, ends: ExitStack, sizes: tuple[int, int]) -> dict[str, Way]:
    from lti_tool.issuing.number import new_number

    chance = random.Random(5)  # noqa: S311 - which certificates are asked for is no secret
    few, many = (ends.enter_context(_ours(made / str(size), size)) for size in sizes)
    plain = ends.enter_context(_plain(made, sizes[0], few[2]))
    return {
        PLAIN: Way(*plain, lambda: chance.choice(few[2])),
        AGAIN: Way(*few[:2], lambda: chance.choice(few[2][:FEW])),
        ANOTHER: Way(*few[:2], _each_once(few[2][FEW:])),
        LARGE: Way(*many[:2], _each_once(many[2][FEW:])),
        UNKNOWN: Way(*few[:2], new_number),
    }


def _each_once(numbers: Sequence[str]) -> Callable[[], str]:
    # With small letters here and there one certificate has many addresses, of which none was asked for before.
    spelt = (_spelt(number, turn) for turn in count() for number in numbers)
    return lambda: next(spelt)


def _spelt(number: str, turn: int) -> str:
    letters = [place for place, letter in enumerate(number) if letter.isalpha()]
    small = {place for bit, place in enumerate(letters) if turn >> bit & 1}
    return "".join(letter.lower() if place in small else letter for place, letter in enumerate(number))


def _round(way: Way, callers: Iterator[str], requests: int) -> Times:
    with ExitStack() as open_ones:
        connections = [open_ones.enter_context(socket.create_connection(("127.0.0.1", way.port))) for _ in range(AT_ONCE)]
        _ask(connections[:1], way, callers)
        processor, wall = _processor(way.pid), time.perf_counter()
        for _ in range(requests // AT_ONCE):
            _ask(connections, way, callers)
        wall, asked = time.perf_counter() - wall, requests // AT_ONCE * AT_ONCE
        return Times(wall * 1000 / asked, (_processor(way.pid) - processor) * 1000 / asked)


def _ask(connections: Sequence[socket.socket], way: Way, callers: Iterator[str]) -> None:
    """Ask on every connection, then read every answer."""
    for connection in connections:
        asked = f"GET /c/{way.numbers()} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {next(callers)}\r\n"
        connection.sendall(f"{asked}Accept-Language: en\r\nAccept: text/html\r\n\r\n".encode())
    for connection in connections:
        _read(connection)


def _read(connection: socket.socket) -> None:
    received = connection.recv(65536)
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    if b" 200 " not in head.split(b"\r\n", 1)[0]:
        raise RuntimeError(head.decode())
    length = int(next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")).split(b":")[1])
    while len(body) < length:
        body += connection.recv(65536)


def _processor(pid: int) -> float:
    """Return the seconds of processor time that a process and its children took until now, in nanosecond steps where the kernel tells."""
    return sum(_task_seconds(task) for each in _family(pid) for task in Path(f"/proc/{each}/task").iterdir())


def _task_seconds(task: Path) -> float:
    try:
        return int((task / "schedstat").read_text().split()[0]) / 1e9
    except (OSError, ValueError):
        return 0.0


@contextmanager
def _ours(home: Path, size: int) -> Iterator[tuple[int, int, list[str]]]:
    """Serve a register of `size` certificates; yield port, process and the numbers that can be asked for."""
    subprocess.run([*_PROGRAM, str(home), "init"], check=True, stdout=subprocess.DEVNULL)
    numbers = fill(home, size)
    port = _free_port()
    settings = {**os.environ, "SEALWRIGHT_PROXY_HOPS": "1", "SEALWRIGHT_WORKERS": "1"}
    with _running([*_PROGRAM, str(home), "serve", "--port", str(port)], settings) as pid:
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        yield port, pid, numbers


def fill(home: Path, size: int) -> list[str]:
    """Put `size` certificates into a register; return the numbers of those that can be asked for, which the public log holds, too.

    The others are rows as good as theirs, but for the content, which nobody reads.
    """
    import json

    from lti_tool import clock
    from lti_tool.decision.freezing import digest
    from lti_tool.decision.outcome import Award, Checked
    from lti_tool.issuing.content import content_for, to_json
    from lti_tool.issuing.number import new_number
    from lti_tool.scheme.catalogue import shipped
    from lti_tool.settings import load

    settings, scheme, now = load(home, {}), shipped().get("digital-competence"), clock.now()
    award = Award("Þóra Παπαδοπούλου", scheme.id, scheme.edition, scheme.sha256, Checked.PERSON, now.date())
    at, numbers, prepared = now.strftime("%Y-%m-%d %H:%M:%S.000000"), [], []
    chance = random.Random(size)  # noqa: S311 - rows that nobody asks for

    def rows() -> Iterator[tuple[object, ...]]:
        spread = max(1, size // ASKED)
        for sequence in range(1, size + 1):
            number, content = new_number() if sequence % spread == 0 else f"{chance.getrandbits(120):024X}"[:24], {}
            if sequence % spread == 0 and len(numbers) < ASKED:
                content = to_json(content_for(award, settings, number=number, status_index=sequence, at=now))
                numbers.append(number)
                prepared.append((number, digest(content)))
            hashes = (f"{chance.getrandbits(256):064x}", f"{chance.getrandbits(256):064x}")
            yield number, sequence, f"{sequence:032x}", "issued", json.dumps(content), digest(content), sequence, *hashes, at, at, ""

    columns = (
        "number, sequence, decision_id, state, content, content_sha256, status_index, "
        "pdf_sha256, credential_sha256, prepared_at, issued_at, revoked_reason"
    )
    with sqlite3.connect(home / "sealwright.sqlite3") as connection:
        connection.execute("pragma synchronous=off")
        connection.executemany(f"insert into certificate ({columns}) values ({', '.join('?' * 12)})", rows())  # noqa: S608 - names of ours
    connection.close()
    _log(home, prepared)
    return numbers


def _log(home: Path, prepared: Sequence[tuple[str, str]]) -> None:
    """Make leaves of the public log of them, as issuing does, and one checkpoint."""
    from lti_tool import history
    from lti_tool.installation import Installation
    from lti_tool.issuing.keys import ring
    from lti_tool.public_log import checkpoints, publishing
    from lti_tool.settings import load

    opened = Installation(load(home, {}))
    happened = [history.Happening(publishing.PREPARED, number, "program", {"content_sha256": digest}) for number, digest in prepared]
    with opened.database.write() as session:
        history.append_all(session, happened)
    checkpoints.current(opened.database, ring(opened), opened.settings.base_url)
    opened.database.engine.dispose()


@contextmanager
def _plain(folder: Path, size: int, numbers: Sequence[str]) -> Iterator[tuple[int, int]]:
    file, port = folder / "plain.sqlite3", _free_port()
    with sqlite3.connect(file) as connection:
        connection.execute(
            "create table certificate (id integer primary key, number text not null unique, holder text not null,"
            " title text not null, issued_on date not null, revoked boolean not null)"
        )
        more = [f"{number:024d}" for number in range(size - len(numbers))]
        rows = ((number, "Þóra Παπαδοπούλου", "Digital competencies for educators", date.today().isoformat(), 0) for number in (*numbers, *more))
        connection.executemany("insert into certificate (number, holder, title, issued_on, revoked) values (?, ?, ?, ?, ?)", rows)
    connection.close()
    settings = {**os.environ, "PLAIN_PAGE_DATABASE": f"sqlite:///{file}"}
    command = [sys.executable, "-m", "gunicorn", "--workers", "1", "--worker-class", "gthread", "--threads", "4", "--keep-alive", "30"]
    with _running([*command, "--bind", f"127.0.0.1:{port}", "--log-level", "error", "bench.plain_page.site:app"], settings) as pid:
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", port)).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield port, pid


@contextmanager
def _running(command: Sequence[str], settings: dict[str, str]) -> Iterator[int]:
    process = subprocess.Popen(command, env=settings, cwd=Path(__file__).parents[1], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _tell(report: Report, ways: dict[str, Way], sizes: tuple[int, int], requests: int) -> None:
    words = {
        PLAIN: "plain page, gunicorn with one worker",
        AGAIN: "ours, one certificate that many ask for",
        ANOTHER: f"ours, another one each time, of {sizes[0]:,}",
        LARGE: f"ours, another one each time, of {sizes[1]:,}",
        UNKNOWN: "ours, a number that was never given",
    }
    report.say(f"the public page, medians of {len(ways[PLAIN].rounds)} alternating rounds of {requests} requests; load {os.getloadavg()[0]:.1f}")
    for name, way in ways.items():
        wall, processor = (statistics.median(getattr(each, kind) for each in way.rounds) for kind in ("wall", "processor"))
        report.values |= {f"{name}_ms": wall, f"{name}_processor_ms": processor}
        ratios = {kind: _ratio(ways[PLAIN], way, kind) for kind in ("wall", "processor")}
        line = f"  {words[name]:<46} {1000 / wall:6.0f} per second, {processor:6.3f} ms of processor"
        if name != PLAIN:
            report.values |= {f"{name}_ratio": ratios["wall"], f"{name}_ratio_processor": ratios["processor"]}
            if name == AGAIN:
                report.wants("the public page again, times as fast as the plain page (wall)", ratios["wall"], at_least=WANTED)
                report.wants("the same by processor time", ratios["processor"], at_least=WANTED)
            line += f"; ratio {ratios['wall']:5.1f}, by processor {ratios['processor']:5.1f}" + (f"   (wanted {WANTED})" if name == AGAIN else "")
        report.say(line)
    report.values["flat"] = _ratio(ways[LARGE], ways[ANOTHER], "processor")
    report.wants("the first view of a page in the larger register, times that in the smaller", report.values["flat"], at_most=FLAT)
    report.say(f"  cost with {sizes[1]:,} certificates to that with {sizes[0]:,}: {report.values['flat']:.2f}   (wanted at most {FLAT})")


def _ratio(one: Way, other: Way, kind: str) -> float:
    return statistics.median(getattr(a, kind) / getattr(b, kind) for a, b in zip(one.rounds, other.rounds, strict=True))
