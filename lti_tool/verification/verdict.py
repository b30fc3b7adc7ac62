"""The frozen value of verification: one of four answers, why, and what the certificate says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from lti_tool.issuing.certificate import Certificate


class VerdictOutcome(StrEnum):
    """The four answers; their exit statuses on the command line are 0, 1, 1 and 2."""

    VALID = "valid"
    WAS_VALID = "was-valid"
    NOT_VALID = "not-valid"
    CANNOT_TELL = "cannot-tell"


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step of a verification: a code of `verification/words.toml` and whether it held (None: not asked)."""

    code: str
    held: bool | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What we can say about something shown to us; `certificate` is *our* record or None, never the file's own claims."""

    outcome: VerdictOutcome
    reasons: tuple[str, ...]
    steps: tuple[Step, ...]
    certificate: Certificate | None = None
