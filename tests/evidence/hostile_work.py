"""What a document could do that took over its child; run in place of the reading. Each answers ``refused`` if it could not."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import socket
import struct
import subprocess
import time
from functools import partial
from pathlib import Path
from typing import Any

_PTRACE_ATTACH, _CLONE_NEWUSER = 16, 0x10000000


def _tried(action: Any) -> bytes:
    try:
        return f"done {action()}".encode()
    except (OSError, RuntimeError, ValueError) as error:
        return str(error).encode() if isinstance(error, RuntimeError) else b"refused"


def _called(name: str, *arguments: Any) -> bytes:
    return b"refused" if getattr(ctypes.CDLL(None), name)(*arguments) < 0 else b"done"


# -- files and the network ----------------------------------------------------------------------------------------------------


def write_a_file(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: Path("/tmp/escaped").write_bytes(b"x"))


def read_a_file(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: Path("/etc/passwd").read_bytes())


def open_a_socket(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect(("127.0.0.1", 80)))


def read_a_file_in_the_place_of_another(request: dict[str, Any], content: bytes) -> bytes:
    os.closerange(0, 3)
    return read_a_file(request, content)


def open_a_socket_in_the_place_of_another(request: dict[str, Any], content: bytes) -> bytes:
    os.closerange(0, 3)
    return _tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).fileno())


def keep_a_file_in_memory(request: dict[str, Any], content: bytes) -> bytes:
    os.closerange(0, 3)
    return _tried(lambda: os.memfd_create("x"))


def delete_a_file(request: dict[str, Any], content: bytes) -> bytes:
    """The file is one that the service's own user may delete."""
    return _tried(lambda: os.unlink(request["file"]))  # noqa: PTH108 - the bare call


# -- processes ----------------------------------------------------------------------------------------------------------------


def start_a_process(request: dict[str, Any], content: bytes) -> bytes:
    def fork() -> int:
        child = os.fork()
        if child == 0:
            os._exit(0)
        return child

    return _tried(fork)


def start_processes_without_end(request: dict[str, Any], content: bytes) -> bytes:
    """A fork bomb that stops at what the machine of the tests bears."""
    answer = b"refused"
    for _ in range(6):
        try:
            os.fork()
            answer = b"done"
        except OSError:
            break
    if answer == b"done":
        time.sleep(600)
    return answer


def run_a_program(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: subprocess.run(["/bin/true"], check=True))


def become_a_program(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: os.execv("/bin/true", ["true"]))  # noqa: S606 - no shell is meant


def end_the_process_above(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: os.kill(os.getppid(), signal.SIGTERM))


def trace_the_process_above(request: dict[str, Any], content: bytes) -> bytes:
    return _called("ptrace", _PTRACE_ATTACH, os.getppid(), None, None)


def write_into_the_process_above(request: dict[str, Any], content: bytes) -> bytes:
    byte = ctypes.create_string_buffer(b"x", 1)
    area = ctypes.create_string_buffer(struct.pack("NN", ctypes.addressof(byte), 1))
    return _called("process_vm_writev", os.getppid(), area, 1, area, 1, 0)


# -- rights -------------------------------------------------------------------------------------------------------------------


def see_the_environment(request: dict[str, Any], content: bytes) -> bytes:
    return b"refused" if not os.environ else repr(dict(os.environ)).encode()


def change_the_owner(request: dict[str, Any], content: bytes) -> bytes:
    return _tried(lambda: os.setuid(0)) if os.getuid() else b"done, still root"


def raise_the_limits(request: dict[str, Any], content: bytes) -> bytes:
    for name in ("AS", "CPU", "FSIZE", "NPROC", "NOFILE"):
        answer = _tried(partial(resource.setrlimit, getattr(resource, f"RLIMIT_{name}"), (1 << 40, 1 << 40)))
        if answer != b"refused":
            return answer
    return b"refused"


def make_a_world_of_its_own(request: dict[str, Any], content: bytes) -> bytes:
    return _called("unshare", _CLONE_NEWUSER)


# -- time, memory, answers ----------------------------------------------------------------------------------------------------


def sleep(request: dict[str, Any], content: bytes) -> bytes:
    time.sleep(600)
    return b""


def loop(request: dict[str, Any], content: bytes) -> bytes:
    while True:
        pass


def ignore_every_signal(request: dict[str, Any], content: bytes) -> bytes:
    for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
        signal.signal(number, signal.SIG_IGN)
    return loop(request, content)


def grab_memory(request: dict[str, Any], content: bytes) -> bytes:
    return bytes(len(b"x" * (3 << 30)))


def die(request: dict[str, Any], content: bytes) -> bytes:
    os.abort()


def fall(request: dict[str, Any], content: bytes) -> bytes:
    ctypes.memset(1, 0, 1)
    return b"stands"


def leave(request: dict[str, Any], content: bytes) -> bytes:
    os._exit(0)


def chatter(request: dict[str, Any], content: bytes) -> bytes:
    return b"x" * (40 << 20)


def answer_without_end(request: dict[str, Any], content: bytes) -> bytes:
    os.write(3, (20 << 20).to_bytes(4, "big"))
    while True:
        os.write(3, b"x" * 100)
        time.sleep(0.001)


def answer_half(request: dict[str, Any], content: bytes) -> bytes:
    os.write(3, (1000).to_bytes(4, "big") + b"half")
    os._exit(0)


def answer_twice(request: dict[str, Any], content: bytes) -> bytes:
    for answer in (content, b"of another"):
        os.write(3, len(answer).to_bytes(4, "big") + answer)
    os._exit(0)


def echo(request: dict[str, Any], content: bytes) -> bytes:
    return content


def leave_something_behind(request: dict[str, Any], content: bytes) -> bytes:
    try:
        child = os.fork()
    except OSError:
        return b"refused"
    if child == 0:
        time.sleep(600)
    return f"left {child}".encode()
