"""A verification as numbered steps: each holds or ends it."""

from __future__ import annotations

from lti_tool.issuing.certificate import Certificate
from lti_tool.verification.verdict import Step, Verdict, VerdictOutcome


class Ended(Exception):
    """A step did not hold: what the answer is, and why."""

    def __init__(self, outcome: VerdictOutcome, reason: str, certificate: Certificate | None = None) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.certificate = certificate


class Steps:
    """The steps of one verification, taken in order."""

    def __init__(self, *codes: str) -> None:
        self._codes = codes
        self._held = 0

    def held(self, code: str) -> None:
        """Note that the next step held; it must be `code`, so that no step is skipped unnoticed."""
        if self._codes[self._held] != code:
            raise AssertionError(f"step {code} out of order")
        self._held += 1

    def verdict(self, certificate: Certificate) -> Verdict:
        """Return "valid"; every step must have held."""
        if self._held != len(self._codes):
            raise AssertionError("a step is missing")
        return Verdict(VerdictOutcome.VALID, (), self._taken(None), certificate)

    def failed(self, ended: Ended) -> Verdict:
        """Return the answer of the step at which the verification ended; later steps were not asked."""
        return Verdict(ended.outcome, (ended.reason,), self._taken(False), ended.certificate)

    def _taken(self, at: bool | None) -> tuple[Step, ...]:
        return tuple(Step(code, True if place < self._held else at if place == self._held else None) for place, code in enumerate(self._codes))
