"""A `Reading` as JSON and back: how it is stored, and how it crosses the pipe from the child that read the document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from lti_tool.evidence.reading import Doubt, Fact, Kind, Place, Reading, Source

T = TypeVar("T")


def to_json(reading: Reading) -> dict[str, Any]:
    """Return the reading as JSON values; dates as ISO 8601, boxes as four numbers."""
    return {
        "sha256": reading.sha256,
        "media_type": reading.media_type,
        "pages": reading.pages,
        "kind": reading.kind.value,
        "kind_id": reading.kind_id,
        "mooc_no": reading.mooc_no,
        "title": _fact(reading.title, str),
        "holder": _fact(reading.holder, str),
        "issue_date": _fact(reading.issue_date, date.isoformat),
        "disclaimer": _fact(reading.disclaimer, bool),
        "numbers": list(reading.numbers),
        "text_sha256": reading.text_sha256,
        "doubts": [{"code": doubt.code, "seen": doubt.seen, "place": _place(doubt.place)} for doubt in reading.doubts],
        "unreadable": reading.unreadable,
    }


def from_json(stored: dict[str, Any]) -> Reading:
    """Return the reading that was stored. Raises KeyError, TypeError or ValueError for anything else."""
    return Reading(
        sha256=str(stored["sha256"]),
        media_type=str(stored["media_type"]),
        pages=int(stored["pages"]),
        kind=Kind(stored["kind"]),
        kind_id=stored["kind_id"],
        mooc_no=stored["mooc_no"],
        title=_read_fact(stored["title"], str),
        holder=_read_fact(stored["holder"], str),
        issue_date=_read_fact(stored["issue_date"], date.fromisoformat),
        disclaimer=_read_fact(stored["disclaimer"], bool),
        numbers=tuple(str(number) for number in stored["numbers"]),
        text_sha256=stored["text_sha256"],
        doubts=tuple(Doubt(entry["code"], entry["seen"], _read_place(entry["place"])) for entry in stored["doubts"]),
        unreadable=stored["unreadable"],
    )


def _fact(fact: Fact[T] | None, plain: Callable[[T], object]) -> dict[str, Any] | None:
    if fact is None:
        return None
    return {
        "value": plain(fact.value),
        "text": fact.text,
        "place": _place(fact.place),
        "sure": fact.sure,
        "source": fact.source.value,
    }


def _place(place: Place | None) -> dict[str, Any] | None:
    return None if place is None else {"page": place.page, "box": list(place.box)}


def _read_fact(stored: dict[str, Any] | None, value: Callable[[Any], T]) -> Fact[T] | None:
    if stored is None:
        return None
    return Fact(value(stored["value"]), str(stored["text"]), _read_place(stored["place"]), float(stored["sure"]), Source(stored["source"]))


def _read_place(stored: dict[str, Any] | None) -> Place | None:
    if stored is None:
        return None
    left, top, right, bottom = (float(edge) for edge in stored["box"])
    return Place(int(stored["page"]), (left, top, right, bottom))
