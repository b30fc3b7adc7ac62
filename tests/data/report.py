"""A confusion table of `sealwright evidence read` over a set that `certificates.py` wrote: python tests/data/report.py TRUTH."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path


def compare(truth_file: Path) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """Return the truth and the answers of the command line, line by line."""
    lines = truth_file.read_text(encoding="utf-8")
    program = str(Path(sys.executable).parent / "sealwright")
    done = subprocess.run([program, "evidence", "read", "--jsonl"], input=lines, capture_output=True, text=True, check=True)
    return [json.loads(line) for line in lines.splitlines()], [json.loads(line) for line in done.stdout.splitlines()]


def main() -> None:
    """Print the table and every line that is not as it should be."""
    truths, answers = compare(Path(sys.argv[1]))
    table: Counter[tuple[str, str, str]] = Counter()
    for line, answer in zip(truths, answers, strict=True):
        truth = line["truth"]
        assert isinstance(truth, dict)
        table[str(line["trap"] or "good"), str(truth["verdict"]), str(answer["verdict"])] += 1
        wrong = [key for key in truth if key != "verdict" and answer[key] != truth[key]]
        if answer["verdict"] != truth["verdict"] or wrong:
            codes = [finding["code"] for finding in answer["findings"] if not finding["ok"]]
            print(
                Path(str(line["file"])).name,
                truth["verdict"],
                "→",
                answer["verdict"],
                {key: (truth[key], answer[key]) for key in wrong},
                codes,
                answer["holder_name"],
            )
    print()
    for (trap, right, given), count in sorted(table.items()):
        print(f"{trap:14} right {right:7} given {given:7} {count}")


if __name__ == "__main__":
    main()
