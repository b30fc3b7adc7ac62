"""From bytes to a `Reading`, in a child process that can be killed."""

from __future__ import annotations

import atexit
import hashlib
import json
import queue
from collections.abc import Callable
from functools import cache
from types import TracebackType
from typing import Final, Self

from lti_tool.evidence.codec import from_json
from lti_tool.evidence.formats import media_type
from lti_tool.evidence.parts import MOST_PARTS
from lti_tool.evidence.process import READING_WORK, Child
from lti_tool.evidence.prover import Prover
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.evidence.trust import TrustList
from lti_tool.problem import Problem
from lti_tool.scheme.model import Scheme

SECONDS: Final = 30.0
DRAW_SECONDS: Final = 6.0
MAX_PAGES: Final = 20
MOST_BYTES: Final = 200 << 20
# What a reading may be as JSON: enough for any certificate, and little for a child that was taken over to fill our memory with.
MOST_READING: Final = 1 << 20


class Reader:
    """Reads documents; hold one open for as long as documents come, and use it from any thread.

    `seconds` is the most that one document may take, `processes` how many are read at once. The children start with the first
    document; a document that kills its child costs the next one nothing but a new start. `trust` gives the trust list by which
    signatures, credentials and links are told; without it nobody is trusted. `niceness` is how far a reading stands back from
    others on the same cores (nice(2)).
    """

    def __init__(  # noqa: PLR0913 - each is a choice of its own, named by the caller
        self,
        *,
        seconds: float = SECONDS,
        max_pages: int = MAX_PAGES,
        processes: int = 1,
        work: str = READING_WORK,
        trust: Callable[[], TrustList] | None = None,
        niceness: int = 0,
    ) -> None:
        self._seconds = seconds
        self._prover = Prover(trust, seconds)
        self._max_pages = max_pages
        self._niceness = niceness
        self._children = [Child(work) for _ in range(processes)]
        self._free: queue.SimpleQueue[Child] = queue.SimpleQueue()
        for child in self._children:
            self._free.put(child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            child.close()
        self._prover.close()

    def read(self, content: bytes, scheme: Scheme) -> Reading:
        """Read one document; of a file that holds several certificates the first one. Raises as `read_all` does."""
        return self.read_all(content, scheme)[0]

    def read_all(self, content: bytes, scheme: Scheme) -> tuple[Reading, ...]:
        """Read one file, a reading for each certificate in it, in the order of its pages.

        Never raises for what it holds: what can't be read has its reason in `unreadable`. Raises Problem("reader-not-started")
        if this machine can't start the child.
        """
        if not content:
            return (_unread(content, "empty"),)
        if len(content) > MOST_BYTES:
            return (_unread(content, "too-much"),)
        request = {"task": "read", "scheme": scheme.sha256, "max_pages": self._max_pages, "most": MOST_READING, "niceness": self._niceness}
        answer = self._ask(request, content, (scheme.sha256, scheme.model_dump_json().encode()))
        try:
            stored = json.loads(answer)
            if "failed" in stored:
                return (_unread(content, str(stored["failed"])[:40]),)
            readings = tuple(from_json(entry) for entry in stored.get("parts", (stored,)))
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            # A child that was taken over may answer anything: what isn't a reading of this document is none.
            return (_unread(content, "broken"),)
        if not _are_of(content, readings):
            return (_unread(content, "broken"),)
        return self._prover.with_proof(content, readings, stored.get("to_check"), scheme)

    def page_png(self, content: bytes, page: int, width: int) -> bytes:
        """Return page `page` (from 1) as a PNG `width` pixels wide. Raises Problem("page-not-shown"), also when every child is busy for long."""
        try:
            answer = self._ask({"task": "draw", "page": page, "width": width}, content, None, self._seconds)
        except queue.Empty:
            raise Problem("page-not-shown", note="every child is busy") from None
        if not answer.startswith(b"\x89PNG\r\n\x1a\n"):
            raise Problem("page-not-shown", note=answer[:80].decode("ascii", "replace"))
        return answer

    def _ask(self, request: dict[str, object], content: bytes, prepared: tuple[str, bytes] | None, patience: float | None = None) -> bytes:
        """Ask the next free child, for which a caller waits `patience` seconds. Raises queue.Empty."""
        child = self._free.get(timeout=patience)
        try:
            return child.ask(request, content, self._seconds, prepared)
        finally:
            self._free.put(child)


def _are_of(content: bytes, readings: tuple[Reading, ...]) -> bool:
    """Tell readings of these bytes that are one, or numbered parts of them."""
    digest = hashlib.sha256(content).hexdigest()
    if not 1 <= len(readings) <= MOST_PARTS or any(reading.sha256 != digest for reading in readings):
        return False
    numbers = [(reading.part.number, reading.part.of) if reading.part else None for reading in readings]
    return numbers == ([None] if len(readings) == 1 else [(number, len(readings)) for number in range(1, len(readings) + 1)])


def _unread(content: bytes, reason: str) -> Reading:
    return Reading(hashlib.sha256(content).hexdigest(), media_type(content), 0, Kind.UNKNOWN, unreadable=reason)


@cache
def shared_reader() -> Reader:
    """Return the one reader of this process that draws pages; it ends with the process.

    Who waits for it is a thread of the web server, so it has little time and more than one child.
    """
    reader = Reader(seconds=DRAW_SECONDS, processes=2)
    atexit.register(reader.close)
    return reader
