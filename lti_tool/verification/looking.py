"""The serving side of looking at what was shown: asks a child process that can be killed, and believes nothing it has not checked."""

from __future__ import annotations

import atexit
import base64
import binascii
import json
import queue
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from lti_tool.evidence.formats import PDF, media_type
from lti_tool.evidence.pictures import PICTURES
from lti_tool.evidence.process import Child
from lti_tool.problem import Problem
from lti_tool.verification.verdict import PageDifference

WORK: Final = "lti_tool.verification.looking_work:looking_work"
# Seconds that one file may take, and that a caller waits for a free child: somebody sits before the page.
SECONDS: Final = 20.0
PATIENCE: Final = 20.0
# Larger files are not looked at (bytes); our own PDFs have some 60,000, photos a few million.
LARGEST: Final = 64 << 20
_MOST_ANSWER: Final = 16 << 20
_MOST_PAGES: Final = 10
_MOST_BOXES: Final = 40
Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Line:
    """A line of writing: its page from 1, its box in fractions of the page (left, top, right, bottom), origin top left, and its text."""

    page: int
    box: Box
    text: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What is on a file's pages: whether each is a picture, the texts of its QR codes; `failed` why nothing could be seen, else empty."""

    scan: bool = False
    codes: tuple[str, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Read:
    """The lines read off a picture, top to bottom, and how sure they are on average (0 to 1; 0 where nothing could be read)."""

    lines: tuple[Line, ...] = ()
    sure: float = 0.0


@dataclass(frozen=True, slots=True)
class Place:
    """A line of our own file, whether it looks the same in the given one, and what is read there if it does not."""

    text: str
    same: bool
    theirs: str


@dataclass(frozen=True, slots=True)
class Laid:
    """Two PDFs laid over each other: our lines, the codes of the given file, and the pages that look different."""

    lines: tuple[Place, ...]
    codes: tuple[str, ...]
    pages: tuple[PageDifference, ...]


class Looker:
    """Looks at files in `processes` children at once; use it from any thread."""

    def __init__(self, processes: int = 1, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._children = [Child(WORK) for _ in range(processes)]
        self._free: queue.SimpleQueue[Child] = queue.SimpleQueue()
        for child in self._children:
            self._free.put(child)

    def close(self) -> None:
        """End the children."""
        for child in self._children:
            child.close()

    def look(self, content: bytes) -> Looked:
        """Return the codes of a PDF or a picture. Never raises for content; raises Problem("checking-busy", "reader-not-started")."""
        if media_type(content) not in {PDF, *PICTURES} or len(content) > LARGEST:
            return Looked(failed="not-supported")
        told = self._ask({"task": "codes"}, content)
        try:
            if "failed" in told:
                return Looked(failed=str(told["failed"])[:40])
            return Looked(bool(told["scan"]), _texts(told["codes"]))
        except (KeyError, TypeError):
            return Looked(failed="broken")

    def read(self, content: bytes, script: str, *, again: bool = False) -> Read:
        """Return what the page with our code says, read by OCR in a script (such as ``Greek``) and Latin. Raises as `look` does.

        `again` reads it in another way than the first time.
        """
        told = self._ask({"task": "read", "script": script, "again": again}, content)
        try:
            return Read(_lines(told["lines"]), float(told["sure"]))
        except (KeyError, TypeError, ValueError, OverflowError):
            return Read()

    def lay_over(self, ours: bytes, given: bytes, *, pictures: bool) -> Laid | None:
        """Compare the given PDF's pages with ours; None where it can't be done. Raises as `look` does."""
        if len(given) > LARGEST:
            return None
        told = self._ask({"task": "compare", "split": len(ours), "pictures": pictures}, ours + given)
        try:
            if "failed" in told:
                return None
            pages = tuple(_page(entry) for entry in told["pages"][:_MOST_PAGES])
            lines = tuple(Place(str(line["text"])[:300], bool(line["same"]), str(line["theirs"])[:300]) for line in told["lines"][:400])
            return Laid(lines, _texts(told["codes"]), pages)
        except (KeyError, TypeError, ValueError, OverflowError, binascii.Error):
            return None

    def _ask(self, request: dict[str, Any], content: bytes) -> dict[str, Any]:
        try:
            child = self._free.get(timeout=PATIENCE)
        except queue.Empty:
            raise Problem("checking-busy") from None
        try:
            answer = json.loads(child.ask({**request, "most": _MOST_ANSWER}, content, self._seconds))
        except (ValueError, RecursionError):
            answer = None
        finally:
            self._free.put(child)
        # A child that was taken over may answer anything.
        return answer if isinstance(answer, dict) else {"failed": "broken"}


@cache
def shared_looker() -> Looker:
    """Return the one looker of this process; it ends with the process."""
    looker = Looker(processes=2)
    atexit.register(looker.close)
    return looker


def _texts(told: list[Any]) -> tuple[str, ...]:
    return tuple(str(text)[:2000] for text in told[:20])


def _lines(told: list[Any]) -> tuple[Line, ...]:
    return tuple(Line(int(entry["page"]), _box(entry["box"]), str(entry["text"])[:300]) for entry in told[:400])


def _box(told: list[Any]) -> Box:
    left, top, right, bottom = (min(1.0, max(0.0, float(edge))) for edge in told)
    return left, top, right, bottom


def _page(told: dict[str, Any]) -> PageDifference:
    boxes = tuple(_box(box) for box in told["boxes"][:_MOST_BOXES])
    return PageDifference(int(told["page"]), boxes, _png(told.get("ours")), _png(told.get("given")))


def _png(told: object) -> bytes | None:
    if not isinstance(told, str):
        return None
    picture = base64.b64decode(told, validate=True)
    if not picture.startswith(b"\x89PNG\r\n\x1a\n"):
        raise ValueError("no PNG")
    return picture
