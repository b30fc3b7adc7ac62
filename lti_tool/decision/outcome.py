"""The frozen value that the decision gives to issuing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What the rules say of a dossier. Only `AWARD` may be acted on without a person (design rule 2)."""

    AWARD = "award"
    INCOMPLETE = "incomplete"
    REVIEW = "review"
    REJECT = "reject"


class Checked(StrEnum):
    """How the evidence was checked, as the certificate says it."""

    PROVED = "proved"
    READ = "read"
    PERSON = "person"
    ORGANISERS = "organisers"


@dataclass(frozen=True, slots=True)
class LearningEvent:
    """What somebody took part in: first and last day, and how long it took in minutes, if its organisers said so."""

    id: str
    title: str
    starts_on: date
    ends_on: date
    minutes: int | None

    def to_json(self) -> dict[str, Any]:
        """Return the event as JSON values."""
        return asdict(self) | {"starts_on": self.starts_on.isoformat(), "ends_on": self.ends_on.isoformat()}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> LearningEvent:
        """Return the event that was stored. Raises KeyError, TypeError or ValueError for anything else."""
        days = {name: date.fromisoformat(stored[name]) for name in ("starts_on", "ends_on")}
        return cls(**{**stored, **days})


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """One file that an award rests on: what the scheme calls it, how it was checked, a commitment to its bytes (hexadecimal digits)."""

    title: str
    checked: Checked
    commitment: str

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"checked": self.checked.value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> CheckedFile:
        """Return what was stored. Raises KeyError, TypeError or ValueError for anything else."""
        return cls(**{**stored, "checked": Checked(stored["checked"])})


@dataclass(frozen=True, slots=True)
class Award:
    """Exactly what was approved; issuing adds a number and signs nothing else (threat S03).

    `event` is what a certificate of participation is about, None for an award that rests on evidence; `evidence` are the files
    that such an award rests on.
    """

    holder_name: str
    scheme_id: str
    scheme_edition: str
    scheme_sha256: str
    checked: Checked
    application_day: date
    event: LearningEvent | None = None
    evidence: tuple[CheckedFile, ...] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """A stored, approved decision. `decided_by` is a person's id, or None for the program; `sha256` is the award's."""

    id: str
    application_id: str | None
    award: Award
    sha256: str
    decided_by: int | None
    decided_at: datetime
