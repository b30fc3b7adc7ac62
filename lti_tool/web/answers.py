"""A verdict as the reader sees it: one word with its icon and colour, one sentence, and the steps behind it."""

from __future__ import annotations

from dataclasses import dataclass

from lti_tool import clock
from lti_tool.issuing.certificate import Certificate, CertificateState
from lti_tool.verification.verdict import Verdict, VerdictOutcome
from lti_tool.web.language import gettext as _
from lti_tool.web.language import long_day

GOOD, ATTENTION, WRONG = "good", "attention", "wrong"


@dataclass(frozen=True, slots=True)
class Answer:
    """`mood` is good, attention or wrong and chooses the colour; `icon` and `word` say the same without it."""

    mood: str
    icon: str
    word: str
    sentence: str


def answer(verdict: Verdict, *, asked: str) -> Answer:
    """Return the answer to what was asked: ``number`` or ``file``."""
    held = verdict.certificate
    if verdict.outcome is VerdictOutcome.CANNOT_TELL:
        return Answer(
            ATTENTION, "question-circle", _("Cannot tell"), _("We could not check this just now. That says nothing against it: please try again.")
        )
    if held is not None and held.state is CertificateState.REVOKED:
        return _revoked(held)
    if verdict.outcome is VerdictOutcome.NOT_VALID:
        return _not_valid(asked, held)
    if held is not None and held.state is CertificateState.SUPERSEDED:
        return Answer(ATTENTION, "arrow-repeat", _("Replaced"), _("A newer certificate takes the place of this one. Ask for the newer one."))
    if verdict.outcome is VerdictOutcome.WAS_VALID:
        return _was_valid(held)
    sentence = (
        _("This certificate is genuine, unchanged, and counts today.") if asked == "file" else _("This certificate is genuine and counts today.")
    )
    return Answer(GOOD, "check-circle-fill", _("Valid"), sentence)


def _revoked(held: Certificate) -> Answer:
    day = long_day(held.revoked_at or clock.now())
    return Answer(WRONG, "x-circle-fill", _("Revoked on {day}").format(day=day), _("This certificate was taken back. It does not count any more."))


def _not_valid(asked: str, held: Certificate | None) -> Answer:
    if asked == "number" and held is None:
        sentence = _("We have issued no certificate with this number. Compare it with the paper, letter by letter.")
        return Answer(WRONG, "x-circle-fill", _("Not known here"), sentence)
    if held is not None:
        sentence = _("This file is not what we issued. Below is what we did issue under its number.")
        return Answer(WRONG, "x-circle-fill", _("Not genuine"), sentence)
    return Answer(WRONG, "x-circle-fill", _("Not genuine"), _("This file was not issued by us, or it was changed."))


def _was_valid(held: Certificate | None) -> Answer:
    if held is None or held.content.expires_on is None:
        return Answer(ATTENTION, "clock-history", _("Expired"), _("This certificate was genuine, and has ended."))
    day = long_day(held.content.expires_on)
    return Answer(ATTENTION, "clock-history", _("Expired on {day}").format(day=day), _("This certificate is genuine. It counted until that day."))
