"""`sealwright verify` for one and for many: outputs, exit statuses, folders, lists, and being interrupted."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking
from lti_tool.issuing.number import new_number

MAIN = "from lti_tool.commands.main import main; main()"


def started(home: Path, *arguments: str, **more: object) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")}
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "--home", str(home), "verify", *arguments],
        env=environment, text=True, **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
    )  # fmt: skip


def run(tool: Installation, *arguments: str, status: int, given: str | None = None) -> str:
    process = started(tool.settings.home, *arguments, stdin=subprocess.PIPE)
    out, errors = process.communicate(given, timeout=300)
    assert process.returncode == status, (out[-2000:], errors[-2000:])
    assert "Traceback" not in errors
    return out


@pytest.fixture
def folder(tool: Installation, tmp_path: Path) -> Path:
    """Two certificates: one good (PDF and credential), one revoked; and something else."""
    good, revoked = issued(tool), issued(tool, "=HYPERLINK(1) Example")
    revoking.revoke(tool, revoked, "a mistake", "administrator")
    inside = tmp_path / "certificates" / "inside"
    inside.mkdir(parents=True)
    (inside.parent / "a.pdf").write_bytes(register.pdf(tool, good))
    (inside / "b.json").write_bytes(register.credential(tool, good))
    (inside / "c.pdf").write_bytes(register.pdf(tool, revoked))
    (inside / "readme.txt").write_text("not looked at")
    return inside.parent


def test_a_folder_as_lines_a_list_and_a_table(tool: Installation, folder: Path) -> None:
    names = [str(folder / "a.pdf"), str(folder / "inside" / "b.json"), str(folder / "inside" / "c.pdf")]
    lines = [json.loads(line) for line in run(tool, "-r", str(folder), "--jsonl", status=1).splitlines()]
    assert [(line["what"], line["outcome"]) for line in lines] == list(zip(names, ["valid", "valid", "not-valid"], strict=True))
    assert json.loads(run(tool, "-r", str(folder), "--json", status=1)) == lines
    rows = list(csv.DictReader(io.StringIO(run(tool, "-r", str(folder), "--csv", status=1))))
    assert [(row["what"], row["outcome"], row["reason"]) for row in rows] == [
        (names[0], "valid", ""),
        (names[1], "valid", ""),
        (names[2], "not-valid", "revoked"),
    ]
    # What a forger or a joker had themselves called must not run in anybody's spreadsheet.
    assert rows[2]["holder_name"] == "'=HYPERLINK(1) Example"


def test_statuses_and_lists(tool: Installation, folder: Path, tmp_path: Path) -> None:
    good = str(folder / "a.pdf")
    listed = tmp_path / "list.txt"
    listed.write_text(f"{good}\n\n  hello  \n")
    assert "1 valid" not in run(tool, good, str(folder / "inside" / "b.json"), status=0)
    assert len(run(tool, "--from", str(listed), "--jsonl", status=2).splitlines()) == 2
    assert len(run(tool, "--from", "-", "--jsonl", status=1, given=f"{good}\n{new_number()}\nhello\n").splitlines()) == 3
    for wrong in ((), (str(folder),), ("--json", "--csv", good), ("--from", str(tmp_path / "nothing")), ("-r", str(tmp_path / "empty"))):
        (tmp_path / "empty").mkdir(exist_ok=True)
        run(tool, *wrong, status=2)


def test_many_are_answered_in_order_by_several_processes(tool: Installation, folder: Path) -> None:
    good = (folder / "a.pdf").read_bytes()
    many = folder / "many"
    many.mkdir()
    for place in range(60):
        (many / f"{place:03}.pdf").write_bytes(good if place % 3 else good + b"\n" * place)
    lines = [json.loads(line) for line in run(tool, "-r", str(many), "--jsonl", "--jobs", "2", status=1).splitlines()]
    assert [Path(line["what"]).name for line in lines] == [f"{place:03}.pdf" for place in range(60)]
    assert [line["outcome"] for line in lines] == ["valid" if place % 3 or not place else "not-valid" for place in range(60)]


def test_interrupted_it_prints_what_it_knows_and_leaves_nothing_behind(tool: Installation, folder: Path) -> None:
    listed = folder / "long.txt"
    listed.write_text(f"{folder / 'a.pdf'}\n" * 20_000)
    written = folder / "written.jsonl"
    with written.open("w") as out:
        process = started(tool.settings.home, "--from", str(listed), "--jsonl", "--jobs", "2", start_new_session=True, stdout=out)
    _wait_until(lambda: b"\n" in written.read_bytes())
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=300)
    assert process.returncode == 130, errors[-2000:]
    lines = [json.loads(line) for line in written.read_text().splitlines()]
    assert {line["outcome"] for line in lines} == {"valid"}
    assert len(lines) < 20_000
    _wait_until(lambda: not _of_group(process.pid))


def _wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.2)


def _of_group(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
