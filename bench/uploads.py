"""Two hundred scans at once while somebody looks at their page: real server and worker in their own processes, over HTTP.

Told are the times of the applicant's page meanwhile (wanted: 95 in a hundred under a second): while the scans arrive, and while they
are read, which lasts longer and is given up after a while, since the page is measured and not the reading.
"""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from bench import reading
from bench.application import _installation, _visit
from bench.memory import _PROGRAM, _free_port, _started, _wait_for
from bench.report import Report
from lti_tool.evidence import intake
from lti_tool.evidence.records import DocumentRecord
from lti_tool.installation import Installation

WANTED_S = 1.0
# Documents of each person, and requests that are sent at the same time.
EACH = 8
AT_ONCE = 32
DIFFERENT = 48


@dataclass(frozen=True)
class Browser:
    """Somebody's browser: its cookie, the hidden fields of its forms, and the address that takes its files."""

    port: int
    cookie: str
    fields: dict[str, str]
    address: str

    def page(self) -> float:
        """Fetch the applicant's page; return the seconds it took."""
        begun = time.perf_counter()
        _ask(self.port, "GET", "/apply", self.cookie)
        return time.perf_counter() - begun

    def send(self, content: bytes) -> None:
        """Add one document, as the plain form does."""
        parts = "".join(f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in self.fields.items())
        parts += '--x\r\nContent-Disposition: form-data; name="files"; filename="scan.pdf"\r\n\r\n'
        _ask(self.port, "POST", self.address, self.cookie, parts.encode() + content + b"\r\n--x--\r\n")


def measure(quick: bool) -> Report:
    """Send all, look on, and say how long the page took."""
    scans, patience = (4, 2.0) if quick else (200, 60.0)
    # To make a scan takes longer than to read it: some are sent by several people.
    made = [content for content, _, _ in reading.documents(min(scans, DIFFERENT), share=1.0)]
    contents = [made[index % len(made)] for index in range(scans)]
    report = Report()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        subprocess.run([*_PROGRAM, str(home), "init"], check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        stack.enter_context(_started(home, "serve", "--port", str(port)))
        stack.enter_context(_started(home, "worker"))
        installation = _installation(home)
        stack.callback(installation.database.engine.dispose)
        _wait_for(f"http://127.0.0.1:{port}/healthz")
        people = _people(installation, port, -(-scans // EACH) + 1)
        people[0].page()  # not counted: the server loads what it needs
        arriving, sent = _watched(people[0], lambda: _send(people[1:], contents))
        reads, _ = _watched(people[0], lambda: _until_read(installation, scans, patience))
        read = _read(installation)
    report.values = {"scans": scans, "sent_s": sent, "read": read, "looks": len(arriving) + len(reads)}
    for name, times in (("arriving", arriving), ("reading", reads), ("page", arriving + reads)):
        report.values |= {f"{name}_median_ms": statistics.median(times) * 1000, f"{name}_p95_ms": _p95(times) * 1000}
    values = report.values
    report.say(f"{scans} scans sent in {sent:.1f} s, {read} of them read after {patience:.0f} s more;")
    report.say(f"  {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    for name in ("arriving", "reading"):
        report.say(
            f"  the page while they are {name:<9} median {values[f'{name}_median_ms']:5.0f} ms   95th percentile {values[f'{name}_p95_ms']:5.0f} ms"
        )
    report.wants("a page while scans arrive and are read, 95th percentile, s", values["page_p95_ms"] / 1000, at_most=WANTED_S)
    report.say(f"  all in all 95th percentile {values['page_p95_ms']:.0f} ms of {values['looks']:.0f} looks (wanted below {WANTED_S * 1000:.0f} ms)")
    return report


def _p95(times: list[float]) -> float:
    return sorted(times)[min(int(0.95 * len(times)), len(times) - 1)]


def _people(installation: Installation, port: int, count: int) -> list[Browser]:
    from lti_tool.web import logs
    from lti_tool.web.app import create_app

    logs.configure("error")
    app = create_app(installation)
    return [_browser(installation, app, port, f"teacher-{number}") for number in range(count)]


def _browser(installation: Installation, app: Flask, port: int, who: str) -> Browser:
    """Arrive as after a launch: with a session's cookie."""
    visit = _visit(installation, who)
    client = app.test_client()
    with client.session_transaction() as session:
        session["visit"] = visit.id
    page = client.get("/apply").text
    found = {name: re.search(rf'name="{name}" value="([^"]+)"', page) for name in ("csrf_token", "visit")}
    fields = {name: match.group(1) for name, match in found.items() if match}
    kept = client.get_cookie(app.config["SESSION_COOKIE_NAME"])
    assert kept is not None
    return Browser(port, f"{kept.key}={kept.value}", fields, f"/apply/{intake.application_for(installation, visit)}/documents")


def _ask(port: int, method: str, address: str, cookie: str, body: bytes = b"") -> None:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        headers = {"Cookie": cookie, "Accept": "application/json" if body else "text/html", "Content-Type": "multipart/form-data; boundary=x"}
        connection.request(method, address, body or None, headers)
        answer = connection.getresponse()
        answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{method} {address} was answered with {answer.status}")


def _send(people: list[Browser], contents: list[bytes]) -> None:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        list(pool.map(lambda each: people[each[0] // EACH].send(each[1]), enumerate(contents)))


def _watched(who: Browser, act: Callable[[], None]) -> tuple[list[float], float]:
    """Look at the page again and again while something happens; return the times of the looks, and how long it took."""
    times: list[float] = []
    done = threading.Event()

    def look_on() -> None:
        while not done.is_set():
            times.append(who.page())
            done.wait(0.1)

    looking = threading.Thread(target=look_on)
    begun = time.perf_counter()
    looking.start()
    try:
        act()
    finally:
        done.set()
        looking.join()
    return times, time.perf_counter() - begun


def _read(installation: Installation) -> int:
    with installation.database.read() as session:
        return session.scalar(sa.select(sa.func.count(DocumentRecord.id)).where(DocumentRecord.state.in_(("read", "needs-person")))) or 0


def _until_read(installation: Installation, count: int, patience: float) -> None:
    end = time.monotonic() + patience
    while _read(installation) < count and time.monotonic() < end:
        time.sleep(0.5)
