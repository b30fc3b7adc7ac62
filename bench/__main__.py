"""Run measurements: `python -m bench [--quick] [--json] [NAME…]`; without a name, all of them."""

from __future__ import annotations

import argparse
import json
from importlib import import_module

from bench.report import Goal, scoreboard

# Each is a module of this package with `measure(quick) -> Report`.
MEASUREMENTS = ("certificates", "launches", "memory", "reading", "application", "uploads", "verification", "page", "lists")


def main() -> None:
    """Print what each measurement found."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=f"Measurements: {', '.join(MEASUREMENTS)}.")
    parser.add_argument("names", nargs="*", choices=[*MEASUREMENTS, []], metavar="NAME", help="what to measure; default: everything")
    parser.add_argument("--quick", action="store_true", help="few rounds: whether it runs, not how fast it is")
    parser.add_argument("--json", action="store_true", help="print the values as JSON")
    given = parser.parse_args()
    values: dict[str, dict[str, float]] = {}
    goals: list[Goal] = []
    for name in given.names or MEASUREMENTS:
        report = import_module(f"bench.{name}").measure(given.quick)
        values[name] = report.values
        goals += report.goals
        if not given.json:
            print(f"== {name}", *report.lines, sep="\n", flush=True)
    if given.json:
        print(json.dumps(values, indent=2))
    elif goals:
        print("== what was wanted", *scoreboard(goals), sep="\n")


if __name__ == "__main__":
    main()
