"""What a document could do that took over its child; run in place of the reading. Each answers ``refused`` if it could not."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from pathlib import Path
from typing import Any


def _tried(action: Any) -> bytes:
    try:
        return f"done {action()}".encode()
    except (OSError, RuntimeError) as error:
        return b"refused" if isinstance(error, OSError) else str(error).encode()


def write_a_file(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: Path("/tmp/escaped").write_bytes(b"x"))


def read_a_file(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: Path("/etc/passwd").read_bytes())


def open_a_socket(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", 80)))


def start_a_process(request: dict[str, Any], content: bytes) -> bytes:
    def fork() -> int:
        child = os.fork()
        if child == 0:
            os._exit(0)
        return child

    return _tried(fork)


def run_a_program(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: subprocess.run(["/bin/true"], check=True))


def see_the_environment(request: dict[str, Any], content: bytes) -> bytes:
    return b"refused" if not os.environ else repr(dict(os.environ)).encode()


def change_the_owner(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: os.setuid(0)) if os.getuid() else b"done, still root"


def sleep(request: dict[str, Any], content: bytes) -> bytes:
    time.sleep(600)
    return b""


def loop(request: dict[str, Any], content: bytes) -> bytes:
    while True:
        pass


def grab_memory(request: dict[str, Any], content: bytes) -> bytes:
    return bytes(len(b"x" * (3 << 30)))


def die(request: dict[str, Any], content: bytes) -> bytes:
    os.abort()


def chatter(request: dict[str, Any], content: bytes) -> bytes:
    return b"x" * (40 << 20)


def leave_something_behind(request: dict[str, Any], content: bytes) -> bytes:
    try:
        child = os.fork()
    except OSError:
        return b"refused"
    if child == 0:
        time.sleep(600)
    return f"left {child}".encode()
