"""What one document says, each fact with the place it was read at and how sure we are. No verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Generic, TypeVar

T = TypeVar("T")


class Kind(StrEnum):
    """What a document is: `OTHER` was understood and is none of the scheme's kinds, `UNKNOWN` was not understood."""

    MOOC = "mooc"
    NQL = "nql"
    OTHER = "other"
    UNKNOWN = "unknown"


class Source(StrEnum):
    """How a fact was come by, weakest last."""

    PROVED = "proved"
    TEXT = "text"
    OCR = "ocr"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class Place:
    """Where on a document: page from 1, box as (left, top, right, bottom) in fractions of the page, origin top left."""

    page: int
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One thing read: its value, the text as it stands, where, how sure (0 to 1), and how it was come by."""

    value: T
    text: str
    place: Place | None
    sure: float = 1.0
    source: Source = Source.TEXT


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason to let a person look: a code of `checks/words.toml`, what was seen, and where."""

    code: str
    seen: str = ""
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one document.

    `kind_id` is the scheme's own kind (``mooc-3``, ``nql``), None when it is none of them; `mooc_no` 1 to 6 for MOOCs;
    `disclaimer` True when the note is there, False when it was looked for on every page and is not; `numbers` are
    certificate numbers and links, for finding the same document again; `unreadable` is the code of the reason when
    nothing could be read (``locked``, ``broken``, ``empty``, ``too-many-pages``, ``picture``, ``timeout``, …).
    """

    sha256: str
    media_type: str
    pages: int
    kind: Kind
    kind_id: str | None = None
    mooc_no: int | None = None
    title: Fact[str] | None = None
    holder: Fact[str] | None = None
    issue_date: Fact[date] | None = None
    disclaimer: Fact[bool] | None = None
    numbers: tuple[str, ...] = ()
    text_sha256: str | None = None
    doubts: tuple[Doubt, ...] = field(default=())
    unreadable: str | None = None
