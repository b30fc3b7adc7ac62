"""The page of a certificate with its places left free: made once for every kind of answer, filled in for each certificate.

What differs from certificate to certificate are a name, a number and some days. Everything else of a page — the answer, the steps,
what the scheme says — is the same for all that have it in common, so the template makes it once (docs/decisions/0017-answers-kept.md).
There is no second way to make these pages: also the first one of a kind is a form that is filled in.
"""

from __future__ import annotations

import re
import secrets
import threading
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from markupsafe import escape

from lti_tool import clock
from lti_tool.issuing.certificate import Certificate, CertificateContent
from lti_tool.issuing.number import shown
from lti_tool.verification.verdict import Verdict
from lti_tool.web.language import long_day_in, moment_in

# The key of `app.extensions` under which the application has its forms.
FORMS: Final = "sealwright.forms"
# More kinds of answers than these are forgotten all together: schemes, languages, reasons and events make only so many.
MOST: Final = 2_000


@dataclass(frozen=True, slots=True)
class Places:
    """What is filled in, as the reader sees it; empty where the answer has none.

    `number` is the one that was asked for, `own` the record's; `since` the day from which a certificate does not count any more.
    """

    holder: str = ""
    number: str = ""
    own: str = ""
    newer: str = ""
    newer_shown: str = ""
    issued_on: str = ""
    issued_at: str = ""
    expires_on: str = ""
    since: str = ""
    as_of: str = ""


_NAMES: Final = tuple(field.name for field in fields(Places))
# Nobody who chooses a name or a title knows these words. They have nothing in them that HTML or an address would change.
_WORD: Final = f"place{secrets.token_hex(16)}"
FREE: Final = Places(**{name: f"{_WORD}{at}e" for at, name in enumerate(_NAMES)})
_FREE: Final = re.compile(f"{_WORD}([0-9]+)e")
_SOME_DAY: Final = datetime(1970, 1, 1, tzinfo=UTC)

# What pages have in common: the language, what was found with its places blank, and the record's state.
Kind = tuple[str, Verdict, bool]


class Form:
    """A page whose places are free. `headers` are those of its answers, once the application has given one for everybody."""

    def __init__(self, page: str) -> None:
        pieces = _FREE.split(page)
        self._texts = [piece.encode() for piece in pieces[::2]]
        self._names = [_NAMES[int(piece)] for piece in pieces[1::2]]
        self.headers: list[tuple[str, str]] | None = None

    def filled(self, places: Places) -> bytes:
        """Return the page (UTF-8) with everything filled in literally."""
        values = {name: str(escape(getattr(places, name))).encode() for name in set(self._names)}
        parts = [self._texts[0]]
        for name, text in zip(self._names, self._texts[1:], strict=True):
            parts += (values[name], text)
        return b"".join(parts)


class Forms:
    """Forms by their kind; safe to share between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._forms: dict[Kind, Form] = {}

    def of(self, kind: Kind) -> Form | None:
        """Return the form of a kind, if it was made."""
        return self._forms.get(kind)

    def keep(self, kind: Kind, form: Form) -> None:
        """Keep a form that was just made."""
        with self._lock:
            if len(self._forms) >= MOST:
                self._forms.clear()
            self._forms[kind] = form


def kind_of(verdict: Verdict, number: str | None, language: str) -> Kind:
    """Return what this answer has in common with others; its verdict is the one to make the form from."""
    held = verdict.certificate
    return language, replace(verdict, certificate=None if held is None else _blank(held), proved_at=None, log=None), number is not None


def _blank(held: Certificate) -> Certificate:
    said = held.content
    content = replace(
        said,
        number=FREE.own,
        holder_name=FREE.holder,
        issued_at=_SOME_DAY,
        issued_on=_SOME_DAY.date(),
        expires_on=said.expires_on and _SOME_DAY.date(),
        address="",
        status_index=0,
        evidence=tuple(replace(file, commitment="") for file in said.evidence),
    )
    ended = held.revoked_at and _SOME_DAY
    return Certificate(content, held.state, None, None, revoked_at=ended, superseded_by=held.superseded_by and FREE.newer)


def places_of(verdict: Verdict, number: str | None, language: str) -> Places:
    """Return what to fill in, in the reader's language; `number` is the one asked for."""
    typed, as_of = shown(number) if number else "", _as_of(language, clock.now().replace(second=0, microsecond=0))
    held = verdict.certificate
    if held is None:
        return Places(number=typed, as_of=as_of)
    said = held.content
    until = said.expires_on and _day(language, said.expires_on)
    ended = (held.revoked_at or clock.now()).date() if "revoked" in verdict.reasons else None
    return Places(
        holder=said.holder_name,
        number=typed,
        own=shown(said.number),
        newer=held.superseded_by or "",
        newer_shown=shown(held.superseded_by or ""),
        issued_on=_day(language, said.issued_on),
        issued_at=_instant(language, said),
        expires_on=until or "",
        since=_day(language, ended) if ended else until or "",
        as_of=as_of,
    )


def _instant(language: str, said: CertificateContent) -> str:
    """Return the time of issue to the second, with its day where that is not the day of issue: one is in UTC, the other the scheme's."""
    at = said.issued_at.astimezone(UTC)
    time = f"{at:%H:%M:%S} UTC"
    return time if at.date() == said.issued_on else f"{_day(language, at.date())}, {time}"


_day: Final = lru_cache(maxsize=4096)(long_day_in)


@lru_cache(maxsize=64)
def _as_of(language: str, minute: datetime) -> str:
    return moment_in(language, minute, UTC)
