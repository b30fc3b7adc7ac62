"""A public log with many certificates, as entries, and the files that they were issued as: for indexes that are too large to be made by issuing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from certificate_signing.log_entry import LogEntry, log_entry, subject_hash
from lti_tool.files import sha256
from lti_tool.public_log import publishing

BEGUN = datetime(2026, 1, 1, tzinfo=UTC)


def number(place: int) -> str:
    return f"{place:024}"


def file_of(place: int, form: str) -> bytes:
    return f"{form} {place}".encode()


def issued(place: int, *, minutes: int | None = None, forms: tuple[str, ...] = ("pdf", "credential", "jwt")) -> LogEntry:
    at = BEGUN + timedelta(minutes=place if minutes is None else minutes)
    return log_entry(publishing.ISSUED, at, subject_hash(number(place)), "00", **{f"{form}_sha256": sha256(file_of(place, form)) for form in forms})


def became(kind: str, place: int, minutes: int) -> LogEntry:
    return log_entry(kind, BEGUN + timedelta(minutes=minutes), subject_hash(number(place)), "00")


def many(count: int) -> list[LogEntry]:
    return [log_entry(publishing.BEGUN, BEGUN, "log", "00"), *(issued(place) for place in range(count))]
