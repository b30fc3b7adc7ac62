"""Everything that a certificate says, and what became of it, in words for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from lti_tool.issuing.number import shown

_CHECKED: Final = {
    "proved": "every document carried a proof of its own",
    "read": "the documents were read and checked by a program",
    "person": "the documents were seen by a person",
    "organisers": "confirmed by the organisers of the event",
}
_CHECKED_FILE: Final = {
    "proved": "it carried a proof of its own",
    "read": "read by a program",
    "person": "seen by a person",
    "organisers": "confirmed by the organisers",
}


def told(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield name and value of each thing that a certificate says (`verification/report.py`, `SaidCertificate` as JSON values)."""
    yield "Number", shown(said["number"])
    yield "Name", said["holder_name"]
    yield "Title", said["title"]
    yield "Sentence", said["sentence"]
    if said["event"]:
        yield "Event", _event(said["event"])
    if said["level"]:
        yield "Level", said["level"]
    for area in said["areas"]:
        yield "Shown in", area
    yield "Evidence", _CHECKED[said["checked"]]
    for file in said["evidence"]:
        yield "Document checked", f"{file['title']} ({_CHECKED_FILE[file['checked']]}; commitment {file['commitment']})"
    yield from _issue(said)
    yield from _since(said)


def _issue(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    legal = said["legal"]
    yield "Issued by", f"{said['issuer_name']} ({legal['identifier']}, {legal['country']})" if legal else said["issuer_name"]
    yield "Issued on", f"{said['issued_on']} ({_instant(said['issued_at'])})"
    yield "Counts until", said["expires_on"] or "no end"
    yield "Rules", f"{said['scheme_id']}, edition {said['scheme_edition']}"
    yield "Language", _language(said["language"])
    yield "Address", said["address"]
    yield "Place in the status list", str(said["status_index"])


def _since(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if said["revoked_at"]:
        yield "Revoked at", _instant(said["revoked_at"])
    if said["superseded_by"]:
        yield "Replaced by", shown(said["superseded_by"])


def _event(event: dict[str, Any]) -> str:
    first, last = event["starts_on"], event["ends_on"]
    days = first if first == last else f"{first} to {last}"
    return f"{event['title']}, {days}" + (f", {event['minutes']} minutes" if event["minutes"] else "")


def _instant(written: str) -> str:
    return f"{datetime.fromisoformat(written):%Y-%m-%d %H:%M:%S} UTC"


def _language(tag: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return f"{Locale.parse(tag, sep='-').get_display_name('en')} ({tag})"
    except (ValueError, UnknownLocaleError):
        return tag
