"""What our record says as the paper prints it, field by field, and whether lines that were read say the same."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from anyascii import anyascii
from rapidfuzz import fuzz

from lti_tool.evidence import ocr
from lti_tool.issuing import fonts, render
from lti_tool.issuing.certificate import CertificateContent
from lti_tool.issuing.number import parse, shown
from lti_tool.verification.looking import Line
from lti_tool.verification.verdict import Difference

# How alike (0 to 100) what OCR read must be to be the same, and how unlike to be something else.
_SAME: Final = 97.0
_OTHER: Final = 80.0
# What stands by itself on the paper may have so many times its letters on its line.
_WIDER: Final = 1.6
# OCR must be this sure of a page before what it read counts against the page.
_SURE: Final = 0.75
# A number as OCR reads it: a character of a group may be lost or read as two.
_NUMBER: Final = re.compile(r"(?:[^\W_]{3,6}\s?[-–—]\s?){4,6}[^\W_]{3,6}")
# How alike (0 to 100) our number a misread one is at least: two random numbers have less than half in common.
_OURS_MISREAD: Final = 65.0
# Words with hyphens between them are no number; one number in 350 has fewer figures.
_FIGURES: Final = 2
_DATE: Final = re.compile(r"\b\d{1,2}\.?\s+[^\W\d_]+\s+\d{4}\b")


class Agreement(StrEnum):
    """How a paper that was read compares with our record."""

    SAME = "same"
    DIFFERS = "differs"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Printed:
    """One field as the paper prints it."""

    field: str
    text: str


def printed(content: CertificateContent) -> tuple[Printed, ...]:
    """Return the fields of a certificate as its paper prints them."""
    event = content.event
    fields = [
        ("holder_name", content.holder_name),
        ("title", content.title),
        ("event", event.title if event else ""),
        ("sentence", content.sentence),
        ("level", content.level),
        ("areas", " ".join(content.areas)),
        ("issued_on", day_printed(content)),
        ("number", shown(content.number)),
        ("issuer_name", content.issuer_name),
        ("checked", render.words(content.language)["checked"][content.checked]),
    ]
    return tuple(Printed(name, fonts.legible(text)) for name, text in fields if text)


def day_printed(content: CertificateContent) -> str:
    """Return the day of issue as the paper prints it."""
    fixed, day = render.words(content.language), content.issued_on
    return str(fixed["date"]).format(day=day.day, month=fixed["months"][day.month - 1], year=day.year)


def against_lines(content: CertificateContent, lines: Sequence[Line], sure: float) -> tuple[Agreement, tuple[Difference, ...]]:
    """Compare name, title, date and number with the lines that were read off a picture.

    `SAME` only where all of them were read so; `DIFFERS` only where the page was read well and one is something else for certain.
    """
    if not lines:
        return Agreement.UNSURE, ()
    text = " ".join(line.text for line in lines)
    wanted = {entry.field: entry.text for entry in printed(content)}
    fields = [name for name in ("holder_name", "title", "event", "issued_on") if name in wanted]
    alike = {name: _likeness(folded(wanted[name]), lines, alone=name != "issued_on") for name in fields}
    if script_of(content.holder_name) not in ocr.scripts():
        # What no model here can read may be anything.
        alike["holder_name"] = max(alike["holder_name"], _OTHER)
    number = _number(content, text)
    different = [Difference(name, wanted[name], _instead(name, content, lines)) for name in fields if alike[name] < _OTHER]
    different += [number] if number else []
    day = _other_day(content, text)
    if day and alike["issued_on"] < _SAME:
        different = [entry for entry in different if entry.field != "issued_on"] + [Difference("issued_on", wanted["issued_on"], day)]
    if different and sure >= _SURE and _is_page_of_ours(content, text):
        return Agreement.DIFFERS, tuple(different)
    return (Agreement.SAME, ()) if not different and min(alike.values()) >= _SAME else (Agreement.UNSURE, ())


def script_of(text: str) -> str:
    """Return the script of most letters of a name, as OCR's models are called."""
    names = Counter(unicodedata.name(letter, "").split(" ")[0].title() for letter in text if letter.isalpha())
    return names.most_common(1)[0][0] if names else "Latin"


def _likeness(wanted: str, lines: Sequence[Line], *, alone: bool) -> float:
    """Return how alike (0 to 100) the line is that says it best; what stands `alone` on the paper is not looked for inside a sentence."""
    texts = [folded(line.text) for line in lines]
    texts += [one + other for one, other in pairwise(texts)]
    short = [text for text in texts if not alone or len(text) <= _WIDER * len(wanted)]
    return max((fuzz.partial_ratio(wanted, text) if len(text) >= len(wanted) else fuzz.ratio(wanted, text) for text in short), default=0.0)


def folded(text: str) -> str:
    """Return the letters and figures of a text alone, as plain small ones: what is told apart on paper at a glance."""
    return "".join(character for character in anyascii(unicodedata.normalize("NFKC", text)).casefold() if character.isalnum())


def _is_page_of_ours(content: CertificateContent, text: str) -> bool:
    """Tell that the page was read where our fixed words stand: otherwise it may have been the wrong side of the paper."""
    return max(fuzz.partial_ratio(folded(part), folded(text)) for part in (content.sentence, render.words(content.language)["check"])) >= 85


def _number(content: CertificateContent, text: str) -> Difference | None:
    """Return that the paper prints another number than its code holds; which one is left out where a character of it was misread."""
    matches = [match for match in _NUMBER.findall(text) if sum(character.isdigit() for character in match) >= _FIGURES]
    found = {number for match in matches if (number := parse(match))}
    if not matches or content.number in found:
        return None
    if not found and any(fuzz.ratio(folded(match), folded(content.number)) >= _OURS_MISREAD for match in matches):
        return None
    return Difference("number", shown(content.number), shown(min(found)) if found else "")


def _other_day(content: CertificateContent, text: str) -> str | None:
    """Return a day that the paper prints in the place of the day of issue: spelt right and another one."""
    fixed = render.words(content.language)
    months = {folded(month) for month in fixed["months"]}
    for match in _DATE.findall(text):
        if folded(match) == folded(day_printed(content)):
            return None
    found = [match for match in _DATE.findall(text) if folded(match.split()[1]) in months]
    return str(found[0]) if found else None


def _instead(field: str, content: CertificateContent, lines: Sequence[Line]) -> str:
    """Return the line that stands where the field should; empty where that can't be told. The name stands over the sentence."""
    if field != "holder_name":
        return ""
    start = folded(content.sentence)[:30]
    for before, line in pairwise(lines):
        if fuzz.partial_ratio(start, folded(line.text)) >= 90:
            return before.text
    return ""
