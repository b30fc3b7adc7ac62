"""A verdict as the reader sees it: one word with its icon and colour, one sentence, and the steps behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lti_tool import clock
from lti_tool.issuing.certificate import Certificate
from lti_tool.verification import words
from lti_tool.verification.verdict import Step, Verdict, VerdictOutcome
from lti_tool.web.language import gettext as _
from lti_tool.web.language import long_day, translated

GOOD: Final = "good"
ATTENTION: Final = "attention"
WRONG: Final = "wrong"


@dataclass(frozen=True, slots=True)
class Answer:
    """`mood` is good, attention or wrong and chooses the colour; `icon` and `word` say the same without it."""

    mood: str
    icon: str
    word: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One step: whether it held (None: not asked), its name, and one sentence on it."""

    held: bool | None
    title: str
    meaning: str


def answer(verdict: Verdict, *, asked: str) -> Answer:
    """Return the answer to what was asked: ``number`` or ``file``."""
    if verdict.outcome is VerdictOutcome.VALID:
        genuine, unchanged = _("This certificate is genuine and counts today."), _("This certificate is genuine, unchanged, and counts today.")
        return Answer(GOOD, "check-circle-fill", _("Valid"), unchanged if asked == "file" else genuine)
    reason = verdict.reasons[0]
    mood, icon, word = _headline(verdict.outcome, reason, verdict.certificate)
    return Answer(mood, icon, word, translated(words.reason(reason)))


def _headline(outcome: VerdictOutcome, reason: str, held: Certificate | None) -> tuple[str, str, str]:
    by_reason: dict[str, Callable[[], tuple[str, str, str]]] = {
        "revoked": lambda: (WRONG, "x-circle-fill", _dated(_("Revoked on {day}"), held.revoked_at if held else None)),
        "replaced": lambda: (ATTENTION, "arrow-repeat", _("Replaced")),
        "expired": lambda: (ATTENTION, "clock-history", _dated(_("Expired on {day}"), held.content.expires_on if held else None)),
        "number-unknown": lambda: (WRONG, "x-circle-fill", _("Not known here")),
        "number-mistyped": lambda: (ATTENTION, "question-circle", _("Not known here")),
    }
    if reason in by_reason:
        return by_reason[reason]()
    if outcome is VerdictOutcome.CANNOT_TELL:
        return ATTENTION, "question-circle", _("Cannot tell")
    return WRONG, "x-circle-fill", _("Not genuine")


def _dated(template: str, day: object) -> str:
    return template.format(day=long_day(day or clock.now()))  # type: ignore[arg-type]  # a date or a datetime, as the register has it


def steps(verdict: Verdict) -> tuple[Shown, ...]:
    """Return the steps in the reader's language; the one that failed says why."""
    why = translated(words.reason(verdict.reasons[0])) if verdict.reasons else ""
    return tuple(_shown(step, why) for step in verdict.steps)


def _shown(step: Step, why: str) -> Shown:
    holds, fails = _names()[step.code]
    if step.held is False:
        return Shown(False, fails, why)
    return Shown(step.held, holds, translated(words.step(step.code)))


def _names() -> dict[str, tuple[str, str]]:
    """Return for each step its name when it holds, and when it doesn't."""
    return {
        "recognised": (_("We know what this is"), _("We don't know what this is")),
        "address-ours": (_("The address is ours"), _("The address is not ours")),
        "number-well-formed": (_("The number is spelt right"), _("The number is mistyped")),
        "seal-present": (_("It is sealed as a whole"), _("It is not sealed as a whole")),
        "unchanged": (_("Nothing was changed"), _("Something was changed")),
        "seal-ours": (_("The seal is ours"), _("The seal is not ours")),
        "credential-readable": (_("It can be read without doubt"), _("It can't be read without doubt")),
        "proof-ours": (_("The proof is ours"), _("The proof is not ours")),
        "in-register": (_("It is in our register"), _("It is not in our register")),
        "record-intact": (_("Our record of it is intact"), _("We have no good record of it")),
        "not-revoked": (_("Not revoked"), _("Revoked")),
        "not-replaced": (_("Not replaced"), _("Replaced")),
        "in-time": (_("Not expired"), _("Expired")),
    }
