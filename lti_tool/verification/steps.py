"""A verification as numbered steps: each holds or ends it."""

from __future__ import annotations

from datetime import datetime

from certificate_signing.log_proof import LogProof
from lti_tool.issuing.certificate import Certificate
from lti_tool.verification.verdict import Difference, Shown, Step, Verdict, VerdictOutcome


class Ended(Exception):
    """A step did not hold: what the answer is, and why."""

    def __init__(
        self, outcome: VerdictOutcome, reason: str, certificate: Certificate | None = None, differences: tuple[Difference, ...] = ()
    ) -> None:
        super().__init__(reason)
        self.outcome = outcome
        self.reason = reason
        self.certificate = certificate
        self.differences = differences


class Steps:
    """The steps of one verification of what was `shown`, taken in order."""

    def __init__(self, *codes: str, shown: Shown = Shown.UNKNOWN) -> None:
        self._codes = codes
        self._shown = shown
        self._held = 0
        # What the steps found on the way: the place in the public log, and by when it existed.
        self.log: LogProof | None = None
        self.proved_at: datetime | None = None

    def proved(self, at: datetime) -> None:
        """Note a proof of time; the earliest counts."""
        self.proved_at = at if self.proved_at is None else min(self.proved_at, at)

    def held(self, code: str) -> None:
        """Note that the next step held; it must be `code`, so that no step is skipped unnoticed."""
        if self._codes[self._held] != code:
            raise AssertionError(f"step {code} out of order")
        self._held += 1

    def also(self, code: str) -> None:
        """Note that a step held which is taken here for some certificates and not for others."""
        self._codes = (*self._codes[: self._held], code, *self._codes[self._held :])
        self._held += 1

    def verdict(self, certificate: Certificate | None) -> Verdict:
        """Return "valid"; every step must have held."""
        if self._held != len(self._codes):
            raise AssertionError("a step is missing")
        return Verdict(VerdictOutcome.VALID, (), self._taken(None), certificate, self._shown, proved_at=self.proved_at, log=self.log)

    def failed(self, ended: Ended) -> Verdict:
        """Return the answer of the step at which the verification ended; later steps were not asked."""
        taken = self._taken(False)
        return Verdict(
            ended.outcome,
            (ended.reason,),
            taken,
            ended.certificate,
            self._shown,
            ended.differences,
            proved_at=self.proved_at,
            log=self.log,
        )

    def _taken(self, at: bool | None) -> tuple[Step, ...]:
        return tuple(Step(code, True if place < self._held else at if place == self._held else None) for place, code in enumerate(self._codes))
