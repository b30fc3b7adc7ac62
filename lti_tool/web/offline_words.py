"""The words of the page that checks in the browser: the same as the server's, handed over as data, in the reader's language."""

from __future__ import annotations

from typing import Any, Final

from lti_tool.verification import words as stored
from lti_tool.web.answers import ATTENTION, GOOD, WRONG, step_names
from lti_tool.web.language import gettext as _
from lti_tool.web.language import translated

STEPS: Final = (
    "token-readable",
    "token-key",
    "token-unchanged",
    "token-key-time",
    "token-number",
    "list-fresh",
    "not-revoked",
    "not-replaced",
    "in-time",
    "kit-file",
    "key-counted",
)
_ENDED: Final = {"replaced": "arrow-repeat", "expired": "clock-history"}
_FORGED: Final = ("revoked", "token-altered", "token-other-key", "token-other-number", "other-address")
_UNKNOWN: Final = (
    "token-unreadable",
    "token-new-key",
    "key-compromised",
    "key-out-of-time",
    "keys-missing",
    "list-missing",
    "list-old",
    "list-unknown",
    "not-recognised",
    "kit-file-unknown",
    "kit-files-away",
    "seal-not-trusted",
)


def words() -> dict[str, Any]:
    """Return ``words`` by reason, ``steps`` by code, and ``texts``; `{…}` in them are for the page to fill in."""
    return {"words": {**_good(), **_ended(), **_forged(), **_unknown()}, "steps": _steps(), "texts": _texts()}


def _good() -> dict[str, Any]:
    return {"valid": _told(GOOD, "check-circle-fill", _("Valid"), _("This certificate is genuine and counts today."))}


def _ended() -> dict[str, Any]:
    names = {"replaced": _("Replaced"), "expired": _("Expired on {day}").replace("{day}", "{until}")}
    return {reason: _told(ATTENTION, icon, names[reason], _reason(reason)) for reason, icon in _ENDED.items()}


def _forged() -> dict[str, Any]:
    return {reason: _told(WRONG, "x-circle-fill", _("Revoked") if reason == "revoked" else _("Not genuine"), _reason(reason)) for reason in _FORGED}


def _unknown() -> dict[str, Any]:
    found = {reason: _told(ATTENTION, "question-circle", _("Cannot tell"), _reason(reason)) for reason in _UNKNOWN}
    unable = _("This browser can't check certificates by itself. Ask the issuer, or use a newer browser.")
    no_token = _("This address comes without the signed part that a browser can check by itself. Only the issuer can answer.")
    found["unable"] = _told(ATTENTION, "question-circle", _("Cannot tell"), unable)
    found["no-token"] = _told(ATTENTION, "question-circle", _("Cannot tell"), no_token)
    return found


def _told(mood: str, icon: str, word: str, sentence: str) -> dict[str, str]:
    return {"mood": mood, "icon": icon, "word": word, "sentence": sentence}


def _reason(code: str) -> str:
    return translated(stored.reason(code))


def _steps() -> dict[str, dict[str, str]]:
    names = step_names()
    return {code: {"holds": names[code][0], "fails": names[code][1], "meaning": translated(stored.step(code))} for code in STEPS}


def _texts() -> dict[str, str]:
    return {
        "issued": _("on {day} by {issuer}."),
        "noEnd": _("no end"),
        "notAsked": _("not asked any more"),
        "validThen": _("This certificate is genuine. It had not been revoked or replaced when this browser last asked: {when}."),
        "asOfFresh": _("Checked in your browser with the issuer's list of {when}. The issuer was not told which certificate you are looking at."),
        "validCopy": _("This certificate is genuine. It had not been revoked or replaced when this copy was made: {when}."),
        "validFile": _(
            "This file is genuine: byte for byte what the issuer entered in its public log on {day}. "
            "It had not been revoked or replaced when this copy was made: {when}."
        ),
        "asOfCopy": _(
            "Checked in your browser with a copy of what the issuer published, made {when}. What was revoked or replaced since then it can't know."
        ),
        "asOfFile": _(
            "Checked in your browser, which the file did not leave, with a copy of the issuer's public log, made {when}. "
            "What was revoked or replaced since then it can't know."
        ),
        "asOfKept": _("Checked in your browser, without the issuer, with its list of {when} ({age})."),
    }
