"""What one document says, each fact with the place it was read at and how sure we are. No verdicts."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, Generic, TypeVar

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


# As sure as this, or less, is a reader of a name beside others that might be the holder's.
AMONG_OTHERS: Final = 0.7


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


class ProofLevel(StrEnum):
    """How a document proves itself, strongest first; `NONE` is paper that says what it says."""

    OWN = "own"
    SEAL = "seal"
    CREDENTIAL = "credential"
    LINK = "link"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Proof:
    """What proves a document: `by` the issuer as the trust list names it, `reference` what it was recognised by (a number, a key id).

    `by` is empty where nobody trusted stands behind it.
    """

    level: ProofLevel
    by: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A QR code's text or a link: shown to staff, never fetched; `issuer` names the allow-listed body it leads to, else empty."""

    text: str
    place: Place | None = None
    issuer: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """Which of several certificates in one file: `number` of `of`, on pages `first` to `last` of the file, all from 1."""

    number: int
    of: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything read from one document.

    `kind_id` is the scheme's own kind (``mooc-3``, ``nql``), None when it is none of them; `mooc_no` 1 to 6 for MOOCs;
    `disclaimer` True when the note is there, False when it was looked for on every page and is not; `numbers` are
    certificate numbers and links, for finding the same document again; `unreadable` is the code of the reason when
    nothing could be read (``locked``, ``broken``, ``empty``, ``too-many-pages``, ``picture``, ``timeout``, ``crashed``, …).
    `part` is None for a file that is one certificate; `fingerprints` are perceptual hashes of its pages and `text_simhash` one of
    its words, 16 hexadecimal digits each, for finding near copies.
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
    part: Part | None = None
    proof: Proof | None = None
    links: tuple[Link, ...] = ()
    fingerprints: tuple[str, ...] = ()
    text_simhash: str | None = None
