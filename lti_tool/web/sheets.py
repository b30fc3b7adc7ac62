"""What stands on the pages of a document, for the page that shows them: every fact with its box, and which pages to show."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from lti_tool.evidence.reading import Fact, Link, Place, Reading, Source
from lti_tool.web.checklist import PieceRow
from lti_tool.web.language import day
from lti_tool.web.language import gettext as _
from lti_tool.web.proof_words import proof_of

# Below this the reader was not sure, and whoever looks should know.
SURE: Final = 0.9
# Room around a box, in fractions of the page.
ROOM: Final = 0.006
# A QR code can hold three thousand characters.
LONGEST_LINK: Final = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing that was read, or that stands against the document; `key` is its own on this page, `place` where it stands.

    `href` is set for a link that may be followed: it leads to an issuer that the administrator allows.
    """

    key: str
    label: str
    value: str
    remark: str = ""
    place: Place | None = None
    attention: bool = False
    href: str = ""
    icon: str = ""

    @property
    def box(self) -> tuple[float, float, float, float]:
        """Return left, top, width and height in fractions of the page, with a little room around what stands in it."""
        left, top, right, bottom = self.place.box if self.place else (0.0, 0.0, 0.0, 0.0)
        left, top = max(left - ROOM, 0.0), max(top - ROOM, 0.0)
        return left, top, max(min(right + ROOM, 1.0) - left, ROOM), max(min(bottom + ROOM, 1.0) - top, ROOM)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page, from 1, with what stands on it."""

    number: int
    shown: tuple[Shown, ...]


def shown(row: PieceRow) -> tuple[Shown, ...]:
    """Return the facts of a document in a fixed order, then what stands against it; each key is unique over all documents."""
    found = [*(_facts(row, row.reading) if row.reading else ()), *_complaints(row)]
    return tuple(replace(each, key=f"{row.document.id[:12]}-{each.key}") for each in found)


def sheets(row: PieceRow, most: int, *, short: bool = False) -> tuple[Sheet, ...]:
    """Return the pages of a document, those of its part alone if the file holds several; `short` leaves out pages with nothing on them.

    At least one page comes back, even of what could not be read.
    """
    placed = [each for each in shown(row) if each.place]
    pages = _pages(row, most)
    marked = {each.place.page for each in placed if each.place}
    wanted = [number for number in pages if number in marked] or list(pages)[:1] if short else pages
    return tuple(Sheet(number, tuple(each for each in placed if each.place and each.place.page == number)) for number in wanted)


def page_count(row: PieceRow, most: int) -> int:
    """Return how many pages can be shown of a document."""
    return len(_pages(row, most))


def _pages(row: PieceRow, most: int) -> range:
    reading = row.reading
    if reading is not None and reading.part is not None:
        return range(reading.part.first, min(reading.part.last, reading.part.first + most - 1) + 1)
    return range(1, min(max(reading.pages if reading else 1, 1), most) + 1)


def _facts(row: PieceRow, reading: Reading) -> Iterator[Shown]:
    if reading.part is not None:
        yield Shown("part", _("Part"), _("{number} of {of} in this file").format(number=reading.part.number, of=reading.part.of))
    yield _fact("title", _("Document"), reading.title, none=_("not recognised"))
    yield _fact("holder", _("Holder"), reading.holder)
    dated = _fact("date", _("Date"), reading.issue_date)
    if row.usable_until:
        words = _("was usable until {day}") if row.is_past else _("usable until {day}")
        dated = replace(dated, remark=" · ".join(filter(None, (words.format(day=day(row.usable_until)), dated.remark))))
    yield dated
    if reading.disclaimer or reading.kind.value == "nql":
        there = reading.disclaimer is not None and reading.disclaimer.value
        yield replace(_fact("note", _("Note"), reading.disclaimer), value=_("there") if there else _("not found"))
    proof = proof_of(reading)
    yield Shown("proof", _("Proof"), proof.words, proof.remark, icon=proof.icon)
    for index, link in enumerate(reading.links):
        yield _link(index, link)


def _fact(key: str, label: str, fact: Fact[Any] | None, *, none: str = "") -> Shown:
    if fact is None:
        return Shown(key, label, none or _("not found"))
    value = day(fact.value) if hasattr(fact.value, "isoformat") else str(fact.value)
    return Shown(key, label, value, _how(fact), fact.place)


def _how(fact: Fact[Any]) -> str:
    """Say how a fact was come by, where that makes it more or less than text that was read."""
    ways = {Source.PROVED: _("proved by the document itself"), Source.OCR: _("read from the picture"), Source.PERSON: _("said by a person")}
    sure = _("{percent} % sure").format(percent=round(100 * fact.sure)) if fact.sure < SURE else ""
    return " · ".join(filter(None, (ways.get(fact.source, ""), sure)))


def _link(index: int, link: Link) -> Shown:
    """Show a link or the text of a code; only one that leads to an allowed issuer, over https, can be followed (threat U16)."""
    text = link.text if len(link.text) <= LONGEST_LINK else link.text[:LONGEST_LINK] + "…"
    follow = bool(link.issuer) and _is_https(link.text)
    remark = _("leads to {issuer}").format(issuer=link.issuer) if link.issuer else _("not of an issuer that we know; not followed")
    return Shown(f"link-{index}", _("Link or code"), text, remark, link.place, href=link.text if follow else "")


def _is_https(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname)


def _complaints(row: PieceRow) -> Iterator[Shown]:
    for index, said in enumerate(row.complaints):
        yield Shown(f"finding-{index}", _("Please look"), said.seen, said.todo, said.place, attention=True)
