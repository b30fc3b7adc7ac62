"""The frozen value that the decision gives to issuing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Award:
    """Exactly what was approved; issuing adds a number and signs nothing else (threat S03)."""

    holder_name: str
    scheme_id: str
    scheme_edition: str
    scheme_sha256: str
    checked: Checked
    application_day: date


@dataclass(frozen=True, slots=True)
class Decision:
    """A stored, approved decision. `decided_by` is a person's id, or None for the program; `sha256` is the award's."""

    id: str
    application_id: str | None
    award: Award
    sha256: str
    decided_by: int | None
    decided_at: datetime
