"""A `Reading` as JSON and back: how it is stored, and how it crosses the pipe from the child that read the document."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, TypeVar

from lti_tool.evidence.reading import Doubt, Fact, Kind, Link, Part, Place, Proof, ProofLevel, Reading, Source

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
        "part": None if reading.part is None else [reading.part.number, reading.part.of, reading.part.first, reading.part.last],
        "proof": None if reading.proof is None else [reading.proof.level.value, reading.proof.by, reading.proof.reference],
        "links": [{"text": link.text, "place": _place(link.place), "issuer": link.issuer} for link in reading.links],
        "fingerprints": list(reading.fingerprints),
        "text_simhash": reading.text_simhash,
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
        **_of_later_releases(stored),
    )


def _of_later_releases(stored: dict[str, Any]) -> dict[str, Any]:
    """Return what readings stored by the first release do not hold."""
    part, proof = stored.get("part"), stored.get("proof")
    return {
        "part": None if part is None else Part(*(int(number) for number in part)),
        "proof": None if proof is None else Proof(ProofLevel(proof[0]), str(proof[1]), str(proof[2])),
        "links": tuple(Link(str(entry["text"]), _read_place(entry["place"]), str(entry["issuer"])) for entry in stored.get("links", ())),
        "fingerprints": tuple(str(entry) for entry in stored.get("fingerprints", ())),
        "text_simhash": stored.get("text_simhash"),
    }


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
