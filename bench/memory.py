"""Peak memory of `sealwright serve` and `sealwright worker`, idle and under load, as the kernel counts it.

The load: certificates issued by the worker, pages and files read from the server. Reading documents, which happens in
children with a cap of their own, is not in it.
"""

from __future__ import annotations

import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import TracebackType

from bench.report import Report

WANTED_MB = 400
_PROGRAM = (sys.executable, "-c", "from lti_tool.commands.main import main; main()", "--home")


class Tree:
    """Watches a process and its children ten times a second and keeps the largest sums that it saw, in MB.

    `peak` adds proportional set sizes (Pss): a page that processes share counts once. `resident` adds the kernel's own
    peaks of resident pages (VmHWM), in which a shared page counts once for each process: the upper bound.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.peak = 0.0
        self.resident = 0.0
        self._stop = threading.Event()
        self._watch = threading.Thread(target=self._look_for_ever, daemon=True)

    def __enter__(self) -> Tree:
        self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._watch.join()

    def look(self) -> float:
        """Look now and return the largest sum of proportional sizes so far."""
        family = _family(self.process.pid)
        self.peak = max(self.peak, sum(_figure(pid, "smaps_rollup", "Pss") for pid in family))
        self.resident = max(self.resident, sum(_figure(pid, "status", "VmHWM") for pid in family))
        return self.peak

    def _look_for_ever(self) -> None:
        while not self._stop.wait(0.1):
            self.look()


class Watched:
    """Processes with their children, looked at when asked; `peak` in MB, a page that they share counted once."""

    def __init__(self, pids: list[int]) -> None:
        self.pids = pids
        self.peak = 0.0

    def look(self) -> float:
        """Look now and return the largest sum so far."""
        self.peak = max(self.peak, sum(_figure(pid, "smaps_rollup", "Pss") for each in self.pids for pid in _family(each)))
        return self.peak


def measure(quick: bool) -> Report:
    """Start both in a home of their own, look, load, look again."""
    report = Report()
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        subprocess.run([*_PROGRAM, str(home), "init"], check=True, stdout=subprocess.DEVNULL)
        port = _free_port()
        serve = stack.enter_context(_started(home, "serve", "--port", str(port)))
        worker = stack.enter_context(_started(home, "worker"))
        base = f"http://127.0.0.1:{port}"
        _wait_for(f"{base}/healthz")
        time.sleep(1 if quick else 5)
        report.values = {"serve_idle_mb": serve.look(), "worker_idle_mb": worker.look()}
        numbers = _issue(home, 10 if quick else 200)
        answered = _visit(base, numbers, 60 if quick else 2000)
        report.values |= {"serve_load_mb": serve.look(), "worker_load_mb": worker.look()}
    values = report.values
    report.values["together_mb"] = values["serve_load_mb"] + values["worker_load_mb"]
    report.values |= {"resident_mb": serve.resident + worker.resident, "certificates": len(numbers), "answered": answered}
    report.say(f"serve   idle {values['serve_idle_mb']:6.0f} MB   under load {values['serve_load_mb']:6.0f} MB ({answered} pages and files)")
    report.say(
        f"worker  idle {values['worker_idle_mb']:6.0f} MB   under load {values['worker_load_mb']:6.0f} MB ({len(numbers)} certificates issued)"
    )
    report.wants("serve and worker under load together, MB", values["together_mb"], at_most=WANTED_MB)
    report.say(f"together {values['together_mb']:.0f} MB (wanted below {WANTED_MB}), peaks added, a shared page counted once;")
    report.say(f"with shared pages counted once for each process: {values['resident_mb']:.0f} MB")
    return report


@contextmanager
def _started(home: Path, *command: str) -> Iterator[Tree]:
    process = subprocess.Popen([*_PROGRAM, str(home), *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with Tree(process) as tree:
            yield tree
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _issue(home: Path, count: int) -> list[str]:
    """Record awards as an administrator does, and wait until the worker has issued them."""
    import sqlalchemy as sa

    import lti_tool.migrations.records  # noqa: F401 - every table must be known before one is written
    from lti_tool import clock
    from lti_tool.decision.awarding import Grounds, record_award
    from lti_tool.decision.outcome import Award, Checked
    from lti_tool.installation import Installation
    from lti_tool.issuing.certificate import CertificateState
    from lti_tool.issuing.records import CertificateRecord
    from lti_tool.scheme.catalogue import shipped
    from lti_tool.settings import load

    installation = Installation(load(home, {}))
    scheme = shipped().get("digital-competence")
    for index in range(count):
        award = Award(f"Þóra Παπαδοπούλου {index}", scheme.id, scheme.edition, scheme.sha256, Checked.PERSON, clock.today(scheme.time_zone))
        with installation.database.write() as session:
            record_award(session, installation, award, Grounds(actor="administrator", reason="a measurement"))
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        with installation.database.read() as session:
            query = sa.select(CertificateRecord.number).where(CertificateRecord.state == CertificateState.ISSUED.value)
            numbers = list(session.scalars(query))
        if len(numbers) >= count:
            break
        time.sleep(0.2)
    installation.database.engine.dispose()
    return numbers


def _visit(base: str, numbers: list[str], count: int) -> int:
    """Read certificate pages, their files, the status list and the verify page, eight at a time; return how many were answered."""
    shapes = ("/c/{}", "/c/{}.pdf", "/c/{}.json", "/status/1", "/verify")
    addresses = [base + shapes[index % len(shapes)].format(numbers[index % len(numbers)] if numbers else "x") for index in range(count)]
    with ThreadPoolExecutor(8) as pool:
        return sum(pool.map(_read, addresses))


def _read(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own server on loopback
            return bool(answer.read())
    except urllib.error.HTTPError as error:
        # The limit on requests is load too; anything else is a defect that the sum shows.
        return error.code == 429


def _wait_for(address: str) -> None:
    deadline = time.monotonic() + 300
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310 - our own server on loopback
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _family(pid: int) -> list[int]:
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += _family(int(child))
    except OSError:
        pass
    return found


def _figure(pid: int, file: str, name: str) -> float:
    """Read a figure in MB from /proc; 0 for a process that is gone."""
    try:
        text = Path(f"/proc/{pid}/{file}").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in text.splitlines() if line.startswith(f"{name}:")), 0.0)
