"""What a measurement reports: numbers with names, and lines for people."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

# Half the width of a bar, in characters.
_HALF: Final = 12


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted of a value, and what it was."""

    name: str
    value: float
    wanted: float
    at_most: bool

    @property
    def met(self) -> bool:
        """Whether the value is what was wanted."""
        return self.value <= self.wanted if self.at_most else self.value >= self.wanted


@dataclass
class Report:
    """Values by name (units in the name: `_ms`, `_mb`, `_per_second`, `_ratio`), what to print, and what was wanted."""

    values: dict[str, float] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    goals: list[Goal] = field(default_factory=list)

    def wants(self, name: str, value: float, *, at_least: float | None = None, at_most: float | None = None) -> None:
        """Add a goal, with one of the two limits."""
        limit = at_most if at_least is None else at_least
        assert limit is not None
        self.goals.append(Goal(name, value, limit, at_least is None))

    def say(self, line: str) -> None:
        """Add a line for people."""
        self.lines.append(line)


def interleaved(ways: Mapping[str, Callable[[], object]], rounds: int, clock: Callable[[], float] = time.perf_counter) -> dict[str, float]:
    """Run each way once a round, in turn, and return the median of each in milliseconds; one round before is not counted.

    Machines drift: only what runs in the same rounds may be compared. Where others work on the machine, `time.process_time` is the
    fairer clock for what only computes: it counts this process's processor time.
    """
    times: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            begun = clock()
            way()
            if number:
                times[name].append((clock() - begun) * 1000)
    return {name: statistics.median(each) for name, each in times.items()}


def scoreboard(goals: Sequence[Goal]) -> list[str]:
    """Return a table of goals, each with a bar from nothing to twice what was wanted; the mark in its middle is the goal."""
    return [
        f"{'met ' if goal.met else 'NOT '} {goal.name:<62} {goal.value:8.2f}  wanted {'≤' if goal.at_most else '≥'} {goal.wanted:<6g} {_bar(goal)}"
        for goal in goals
    ]


def _bar(goal: Goal) -> str:
    reached = min(2 * _HALF, round(_HALF * goal.value / goal.wanted)) if goal.wanted else 0
    bar = "█" * reached + "·" * (2 * _HALF - reached)
    return f"{bar[:_HALF]}|{bar[_HALF:]}"
