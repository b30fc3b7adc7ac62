"""Notes, and refuses, whatever a process tries to reach beyond this machine (threat S17).

The interpreter itself tells every name that is looked up and every address that is connected or sent to, in whatever library (PEP 578).
"""

from __future__ import annotations

import ipaddress
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

# Which argument of an event says whereto; audit events of CPython's socket module.
_WHERETO: Final = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
_tried: list[list[str]] = []
_listening: list[bool] = []


def _heard(event: str, arguments: tuple[Any, ...]) -> None:
    if _tried and event in _WHERETO and not _stays(arguments[_WHERETO[event]]):
        _tried[-1].append(f"{event} {arguments[_WHERETO[event]]!r}")
        raise PermissionError(f"nothing may be reached from here: {event}")


def _stays(whereto: object) -> bool:
    """Tell whether an address is this machine's: none, a path, or a name or address of the loopback."""
    host = whereto[0] if isinstance(whereto, tuple) and whereto else whereto
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    if not isinstance(host, str) or host in {"", "localhost"} or "/" in host or host.startswith("\0"):
        # What is no text is none at all, or of another family than the internet's.
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@contextmanager
def watched() -> Iterator[list[str]]:
    """Refuse everything inside the block; yields what was tried."""
    if not _listening:
        # What was added once stays for the process; it is silent outside of blocks.
        sys.addaudithook(_heard)
        _listening.append(True)
    found: list[str] = []
    _tried.append(found)
    try:
        yield found
    finally:
        _tried.remove(found)


class _File(list[str]):
    def __init__(self, path: str) -> None:
        super().__init__()
        self._path = path

    def append(self, line: str) -> None:
        with Path(self._path).open("a", encoding="utf-8") as file:
            file.write(line + "\n")


def for_good(path: str) -> None:
    """Refuse everything for as long as this process lives, and write what it tries into a file."""
    sys.addaudithook(_heard)
    _tried.append(_File(path))


def everywhere(folder: Path) -> tuple[dict[str, str], Path]:
    """Return the environment in which every Python refuses so, and the file that says what was tried."""
    tried = folder / "tried"
    tried.touch()
    site = folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(f"import no_network\nno_network.for_good({str(tried)!r})\n", encoding="utf-8")
    before = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(site), str(Path(__file__).parent), *([before] if before else [])])}, tried
