"""Keys change by the command while the server's processes verify for many at once (threat R11): nobody is refused, no verdict changes."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import SimpleQueue

from record_parts import issued

from lti_tool.installation import Installation
from lti_tool.issuing import register, revoking

MAIN = "from lti_tool.commands.main import main; main()"
HOLDERS = 30
THREADS = 6
AFTER = 250
USES = ("seal", "credential", "jwt", "log")


@dataclass
class Asked:
    """What is sent, and the verdict that it must get every time."""

    content: bytes
    verdict: tuple[str, ...]


@dataclass
class Traffic:
    """Many who ask as fast as they are answered, until told to stop; each from an address of its own, so that no limit counts them as one."""

    port: int
    items: list[Asked]
    wrong: SimpleQueue[str] = field(default_factory=SimpleQueue)
    answered: Counter[str] = field(default_factory=Counter)
    phase: str = "before"
    ended: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.turns, self.addresses = itertools.cycle(self.items), itertools.count(256)

    def ask(self) -> None:
        while not self.ended.is_set():
            with self.lock:
                item, place, phase = next(self.turns), next(self.addresses), self.phase
            told = verdict(self.port, item.content, f"127.{place >> 16 & 255}.{place >> 8 & 255}.{place & 255}")
            if told != ("200", *item.verdict):
                self.wrong.put(f"{phase}: {item.content[:30]!r} got {told}")
            with self.lock:
                self.answered[phase] += 1

    def enough(self, phase: str, number: int) -> None:
        """Return once so many that were sent in this phase are answered."""
        until(lambda: self.answered[phase] >= number)


def verdict(port: int, content: bytes, source: str) -> tuple[str, ...]:
    """The status, the outcome and the reasons of one verification over HTTP."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120, source_address=(source, 0))) as made:
        made.request("POST", "/api/verify", content, {"Content-Type": "application/octet-stream"})
        answer = made.getresponse()
        body = answer.read()
    if answer.status != 200:
        return str(answer.status), body[:300].decode(errors="replace")
    told = json.loads(body)
    return "200", told["outcome"], *(reason["code"] for reason in told["reasons"])


def until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 240
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def command(tool: Installation, *arguments: str) -> list[str]:
    return [sys.executable, "-c", MAIN, "--home", str(tool.settings.home), *arguments]


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("SEALWRIGHT_")} | more


@contextmanager
def serving(tool: Installation) -> Iterator[int]:
    """`sealwright serve` with two processes; yields its port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = environment(SEALWRIGHT_WORKERS="2", SEALWRIGHT_ALLOW_PRIVATE_HOSTS="1", SEALWRIGHT_LOG_LEVEL="error")
    process = subprocess.Popen(command(tool, "serve", "--port", str(port)), env=settings)
    try:
        until(lambda: process.poll() is not None or answers(port))
        assert len(children(process.pid)) == 2
        yield port
    finally:
        process.terminate()
        process.wait(60)


def answers(port: int) -> bool:
    try:
        return verdict(port, b"hello", "127.0.0.1")[0] == "200"
    except OSError:
        return False


def children(parent: int) -> list[str]:
    """The serving processes under the supervisor; its own helper for semaphores is none of them."""
    found = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [child for child in found if b"resource_tracker" not in Path(f"/proc/{child}/cmdline").read_bytes()]


def everything(tool: Installation) -> list[Asked]:
    """Thirty certificates as number, PDF, credential and JWT, and beside each form some that are not valid."""
    items: list[Asked] = []
    for place in range(HOLDERS):
        number = issued(tool, f"Somebody {place}")
        pdf, credential = register.pdf(tool, number), register.credential(tool, number)
        valid = (number.encode(), pdf, credential, register.jwt(tool, number))
        if place % 5 == 4:
            revoking.revoke(tool, number, "a mistake", "administrator")
            items += [Asked(content, ("not-valid", "revoked")) for content in valid]
            continue
        items += [Asked(content, ("valid",)) for content in valid]
        items.append(Asked(pdf + b"\n", ("not-valid", "changed-after-sealing")))
        items.append(Asked(credential.replace(f"Somebody {place}".encode(), b"Mallory"), ("not-valid", "content-changed")))
    return items


def rotate(tool: Installation, use: str) -> str:
    """Change a key by the command; return the new one's id."""
    done = subprocess.run(command(tool, "keys", "rotate", use, "--json"), env=environment(), capture_output=True, text=True, check=True)
    (made,) = json.loads(done.stdout)
    return str(made["id"])


def test_keys_change_while_two_processes_answer_many(tool: Installation) -> None:
    items = everything(tool)
    with serving(tool) as port:
        traffic = Traffic(port, items)
        threads = [threading.Thread(target=traffic.ask) for _ in range(THREADS)]
        for thread in threads:
            thread.start()
        try:
            traffic.enough("before", 60)
            traffic.phase = "while"
            assert len({rotate(tool, use) for use in USES}) == len(USES)
            traffic.phase = "after"
            traffic.enough("after", max(AFTER, len(items)))
        finally:
            traffic.ended.set()
            for thread in threads:
                thread.join(120)
        assert [traffic.wrong.get() for _ in range(traffic.wrong.qsize())] == []
        assert traffic.answered["while"] > 0
        assert sum(traffic.answered.values()) >= 310
        # What is issued from now on is signed with the new keys; both processes know them without a restart.
        number = issued(tool, "Jean Exemple")
        for content in (register.pdf(tool, number), register.credential(tool, number), register.jwt(tool, number)):
            assert {verdict(port, content, f"127.99.0.{place}") for place in range(1, 11)} == {("200", "valid")}
