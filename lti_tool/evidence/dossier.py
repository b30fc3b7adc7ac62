"""The frozen value that evidence gives to the checks: one applicant's pieces under one scheme on one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lti_tool.evidence.reading import Reading


@dataclass(frozen=True, slots=True)
class Applicant:
    """Who applies, as the LMS names them; either part may be empty."""

    given_name: str
    family_name: str

    @property
    def full_name(self) -> str:
        """Both parts with one space between."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class SchemeReference:
    """The edition that an application is judged by, pinned when it is submitted."""

    id: str
    edition: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One document of a dossier.

    `placed_at` is the requirement the applicant chose, None for where the reader puts it; `seen_with_others` names how
    somebody else's application holds the same document: ``bytes``, ``number``, ``text`` or, in another guise, ``copy``.
    """

    document_id: str
    file_name: str
    reading: Reading
    placed_at: str | None = None
    seen_with_others: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything that is judged; `day` is the application date in the scheme's time zone."""

    application_id: str
    applicant: Applicant
    day: date
    scheme: SchemeReference
    pieces: tuple[Piece, ...]
    declared: frozenset[str] = frozenset()
    comment: str = ""
