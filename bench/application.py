"""Seven documents of one application, from the first upload to findings about all: a worker of its own process, as installed.

Time on the clock, and what it is made of: processor time of the worker with all its children, and of this process, which takes
the uploads as the server does. Told as a ratio to the bare text of the same seven documents, and once with scans.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench import reading
from bench.memory import _PROGRAM, _family, _started
from bench.report import Report
from lti_tool.checks.check import check
from lti_tool.evidence import dossiers, intake
from lti_tool.installation import Installation
from lti_tool.launch.visit import Visit
from lti_tool.scheme.catalogue import shipped

LIMIT = 120.0  # seconds that seven documents may take before the measurement gives up


@dataclass(frozen=True)
class Times:
    """Seconds on the clock until all seven were taken and until there were findings, and the processor time of the worker."""

    taken: float
    found: float
    worker: float


def measure(quick: bool) -> Report:
    """Hand in applications one after the other, each with other documents and by another person."""
    report = Report()
    texts, scans = 1 if quick else 6, 1 if quick else 2
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "home"
        subprocess.run([*_PROGRAM, str(home), "init"], check=True, stdout=subprocess.DEVNULL)
        worker = stack.enter_context(_started(home, "worker"))
        installation = _installation(home)
        stack.callback(installation.database.engine.dispose)
        # The first application waits for the worker to start and to warm its readers: it is not counted.
        _hand_in(installation, worker.process.pid, "warm", _seven(0))
        found = [_hand_in(installation, worker.process.pid, f"text-{index}", _seven(index + 1)) for index in range(texts)]
        scanned = [_hand_in(installation, worker.process.pid, f"scan-{index}", _seven(index, share=1.0)) for index in range(scans)]
    bare = sum(_least(content) for content in _seven(1))
    report.values = {
        "seven_texts_s": statistics.median(times.found for times in found),
        "seven_texts_taken_s": statistics.median(times.taken for times in found),
        "seven_texts_worker_s": statistics.median(times.worker for times in found),
        "seven_scans_s": statistics.median(times.found for times in scanned),
        "seven_scans_worker_s": statistics.median(times.worker for times in scanned),
        "bare_ms": bare * 1000,
    }
    values = report.values
    report.values["texts_to_bare_ratio"] = values["seven_texts_s"] / bare
    report.say(f"seven text PDFs {values['seven_texts_s']:.2f} s from the first upload to findings (uploads {values['seven_texts_taken_s']:.2f} s),")
    report.say(f"  {values['seven_texts_worker_s']:.2f} s of processor time in the worker; their bare text alone {values['bare_ms']:.0f} ms")
    report.say(f"seven scans {values['seven_scans_s']:.2f} s, {values['seven_scans_worker_s']:.2f} s of processor time; {os.cpu_count()} processors")
    return report


def _installation(home: Path) -> Installation:
    import lti_tool.migrations.records  # noqa: F401 - every table must be known before one is written
    from lti_tool.settings import load

    return Installation(load(home, {}))


def _seven(index: int, share: float = 0.0) -> list[bytes]:
    """Return seven documents that no other application has."""
    return [content for content, _, _ in reading.documents(7, share=share, after=7 * index)]


def _hand_in(installation: Installation, worker: int, who: str, contents: Sequence[bytes]) -> Times:
    """Hand in documents and wait for findings about them."""
    visit = _visit(installation, who)
    application = intake.application_for(installation, visit)
    used, begun = _processor(worker), time.perf_counter()
    for index, content in enumerate(contents):
        intake.receive(installation, visit, application, f"{index}.pdf", content)
    taken = time.perf_counter() - begun
    while time.perf_counter() - begun < LIMIT:
        view = dossiers.view(installation, visit, application)
        if all(document.settled for document in view.documents):
            break
        time.sleep(0.02)
    scheme = shipped().get(visit.scheme_id)
    with installation.database.read() as session:
        findings = check(dossiers.dossier(session, application, scheme.valid_from), scheme)
    assert len(findings.pieces) >= len(contents), "not everything was read in time"
    return Times(taken, time.perf_counter() - begun, _processor(worker) - used)


def _visit(installation: Installation, who: str) -> Visit:
    """Arrive as a launch would let a teacher arrive."""
    from lti_tool.launch import registrations
    from lti_tool.launch.arrival import Arrival
    from lti_tool.launch.visit import Activity, Role
    from lti_tool.launch.visits import open_visit

    origin = f"https://{who}.lms.example"
    arrival = Arrival(
        sub=who,
        given_name="Anna",
        family_name="Muster",
        full_name="Anna Muster",
        email="",
        roles=frozenset({Role.TEACHER}),
        activity=Activity.APPLY,
        scheme_id="digital-competence",
        locale="en",
        context_id="course",
        context_title="Course",
        resource_link_id="link",
        line_item=None,
        members_url=None,
        return_url=None,
        platform_origin=origin,
        in_frame=False,
    )
    with installation.database.write() as session:
        registration = registrations.add(
            session,
            issuer=origin,
            client_id="bench",
            auth_url=f"{origin}/auth",
            token_url=f"{origin}/token",
            jwks_url=f"{origin}/jwks",
            deployment_ids=["1"],
            reviewers="course",
        )
        return open_visit(session, registration, registrations.find_deployment(session, registration, "1"), arrival, hours=12)


def _processor(pid: int) -> float:
    """Return seconds of processor time that a process, its children and those that ended have used."""
    ticks = 0
    for each in _family(pid):
        fields = Path(f"/proc/{each}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += sum(int(field) for field in fields[11:15])
    return ticks / os.sysconf("SC_CLK_TCK")


def _least(content: bytes) -> float:
    costs = []
    for _ in range(5):
        begun = time.perf_counter()
        reading.bare(content)
        costs.append(time.perf_counter() - begun)
    return min(costs)
