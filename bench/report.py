"""What a measurement reports: numbers with names, and lines for people."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field


@dataclass
class Report:
    """Values by name (units in the name: `_ms`, `_mb`, `_per_second`, `_ratio`), and what to print."""

    values: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a line for people."""
        self.lines.append(line)


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    """Run each way once a round, in turn, and return the median of each in milliseconds; one round before is not counted.

    Machines drift: only what runs in the same rounds may be compared.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            if number:
                times[name].append((time.perf_counter() - begun) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}
