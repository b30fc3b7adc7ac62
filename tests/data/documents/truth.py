"""What is right about one document, and which answers are right about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from random import Random

from documents.paper import Paper, Style

DAY = date(2026, 11, 21)
ACCEPT, REVIEW, REJECT = ("accept",), ("review",), ("reject",)
NEVER = ("reject", "review")  # surely wrong, but a person may look at it too
EITHER = ("accept", "review")  # fine, but nobody can blame a reader who asks a person


def seeded(seed: str) -> Random:
    """Return chance that is the same for the same seed."""
    return Random(seed)  # noqa: S311 - documents are invented, nothing is kept secret by it


@dataclass(frozen=True)
class Applicant:
    """Whoever hands a document in, as the LMS names them."""

    given: str
    family: str


@dataclass(frozen=True)
class Truth:
    """What a document says; `allowed` holds the right verdicts, the wanted one first. None: not asked about this document."""

    kind: str
    allowed: tuple[str, ...]
    number: int | None = None
    holder: str | None = None
    issued: date | None = None
    disclaimer: bool | None = None


@dataclass
class Draft:
    """A document before it is made: its paper, how it is set, what is done to the file afterwards."""

    name: str
    paper: Paper
    style: Style
    applicant: Applicant
    truth: Truth
    language: str
    trap: str
    medium: str = "text"
    producer: str = "typst"
    suffix: str = ".pdf"
    day: date = DAY
    after: list[Callable[[bytes, Random], bytes]] = field(default_factory=list)


@dataclass(frozen=True)
class Made:
    """A file, whom it is handed in by, on which day, and what is right about it."""

    file: str
    content: bytes
    draft: Draft
