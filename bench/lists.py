"""A list of people whose certificates are issued together: what one costs, and how long a hundred thousand would take on two cores.

Run as an administrator runs it, `sealwright issue --csv` with two processes; two lists of different lengths, so that what starting
costs is in no certificate. Then the longer one is given again: what finding out costs that all is done.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from bench.memory import _PROGRAM
from bench.report import Report

MANY = 100_000
CORES = 2
_EVENT = ("--event", "Digital storytelling", "--from", "2026-09-12", "--to", "2026-09-14", "--minutes", "360", "--reason", "a measurement")


@dataclass(frozen=True, slots=True)
class Taken:
    """Seconds on the wall, and of processor time of all processes together."""

    wall: float
    processor: float


def measure(quick: bool) -> Report:
    """Issue a short list, a long one, and the long one again."""
    short, long = (20, 120) if quick else (200, 4_200)
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        subprocess.run([*_PROGRAM, str(folder / "home"), "init"], check=True, stdout=subprocess.DEVNULL)
        few, many, again = (_issued(folder, name, count) for name, count in (("a", short), ("b", long), ("b", long)))
    return _told(few, many, again, short, long)


def _issued(folder: Path, name: str, count: int) -> Taken:
    people = folder / f"{name}.csv"
    people.write_text("id,name\n" + "".join(f"{name}{number},Þóra Παπαδοπούλου {number}\n" for number in range(count)), encoding="utf-8")
    command = [*_PROGRAM, str(folder / "home"), "issue", "--csv", str(people), *_EVENT, "--processes", str(CORES), "--out", str(folder), "--json"]
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    wall, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    return Taken(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


def _told(few: Taken, many: Taken, again: Taken, short: int, long: int) -> Report:
    report = Report()
    each = {kind: (getattr(many, kind) - getattr(few, kind)) / (long - short) for kind in ("wall", "processor")}
    found = (again.processor - (few.processor - short * each["processor"])) / long
    report.values = {
        "certificate_ms": each["wall"] * 1000,
        "certificate_processor_ms": each["processor"] * 1000,
        "again_processor_ms": max(found, 0.0) * 1000,
        "projected_minutes": MANY * each["wall"] / 60,
        "projected_minutes_processor": MANY * each["processor"] / CORES / 60,
    }
    values = report.values
    report.say(f"lists of {short} and {long} people, {CORES} processes; load {os.getloadavg()[0]:.1f}")
    report.say(f"  a certificate: {values['certificate_ms']:.1f} ms on the wall, {values['certificate_processor_ms']:.1f} ms of processor")
    report.say(f"  one that is issued already: {values['again_processor_ms']:.2f} ms of processor")
    report.say(
        f"  {MANY:,} on {CORES} cores: {values['projected_minutes_processor']:.0f} minutes by processor time,"
        f" {values['projected_minutes']:.0f} at the pace of this run"
    )
    return report
