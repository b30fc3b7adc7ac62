"""What an Open Badges 3.0 credential says, and whether the document around it says the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar

from certificate_signing.foreign_credentials import instant
from lti_tool.evidence.reading import Fact, Reading, Source
from lti_tool.evidence.titles import Titled, kind_of_title
from lti_tool.scheme.model import Scheme
from lti_tool.scheme.phrases import words_of

T = TypeVar("T")
# An instant falls on these days somewhere on earth.
_ZONES: Final = (-12, 0, 14)
_MOST: Final = 20
# Why nothing was read of a file that can be opened.
_NOTHING_READ: Final = frozenset({"picture", "blank"})


@dataclass(frozen=True, slots=True)
class CredentialFacts:
    """The names and hashed names of the holder, the title, the kind that it names, and the instant of the award, as far as stated."""

    names: tuple[str, ...]
    hashes: tuple[tuple[str, str], ...]
    title: str
    titled: Titled | None
    awarded: datetime | None

    def names_holder(self, name: str) -> bool | None:
        """Tell whether a name is the holder's; None if the credential names nobody."""
        if not self.names and not self.hashes:
            return None
        plain = any(sorted(words_of(name)) == sorted(words_of(own)) for own in self.names)
        return plain or any(_hashed(name, salt) == digest for digest, salt in self.hashes)

    def awarded_on(self, day: date) -> bool | None:
        """Tell whether the award fell on a day, wherever that day is counted; None if no day is stated."""
        if self.awarded is None:
            return None
        return day in {(self.awarded + timedelta(hours=hours)).date() for hours in _ZONES}


def facts_of(document: Mapping[str, Any], scheme: Scheme) -> CredentialFacts:
    """Return what a credential says; whatever has another form than the specification gives it counts as not said."""
    subject = _dict(document.get("credentialSubject"))
    title = _text(_dict(subject.get("achievement")).get("name"))
    identities = [entry for entry in _dicts(subject.get("identifier")) if _text(entry.get("identityType")) in ("name", "")]
    plain = [_text(entry.get("identityHash")) for entry in identities if entry.get("hashed") is False]
    hashes = [(_text(entry.get("identityHash")), _text(entry.get("salt"))) for entry in identities if entry.get("hashed") is True]
    names = (name for name in (_text(subject.get("name")), *plain) if name)
    awarded = instant(document.get("awardedDate") or document.get("validFrom"))
    return CredentialFacts(tuple(names), tuple(hashes), title, kind_of_title(title, scheme), awarded)


def disagreement(facts: CredentialFacts, reading: Reading) -> str:
    """Return what the credential says where the document says something else; empty if they agree as far as both speak."""
    if reading.holder is not None and facts.names_holder(reading.holder.value) is False:
        return ", ".join(facts.names) or "another holder"
    if reading.kind_id is not None and facts.titled is not None and facts.titled.kind_id != reading.kind_id:
        return facts.title
    if reading.issue_date is not None and facts.awarded_on(reading.issue_date.value) is False:
        return facts.awarded.date().isoformat() if facts.awarded else ""
    return ""


def proved_by(facts: CredentialFacts, reading: Reading) -> Reading:
    """Return the reading with what the credential proves of it; what only the credential says is taken from there."""
    holder, day, title = reading.holder, reading.issue_date, reading.title
    if holder is None and len(facts.names) == 1:
        holder = Fact(facts.names[0], facts.names[0], None)
    if day is None and facts.awarded is not None:
        day = Fact(facts.awarded.date(), facts.awarded.date().isoformat(), None)
    proved = replace(
        reading,
        holder=_proved(holder) if holder and facts.names_holder(holder.value) else reading.holder,
        issue_date=_proved(day) if day and facts.awarded_on(day.value) else reading.issue_date,
    )
    if facts.titled is None:
        return proved
    named = Fact(facts.titled.name, facts.title, title.place if title else None)
    proved = replace(proved, kind=facts.titled.kind, kind_id=facts.titled.kind_id, mooc_no=facts.titled.number, title=_proved(named))
    whole = proved.holder is not None and proved.issue_date is not None
    # A picture of which nothing was read is read by what it carries.
    return replace(proved, unreadable=None) if whole and reading.unreadable in _NOTHING_READ else proved


def _proved(fact: Fact[T]) -> Fact[T]:
    return replace(fact, sure=1.0, source=Source.PROVED)


def _hashed(name: str, salt: str) -> str:
    return "sha256$" + hashlib.sha256((name + salt).encode()).hexdigest()


def _dict(value: object) -> dict[str, Any]:
    if isinstance(value, list) and len(value) == 1:
        value = value[0]
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> Iterator[dict[str, Any]]:
    for entry in (value if isinstance(value, list) else [value])[:_MOST]:
        if isinstance(entry, dict):
            yield entry


def _text(value: object) -> str:
    return value.strip()[:500] if isinstance(value, str) else ""
