"""A page as pixels, for the reviewer and the applicant: drawn in the same kind of child, never the document itself."""

from __future__ import annotations

import hashlib
import threading
import time
from typing import Final

from lti_tool.evidence.reader import shared_reader
from lti_tool.problem import Problem

WIDEST: Final = 2400
# For how many seconds, and for how many pages, it is remembered that a page could not be drawn.
_REMEMBERED: Final = 600.0
_MOST_REMEMBERED: Final = 1000


class _Poison:
    """Pages that were not drawn in time or killed their child: who asks again must not hold up another thread of the web server."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}
        self._lock = threading.Lock()

    def __contains__(self, key: str) -> bool:
        with self._lock:
            return self._until.get(key, 0.0) > time.monotonic()

    def add(self, key: str) -> None:
        with self._lock:
            self._until.pop(key, None)
            self._until[key] = time.monotonic() + _REMEMBERED
            if len(self._until) > _MOST_REMEMBERED:
                del self._until[next(iter(self._until))]


_poison: Final = _Poison()


def page_png(content: bytes, page: int, width: int) -> bytes:
    """Return page `page` (from 1) of a PDF or picture as a PNG `width` pixels wide (at most 2400), with no metadata.

    Raises Problem("page-not-shown") where there is nothing to show; at once for a page that took too long or killed its process before.
    """
    if not content or page < 1 or not 1 <= width <= WIDEST:
        raise Problem("page-not-shown", note=f"{len(content)} bytes, page {page}, width {width}")
    key = f"{hashlib.sha256(content).hexdigest()} {page}"
    if key in _poison:
        raise Problem("page-not-shown", note="this page could not be drawn before")
    try:
        return shared_reader().page_png(content, page, width)
    except Problem as problem:
        if "timeout" in problem.note or "crashed" in problem.note:
            _poison.add(key)
        raise
