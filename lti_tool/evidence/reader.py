"""From bytes to a `Reading`, in a child process that can be killed."""

from __future__ import annotations

import atexit
import hashlib
import json
import queue
from functools import cache
from types import TracebackType
from typing import Final, Self

from lti_tool.evidence.codec import from_json
from lti_tool.evidence.formats import media_type
from lti_tool.evidence.process import READING_WORK, Child
from lti_tool.evidence.reading import Kind, Reading
from lti_tool.problem import Problem
from lti_tool.scheme.model import Scheme

SECONDS: Final = 30.0
MAX_PAGES: Final = 20
MOST_BYTES: Final = 200 << 20


class Reader:
    """Reads documents; hold one open for as long as documents come, and use it from any thread.

    `seconds` is the most that one document may take, `processes` how many are read at once. The children start with the first
    document; a document that kills its child costs the next one nothing but a new start.
    """

    def __init__(self, *, seconds: float = SECONDS, max_pages: int = MAX_PAGES, processes: int = 1, work: str = READING_WORK) -> None:
        self._seconds = seconds
        self._max_pages = max_pages
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

    def read(self, content: bytes, scheme: Scheme) -> Reading:
        """Read one document. Never raises for what it holds: what can't be read has its reason in `unreadable`.

        Raises Problem("reader-not-started") if this machine can't start the child.
        """
        if not content:
            return _unread(content, "empty")
        if len(content) > MOST_BYTES:
            return _unread(content, "too-much")
        request = {"task": "read", "scheme": scheme.sha256, "max_pages": self._max_pages}
        answer = self._ask(request, content, (scheme.sha256, scheme.model_dump_json().encode()))
        try:
            stored = json.loads(answer)
            if "failed" in stored:
                return _unread(content, str(stored["failed"])[:40])
            reading = from_json(stored)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError):
            # A child that was taken over may answer anything: what isn't a reading of this document is none.
            return _unread(content, "broken")
        return reading if reading.sha256 == hashlib.sha256(content).hexdigest() else _unread(content, "broken")

    def page_png(self, content: bytes, page: int, width: int) -> bytes:
        """Return page `page` (from 1) as a PNG `width` pixels wide. Raises Problem("page-not-shown")."""
        answer = self._ask({"task": "draw", "page": page, "width": width}, content, None)
        if not answer.startswith(b"\x89PNG\r\n\x1a\n"):
            raise Problem("page-not-shown", note=answer[:80].decode("ascii", "replace"))
        return answer

    def _ask(self, request: dict[str, object], content: bytes, prepared: tuple[str, bytes] | None) -> bytes:
        child = self._free.get()
        try:
            return child.ask(request, content, self._seconds, prepared)
        finally:
            self._free.put(child)


def _unread(content: bytes, reason: str) -> Reading:
    return Reading(hashlib.sha256(content).hexdigest(), media_type(content), 0, Kind.UNKNOWN, unreadable=reason)


@cache
def shared_reader() -> Reader:
    """Return the one reader of this process that draws pages; it ends with the process."""
    reader = Reader()
    atexit.register(reader.close)
    return reader
