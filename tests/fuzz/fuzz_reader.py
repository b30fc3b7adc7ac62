"""Read spoilt documents for minutes on end: `make fuzz`, or this file with --minutes and --seed.

Fails when the reader raises, its warm process dies, a document holds it up beyond its time, memory grows, or a spoilt certificate of
one person becomes another's. What kills a fork is counted, not failed: forks are there for that.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import Verdict
from lti_tool.evidence.codec import to_json
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.reader import Reader
from lti_tool.evidence.reading import Reading
from lti_tool.problem import Problem
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from mutations import spoilt
from seeds import scanned, seeds

SECONDS = 10.0
LONGEST = 30.0
GROWTH = 40 << 20
SCHEME = shipped().get("digital-competence", "2026")
NOBODY = Applicant("Bruno", "Beispiel")


class Watched(Reader):
    """A reader that keeps the raw answer, which names the error where the reading is only ``broken``."""

    answer: bytes = b""

    def _ask(self, *asked: object, **how: object) -> bytes:  # type: ignore[override]
        self.answer = super()._ask(*asked, **how)  # type: ignore[arg-type]
        return self.answer

    def process(self) -> int:
        """The warm process's id."""
        process = self._children[0]._process
        return process.pid if process else 0


@dataclass
class Tally:
    """What became of the documents: by reason or kind, the errors of our own code, the longest time, and what went wrong."""

    read: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)
    drawn: Counter[str] = field(default_factory=Counter)
    longest: float = 0.0
    growth: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)


def fuzz(reader: Watched, rng: random.Random, sound: tuple[bytes, ...], *, until: float = float("inf"), most: int = sys.maxsize) -> Tally:
    """Read the documents `sound`, then spoilt ones until a time of `time.monotonic()` or for `most` of them."""
    tally = Tally()
    # The first document waits for the child to start, which is no fault of its own.
    reader.read(b"%PDF-1.7", SCHEME)
    _load_models(reader)
    for content in sound:
        tally.faults += _read(reader, content, tally)
    process, before = reader.process(), memory(reader.process())
    while tally.read < most and time.monotonic() < until:
        content = spoilt(rng, sound)
        faults = _read(reader, content, tally) + _draw(reader, content, tally, rng)
        if reader.process() != process:
            faults.append("the warm process died")
            process = reader.process()
        tally.faults += [f"{fault}: {_kept(content)}" for fault in faults]
        if tally.read == 200:
            before = memory(process)
    tally.growth = {name: after - before.get(name, after) for name, after in memory(process).items()}
    tally.faults += [f"{name} grew by {grown >> 20} MiB" for name, grown in tally.growth.items() if grown > GROWTH]
    return tally


def _load_models(reader: Watched) -> None:
    """Have the warm process load what pictures are read with, which stays: where little time is left, a later document would do so."""
    for _ in range(10):
        before = memory(reader.process())["the warm process"]
        reader.read(scanned(), SCHEME)
        if memory(reader.process())["the warm process"] - before < 1 << 20:
            return


def _read(reader: Watched, content: bytes, tally: Tally) -> list[str]:
    began = time.monotonic()
    try:
        readings = reader.read_all(content, SCHEME)
    except Exception as error:
        # Whatever is raised is the fault that is looked for.
        return [f"the reader raised {error!r}"]
    took = time.monotonic() - began
    tally.read += 1
    tally.longest = max(tally.longest, took)
    for reading in readings:
        tally.outcomes[reading.unreadable or str(reading.kind)] += 1
    if b'"note"' in reader.answer[:200]:
        tally.errors[str(json.loads(reader.answer).get("note"))] += 1
    return [f"held up for {took:.0f} seconds"] * (took > LONGEST) + [fault for reading in readings for fault in _of_reading(reading)]


def _of_reading(reading: Reading) -> list[str]:
    json.dumps(to_json(reading), allow_nan=False)
    verdict = check_piece(Piece("d", "d.pdf", reading), NOBODY, date(2026, 11, 21), SCHEME).verdict
    return ["it became another person's"] if verdict is Verdict.ACCEPT else []


def _draw(reader: Watched, content: bytes, tally: Tally, rng: random.Random) -> list[str]:
    if rng.random() > 0.2:
        return []
    try:
        reader.page_png(content, 1, 300)
    except Problem as problem:
        tally.drawn[problem.note[:60]] += 1
    except Exception as error:
        return [f"drawing raised {error!r}"]
    else:
        tally.drawn["drawn"] += 1
    return []


def memory(process: int) -> dict[str, int]:
    """Bytes that are resident, of who asks and of the warm process."""
    found = {"the asking process": Path("/proc/self/status"), "the warm process": Path(f"/proc/{process}/status")}
    sizes = {name: re.search(r"VmRSS:\s+(\d+) kB", file.read_text(encoding="ascii")) for name, file in found.items() if file.exists()}
    return {name: int(size[1]) * 1024 for name, size in sizes.items() if size}


def _kept(content: bytes) -> str:
    """Keep a document that showed a fault, beside where the run was started."""
    file = Path(f"fuzz-{time.time_ns()}.bin")
    file.write_bytes(content)
    return str(file)


def main() -> None:
    """Run, print what happened, and fail on any fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=time.time_ns())
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with Watched(seconds=SECONDS) as reader:
        tally = fuzz(reader, random.Random(options.seed), seeds(), until=time.monotonic() + 60 * options.minutes)  # noqa: S311 - repeatable
    for name, value in vars(tally).items():
        print(f"{name}: {dict(value.most_common()) if isinstance(value, Counter) else value}")
    sys.exit(1 if tally.faults else 0)


if __name__ == "__main__":
    main()
