"""Length-prefixed frames over a pipe, with a cap on what is taken."""

from __future__ import annotations

import os
import select
import struct
import time
from typing import Final

HEADER: Final = struct.Struct(">I")
_CHUNK: Final = 1 << 16


class Closed(Exception):
    """The other end is gone, said too much, or said nothing in time."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def write_frame(descriptor: int, content: bytes, deadline: float | None = None) -> None:
    """Write one frame. Raises Closed; `deadline` is a time of `time.monotonic()`."""
    rest = memoryview(HEADER.pack(len(content)) + content)
    try:
        while rest:
            _wait(descriptor, deadline, for_writing=True)
            rest = rest[os.write(descriptor, rest[:_CHUNK]) :]
    except (BrokenPipeError, OSError) as error:
        raise Closed("gone") from error


def read_frame(descriptor: int, most: int, deadline: float | None = None) -> bytes:
    """Read one frame of at most `most` bytes. Raises Closed with the reason ``gone``, ``too-long`` or ``late``."""
    (length,) = HEADER.unpack(_read(descriptor, HEADER.size, deadline))
    if length > most:
        raise Closed("too-long")
    return _read(descriptor, length, deadline)


def _read(descriptor: int, length: int, deadline: float | None) -> bytes:
    parts: list[bytes] = []
    while length:
        _wait(descriptor, deadline, for_writing=False)
        part = os.read(descriptor, min(length, _CHUNK))
        if not part:
            raise Closed("gone")
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def _wait(descriptor: int, deadline: float | None, *, for_writing: bool) -> None:
    if deadline is None:
        return
    seconds = deadline - time.monotonic()
    ready = seconds > 0 and _ready(descriptor, seconds, for_writing=for_writing)
    if not ready:
        raise Closed("late")


def _ready(descriptor: int, seconds: float, *, for_writing: bool) -> bool:
    # poll(), not select(): a server may hold more than 1024 descriptors.
    poller = select.poll()
    poller.register(descriptor, select.POLLOUT if for_writing else select.POLLIN)
    return bool(poller.poll(seconds * 1000))
