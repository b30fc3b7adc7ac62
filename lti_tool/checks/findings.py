"""The frozen value that the checks give to the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from lti_tool.evidence.reading import Place


class Verdict(StrEnum):
    """What a check says: fits the rules, surely does not, or a person must look. When in doubt: review."""

    ACCEPT = "accept"
    REVIEW = "review"
    REJECT = "reject"

    @property
    def weight(self) -> int:
        """The order in which verdicts add up: the heaviest one counts."""
        return ("accept", "review", "reject").index(self.value)


class Standing(StrEnum):
    """How a requirement stands."""

    MET = "met"
    DOUBTFUL = "doubtful"
    NOT_MET = "not-met"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a check found.

    `code` names its words in `checks/words.toml`; `details` fill their placeholders: what was seen and what would do.
    """

    code: str
    verdict: Verdict
    requirement: str | None = None
    document_id: str | None = None
    place: Place | None = None
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def ok(self) -> bool:
        """Tell whether nothing stands against the document here."""
        return self.verdict is Verdict.ACCEPT


@dataclass(frozen=True, slots=True)
class PieceFindings:
    """What was found about one document: where it belongs and whether it fits there."""

    document_id: str
    requirement: str | None
    verdict: Verdict
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class RequirementFindings:
    """How one requirement stands, and by which document (the best one)."""

    requirement: str
    standing: Standing
    document_id: str | None = None


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything the checks found in one dossier."""

    application_id: str
    pieces: tuple[PieceFindings, ...]
    requirements: tuple[RequirementFindings, ...]
    general: tuple[Finding, ...] = ()
