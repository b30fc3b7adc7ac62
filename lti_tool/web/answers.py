"""A verdict as the reader sees it: one word with its icon and colour, one sentence, and the steps behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from lti_tool.verification import words
from lti_tool.verification.report import data_uri
from lti_tool.verification.verdict import Step, Verdict, VerdictOutcome
from lti_tool.web.language import gettext as _
from lti_tool.web.language import translated

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


def answer(verdict: Verdict, *, asked: str, since: str) -> Answer:
    """Return the answer to what was asked: ``number`` or ``file``; `since` is the day from which it does not count any more."""
    if verdict.outcome is VerdictOutcome.VALID:
        genuine, unchanged = _("This certificate is genuine and counts today."), _("This certificate is genuine, unchanged, and counts today.")
        return Answer(GOOD, "check-circle-fill", _("Valid"), unchanged if asked == "file" else genuine)
    reason = verdict.reasons[0]
    mood, icon, word = _headline(verdict.outcome, reason, since)
    return Answer(mood, icon, word, translated(words.reason(reason)))


def _headline(outcome: VerdictOutcome, reason: str, since: str) -> tuple[str, str, str]:
    by_reason: dict[str, Callable[[], tuple[str, str, str]]] = {
        "revoked": lambda: (WRONG, "x-circle-fill", _("Revoked on {day}").format(day=since)),
        "replaced": lambda: (ATTENTION, "arrow-repeat", _("Replaced")),
        "expired": lambda: (ATTENTION, "clock-history", _("Expired on {day}").format(day=since)),
        "number-unknown": lambda: (WRONG, "x-circle-fill", _("Not known here")),
        "number-mistyped": lambda: (ATTENTION, "question-circle", _("Not known here")),
        "picture-agrees": lambda: (ATTENTION, "eye", _("The number is valid: compare the rest")),
        "picture-not-compared": lambda: (ATTENTION, "eye", _("The number is valid: compare the rest")),
        "paper-differs": lambda: (WRONG, "x-circle-fill", _("Not what we issued")),
    }
    if reason in by_reason:
        return by_reason[reason]()
    if outcome is VerdictOutcome.CANNOT_TELL:
        return ATTENTION, "question-circle", _("Cannot tell")
    return WRONG, "x-circle-fill", _("Not genuine")


def steps(verdict: Verdict) -> tuple[Shown, ...]:
    """Return the steps in the reader's language; the one that failed says why."""
    why = translated(words.reason(verdict.reasons[0])) if verdict.reasons else ""
    names = step_names()
    return tuple(_shown(step, names[step.code], why) for step in verdict.steps)


def _shown(step: Step, names: tuple[str, str], why: str) -> Shown:
    holds, fails = names
    if step.held is False:
        return Shown(False, fails, why)
    return Shown(step.held, holds, translated(words.step(step.code)))


@dataclass(frozen=True, slots=True)
class Changed:
    """A field that says something else than our record; `name` in the reader's language, or the place of a credential's member."""

    name: str
    is_place: bool
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page that looks different; `ours` and `given` are addresses that hold the pictures, or None."""

    page: int
    ours: str | None
    given: str | None


def changed(verdict: Verdict) -> tuple[Changed, ...]:
    """Return what was changed, field by field, in the reader's language."""
    names = words.vocabulary()["fields"]
    return tuple(Changed(translated(words.field(entry.field)), entry.field not in names, entry.ours, entry.theirs) for entry in verdict.differences)


def changed_pages(verdict: Verdict) -> tuple[ChangedPage, ...]:
    """Return the pages that look different."""
    return tuple(ChangedPage(entry.page, data_uri(entry.ours), data_uri(entry.given)) for entry in verdict.pages)


def step_names() -> dict[str, tuple[str, str]]:
    """Return for each step its name when it holds, and when it doesn't."""
    return {
        "token-readable": (_("The code can be read"), _("The code can't be read")),
        "token-key": (_("It is signed with a key of the issuer's"), _("It is not signed with a key of the issuer's")),
        "token-unchanged": (_("Nothing in it was changed"), _("Something in it was changed")),
        "token-key-time": (_("The key counted on the day of issue"), _("The key may not have counted on the day of issue")),
        "token-number": (_("Address and code are of the same certificate"), _("Address and code are not of the same certificate")),
        "token-record": (_("The code says what our register says"), _("The code says something else than our register")),
        "list-fresh": (_("The list of what was revoked is at hand"), _("No fresh list of what was revoked is at hand")),
        "recognised": (_("We know what this is"), _("We don't know what this is")),
        "address-ours": (_("The address is ours"), _("The address is not ours")),
        "number-well-formed": (_("The number is spelt right"), _("The number is mistyped")),
        "seal-present": (_("It is sealed as a whole"), _("It is not sealed as a whole")),
        "unchanged": (_("Nothing was changed"), _("Something was changed")),
        "seal-ours": (_("The seal is ours"), _("The seal is not ours")),
        "credential-readable": (_("It can be read without doubt"), _("It can't be read without doubt")),
        "proof-ours": (_("The proof is ours"), _("The proof is not ours")),
        "picture-readable": (_("The picture can be looked at"), _("The picture can't be looked at")),
        "code-found": (_("It bears one code"), _("It bears no code that we could find, or several")),
        "paper-agrees": (_("The paper says what our record says"), _("We can't confirm that the paper says what our record says")),
        "original-shown": (_("It is the certificate itself"), _("It is a picture of the certificate")),
        "kit-file": (_("It is a file that was issued"), _("It is no file that is known here")),
        "in-register": (_("It is in our register"), _("It is not in our register")),
        "record-intact": (_("Our record of it is intact"), _("We have no good record of it")),
        "in-public-log": (_("In the public log"), _("Not as the public log has it")),
        "key-counted": (_("Its key counted when it was made"), _("Its key may not have counted when it was made")),
        "not-revoked": (_("Not revoked"), _("Revoked")),
        "not-replaced": (_("Not replaced"), _("Replaced")),
        "in-time": (_("Not expired"), _("Expired")),
    }
