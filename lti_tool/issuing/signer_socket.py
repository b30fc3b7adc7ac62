"""The signer's door: a Unix socket. The kernel says which user knocks, so that nobody needs a password that could be stolen."""

from __future__ import annotations

import os
import pwd
import socket
import socketserver
import struct
import threading
from contextlib import suppress
from pathlib import Path
from typing import Final

from lti_tool.issuing.signer import Signer
from lti_tool.issuing.signer_calls import LONGEST_QUESTION
from lti_tool.problem import Problem

# Seconds in which a question must be there, and in which its answer must be taken.
PATIENCE: Final = 10.0
# Who is in at once; the others wait in the kernel's queue, and then at the door.
MOST: Final = 64
_PEER: Final = struct.Struct("3i")  # struct ucred of unix(7): pid, uid, gid


class SignerSocket(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    """Serves a signer at a path, which is made anew; a thread for each call."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, place: Path, signer: Signer) -> None:
        self.signer = signer
        self.door = threading.BoundedSemaphore(MOST)
        self._take(place)
        super().__init__(str(place), _Call)
        # Anybody may knock; who is answered is told by the kernel, not by this file's mode.
        place.chmod(0o666)

    def process_request(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Begin a thread for a call, once there is room for it."""
        self.door.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: socket.socket | tuple[bytes, socket.socket], client_address: object) -> None:
        """Answer a call and leave room for the next."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self.door.release()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: one who hangs up is no error of ours, and what is one is an answer (`Signer.answer`)."""

    @staticmethod
    def _take(place: Path) -> None:
        """Remove a socket that a dead signer left. Raises Problem("signer-runs") if a living one answers there."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as trial:
            try:
                trial.connect(str(place))
            except OSError:
                with suppress(FileNotFoundError):
                    place.unlink()
            else:
                raise Problem("signer-runs", place=str(place))


class _Call(socketserver.BaseRequestHandler):
    """One question and its answer."""

    server: SignerSocket

    def handle(self) -> None:
        self.request.settimeout(PATIENCE)
        _, uid, _ = _PEER.unpack(self.request.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
        with self.request.makefile("rb") as reading:
            line = reading.readline(LONGEST_QUESTION + 1)
        self.request.sendall(self.server.signer.answer(uid, line if len(line) <= LONGEST_QUESTION else b"").encoded())


def allowed_users(named: str) -> frozenset[int]:
    """Return the numeric ids of the users who may ask: this process's own, and those named, by commas. Raises Problem("setting-wrong")."""
    return frozenset({os.geteuid(), *(_uid(name.strip()) for name in named.split(",") if name.strip())})


def _uid(name: str) -> int:
    if name.isascii() and name.isdecimal():
        return int(name)
    try:
        return pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Problem("setting-wrong", setting="signer_clients", reason=f"This machine has no user {name}.", source="the settings") from None
