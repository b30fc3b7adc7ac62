"""On a terminal, whoever verifies or issues many sees how far it is; what is written is whole all the same."""

from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import subprocess
import sys
import threading
from pathlib import Path

from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing import register

MAIN = "from lti_tool.commands.main import main; main()"
MANY = 300


def on_a_terminal(tool: Installation, *arguments: str) -> tuple[int, str, str]:
    """Run a command whose standard error is a terminal; return its status, its output and what the terminal showed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")} | {"TERM": "xterm", "COLUMNS": "100"}
    ours, theirs = pty.openpty()
    seen: list[bytes] = []
    watching = threading.Thread(target=watch, args=(ours, seen))
    watching.start()
    try:
        done = subprocess.run(
            [sys.executable, "-c", MAIN, "--home", str(tool.settings.home), *arguments],
            env=environment, stdin=theirs, stdout=subprocess.PIPE, stderr=theirs, text=True, check=False, timeout=300,
        )  # fmt: skip
    finally:
        os.close(theirs)
        watching.join(30)
        os.close(ours)
    return done.returncode, done.stdout, b"".join(seen).decode()


def watch(terminal: int, seen: list[bytes]) -> None:
    """Read until nobody holds the other end any more."""
    while True:
        try:
            block = os.read(terminal, 65536)
        except OSError:
            return
        if not block:
            return
        seen.append(block)


def shown_steps(seen: str, label: str) -> list[int]:
    """The percentages that the bar went through."""
    drawn = [line for line in seen.replace("\r", "\n").splitlines() if label in line and "%" in line]
    return [int(line.partition("%")[0].split()[-1]) for line in drawn]


def test_a_bar_while_some_hundreds_are_verified_and_every_answer(tool: Installation, tmp_path: Path) -> None:
    good = register.pdf(tool, issued(tool))
    folder = tmp_path / "many"
    folder.mkdir()
    names = [str(folder / f"{place:03}.pdf") for place in range(MANY)]
    for place, name in enumerate(names):
        Path(name).write_bytes(good if place % 10 else good + b"\n" * (place + 1))
    expected = [(name, "valid" if place % 10 else "not-valid") for place, name in enumerate(names)]

    status, out, seen = on_a_terminal(tool, "verify", "-r", str(folder), "--csv", "--jobs", "2")
    assert (status, [(row["what"], row["outcome"]) for row in csv.DictReader(io.StringIO(out, newline=""))]) == (1, expected)
    steps = shown_steps(seen, "Verifying")
    assert (steps == sorted(steps), len(set(steps)) > 20, steps[-1]) == (True, True, 100)
    assert "Verifying" not in out

    status, out, seen = on_a_terminal(tool, "verify", "-r", str(folder), "--json", "--jobs", "2")
    assert (status, [(line["what"], line["outcome"]) for line in json.loads(out)]) == (1, expected)
    assert shown_steps(seen, "Verifying")[-1] == 100


def test_one_alone_has_no_bar(tool: Installation, tmp_path: Path) -> None:
    (tmp_path / "one.pdf").write_bytes(register.pdf(tool, issued(tool)))
    status, out, seen = on_a_terminal(tool, "verify", str(tmp_path / "one.pdf"))
    assert (status, seen) == (0, "")
    assert out.startswith("Valid")


def test_a_bar_while_some_hundreds_are_issued_and_every_row(tool: Installation, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("id,name\n" + "".join(f"p{place},Somebody {place}\n" for place in range(MANY)), encoding="utf-8")
    about = ("--event", "Digital storytelling", "--from", "2026-09-12", "--to", "2026-09-14", "--reason", "a test")
    status, _, seen = on_a_terminal(tool, "issue", "--csv", str(people), *about, "--out", str(tmp_path / "out"), "--processes", "2")
    assert status == 0, seen
    steps = [int(found) for found in re.findall(rf"Issuing [^\r\n]* (\d+)/{MANY}", seen)]
    assert (steps == sorted(steps), len(set(steps)) > 3, steps[-1]) == (True, True, MANY)
    with (tmp_path / "out" / "issued.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == [f"p{place}" for place in range(MANY)]
    assert len({row["number"] for row in rows}) == MANY
