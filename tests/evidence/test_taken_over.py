"""A child that a document took over, on machines that allow more or less: what it may do, how it ends, and what it can say (threat U15)."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from lti_tool.evidence.process import Child
from lti_tool.evidence.reader import MOST_READING, Reader
from lti_tool.scheme.catalogue import shipped

sys.path.insert(0, str(Path(__file__).parent))

from hosts import HOSTS, SOMEBODY

SCHEME = shipped().get("digital-competence", "2026")
FILTERED = [name for name, (_, _, filtered) in HOSTS.items() if filtered]

# What the limits alone refuse, on every machine.
ALWAYS = [
    "write_a_file", "read_a_file", "open_a_socket", "read_a_file_in_the_place_of_another", "open_a_socket_in_the_place_of_another",
    "keep_a_file_in_memory", "start_a_process", "start_processes_without_end", "run_a_program", "see_the_environment", "change_the_owner",
    "raise_the_limits",
]  # fmt: skip
# What needs no descriptor and no process: refused by the filter, or to somebody else by the user id.
FILTER = [
    "become_a_program", "delete_a_file", "end_the_process_above", "trace_the_process_above", "write_into_the_process_above",
    "make_a_world_of_its_own",
]  # fmt: skip


@contextmanager
def started(work: str) -> Iterator[Child]:
    child = Child(work)
    try:
        yield child
    finally:
        child.close()


@pytest.fixture
def file_of_the_service(tmp_path: Path) -> Path:
    file = tmp_path / "evidence"
    file.write_bytes(b"kept")
    if os.getuid() == 0:
        os.chown(tmp_path, SOMEBODY, SOMEBODY)
        for folder in (tmp_path.parent, tmp_path.parent.parent):
            folder.chmod(0o711)
    return file


@pytest.mark.parametrize("action", ALWAYS)
@pytest.mark.parametrize("host", HOSTS)
def test_on_no_machine(host: str, action: str) -> None:
    with started(f"hosts:{host}__{action}") as child:
        assert child.ask({"task": "read"}, b"", 5) == b"refused"


@pytest.mark.parametrize("action", FILTER)
@pytest.mark.parametrize("host", FILTERED)
def test_where_calls_are_filtered(host: str, action: str, file_of_the_service: Path) -> None:
    with started(f"hosts:{host}__{action}") as child:
        assert child.ask({"task": "read", "file": str(file_of_the_service)}, b"", 5) == b"refused"
    assert file_of_the_service.read_bytes() == b"kept"


@pytest.mark.parametrize("action", ["end_the_process_above", "trace_the_process_above", "write_into_the_process_above", "delete_a_file"])
@pytest.mark.skipif(os.getuid() != 0, reason="root's other half: somebody else may touch none of these")
def test_where_root_becomes_nobody(action: str, file_of_the_service: Path) -> None:
    with started(f"hosts:root_without_filter__{action}") as child:
        assert child.ask({"task": "read", "file": str(file_of_the_service)}, b"", 5) == b"refused"
    assert file_of_the_service.exists()


ENDS = [
    ("sleep", b"timeout"),
    ("loop", b"timeout"),
    ("ignore_every_signal", b"timeout"),
    ("answer_without_end", b"timeout"),
    ("chatter", b"too-much"),
    ("grab_memory", b"too-much"),
    ("die", b"crashed"),
    ("fall", b"crashed"),
    ("leave", b"crashed"),
    ("answer_half", b"crashed"),
]


@pytest.mark.parametrize(("action", "reason"), ENDS)
@pytest.mark.parametrize("host", ["root", "user_without_anything"])
def test_every_end_has_its_reason_and_leaves_nothing_running(host: str, action: str, reason: bytes) -> None:
    with started(f"hosts:{host}__{action}") as child:
        assert child.ask({"task": "read"}, b"", 1.5) == b'{"failed": "%s"}' % reason
        warm = child._process
        assert warm is not None
        assert warm.poll() is None
        assert below(warm.pid) == []


def test_what_is_said_after_an_answer_is_nobodys() -> None:
    with started("hosts:root__answer_twice") as child:
        assert [child.ask({"task": "read"}, content, 5) for content in (b"one", b"two", b"three")] == [b"one", b"two", b"three"]


def test_an_answer_larger_than_any_reading_is_none() -> None:
    with Reader(seconds=5, work="taken_over_work:lie") as lied_to:
        assert lied_to.read(b"[" * MOST_READING + b"]", SCHEME).unreadable == "too-much"


def test_seen_from_outside_nothing_is_left_to_it() -> None:
    with started("hosts:root__sleep") as child:
        asking = Thread(target=child.ask, args=({"task": "read"}, b"", 3))
        asking.start()
        try:
            status, limits, descriptors = _seen(child)
        finally:
            asking.join()
    assert (status["Seccomp"], status["NoNewPrivs"], status["Groups"]) == ("2", "1", "")
    assert {int(status[name].replace("\t", " ").split()[place]) for name in ("Uid", "Gid") for place in range(4)}.isdisjoint({0})
    assert {int(status[name], 16) for name in ("CapPrm", "CapEff", "CapInh", "CapAmb")} == {0}
    assert {limits[name] for name in ("Max open files", "Max processes", "Max file size", "Max core file size")} == {("0", "0")}
    assert 0 < int(limits["Max cpu time"][0]) <= 60
    assert 0 < int(limits["Max address space"][1]) <= 2 << 30
    # A process that may not be dumped shows its descriptors to root alone.
    assert descriptors in (["0", "1", "2", "3"], [])


def _seen(child: Child) -> tuple[dict[str, str], dict[str, tuple[str, str]], list[str]]:
    """Wait until the fork has given up everything; its status, its limits (soft, hard) and, for root, its open descriptors."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        for pid in below(child._process.pid) if child._process else []:
            folder = Path(f"/proc/{pid}")
            status = dict(line.split(":\t", 1) for line in (folder / "status").read_text(encoding="ascii").splitlines() if ":\t" in line)
            status = {name: value.strip() for name, value in status.items()}
            if status["Seccomp"] == "2":
                rows = [line.rsplit(None, 3) for line in (folder / "limits").read_text(encoding="ascii").splitlines()[1:]]
                limits = {" ".join(row[:1]).strip(): (row[1], row[2]) for row in rows if len(row) == 4}
                return status, limits, sorted(entry.name for entry in (folder / "fd").iterdir()) if os.getuid() == 0 else []
        time.sleep(0.01)
    raise AssertionError("the fork was not seen")


def below(process: int) -> list[str]:
    return Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
