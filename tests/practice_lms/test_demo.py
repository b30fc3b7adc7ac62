"""`sealwright demo` as a process: it starts, refuses taken ports, stops whole, and starts again over what it left."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

SEALWRIGHT = (sys.executable, "-c", "from lti_tool.commands.main import main; main()")


class Running:
    """The demo on free ports, with its words read as far as the last line of its guide."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.port, self.lms_port = free_port(), free_port()
        # Somebody's real settings must not reach the demo.
        environment = {
            **os.environ,
            "SEALWRIGHT_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/real",
            "SEALWRIGHT_BASE_URL": "https://real.example.org",
        }
        self.process = subprocess.Popen(
            [*SEALWRIGHT, "--home", str(home), "demo", "--port", str(self.port), "--lms-port", str(self.lms_port)],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def guide(self) -> list[str]:
        assert self.process.stdout
        lines = []
        for line in self.process.stdout:
            lines.append(line.rstrip())
            if "Ctrl-C" in line:
                return lines
        raise AssertionError("\n".join(lines))

    def processes(self) -> set[int]:
        """Every living process of this demo's home."""
        mark = f"SEALWRIGHT_HOME={self.home}".encode()
        return {int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and mark in _environment(entry).split(b"\0")}

    def stop(self, number: int) -> int:
        assert self.process.stdout
        self.process.send_signal(number)
        code = self.process.wait(40)
        self.process.stdout.close()
        return code


def _environment(process: Path) -> bytes:
    try:
        return (process / "environ").read_bytes()
    except OSError:
        return b""


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def answer(address: str) -> int:
    return requests.get(address, timeout=300).status_code


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    demo = Running(tmp_path / "demo home")
    yield demo
    if demo.process.poll() is None:
        demo.stop(signal.SIGTERM)


def test_it_answers_says_what_to_click_and_stops_whole(running: Running) -> None:
    guide = running.guide()
    assert len(guide) <= 15
    assert any(f"http://127.0.0.1:{running.lms_port}" in line for line in guide)
    assert any(f"http://localhost:{running.port}" in line for line in guide)
    assert answer(f"http://localhost:{running.port}/readyz") == 200
    assert answer(f"http://127.0.0.1:{running.lms_port}/") == 200
    before = running.processes()
    assert len(before) >= 3
    assert running.stop(signal.SIGINT) == 0
    assert running.processes() == set()


def test_it_starts_again_over_what_a_kill_left(running: Running) -> None:
    running.guide()
    key = (running.home / "practice_lms" / "signing_key.pem").read_bytes()
    running.stop(signal.SIGKILL)
    until_gone(running)
    again = Running(running.home)
    again.guide()
    assert answer(f"http://localhost:{again.port}/readyz") == 200
    assert (running.home / "practice_lms" / "signing_key.pem").read_bytes() == key
    assert again.stop(signal.SIGTERM) == 0
    assert again.processes() == set()


def until_gone(running: Running) -> None:
    end = time.monotonic() + 90
    while running.processes():
        assert time.monotonic() < end, "processes outlive the demo that was killed"
        time.sleep(0.2)


@pytest.mark.parametrize("option", ["--port", "--lms-port"])
def test_a_taken_port_is_refused_before_anything_is_made(tmp_path: Path, option: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        other = "--lms-port" if option == "--port" else "--port"
        arguments = ["--home", str(tmp_path / "home"), "demo", option, str(port), other, str(free_port())]
        ended = subprocess.run([*SEALWRIGHT, *arguments], capture_output=True, text=True, timeout=300, check=False)
    assert ended.returncode == 2
    assert f"Something else already listens on port {port}" in ended.stderr
    assert option in ended.stderr
    assert not (tmp_path / "home").exists()


def test_a_part_that_ends_by_itself_ends_the_demo(running: Running) -> None:
    running.guide()
    [lms] = [pid for pid in running.processes() if b"practice_lms.server" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    os.kill(lms, signal.SIGKILL)
    assert running.process.stdout
    rest = running.process.stdout.read()
    assert running.process.wait(40) == 2
    assert "The practice LMS of the demo stopped by itself" in rest
    running.process.stdout.close()
    assert running.processes() == set()
