"""Near copies: the same certificate handed in again in another guise - saved anew, turned, rescaled, scanned from paper.

Certificates of one course share their layout and nearly all of their words between different people, so neither a picture nor the
words as a whole tell a copy from a colleague's. What differs between honest certificates is whose they are and of when: the same
holder, course and day once more is a copy, in whatever form. A name that was misread is not compared: it is not the applicant's
either, and a person looks. Where course or day could not be read, the same look must stand in for them; and pixels that are equal
one by one are the same picture. Where only the name was replaced, number, code and link still tell
(`numbers`). A certificate without any of these, under another name, is not to be told from a colleague's, and is not doubted.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Final

from lti_tool.evidence.reading import Reading, Source
from lti_tool.scheme.phrases import words_of

# Bits of 64 that two looks, or the words of two papers but for name and day, may differ in.
LOOK_BITS: Final = 10
WORD_BITS: Final = 12
KEY_DIGITS: Final = 24


def keys(reading: Reading) -> frozenset[str]:
    """Return what near copies of a document are looked up by; two that are alike share a key, others rarely do."""
    words = _name(reading)
    name = [_key("name", " ".join(words))] if words else []
    return frozenset((*name, *(_key("pixels", pixel) for pixel in pixels(reading))))


def alike(one: Reading, other: Reading) -> bool:
    """Tell whether one document is a near copy of the other."""
    if set(pixels(one)) & set(pixels(other)):
        return True
    if not _name(one) or _name(one) != _name(other) or _numbered_apart(one, other):
        return False
    if one.kind_id and other.kind_id and one.kind_id != other.kind_id:
        return False
    if one.issue_date and other.issue_date and one.issue_date.value != other.issue_date.value:
        return False
    known = one.kind_id and other.kind_id and one.issue_date and other.issue_date
    return bool(known) or same_look(one, other)


def same_look(one: Reading, other: Reading) -> bool:
    """Tell whether two documents are of one template, by their picture (however turned) or by their words but for name and days."""
    if one.text_simhash and other.text_simhash and _bits(one.text_simhash, other.text_simhash) <= WORD_BITS:
        return True
    return any(_bits(mine, theirs) <= LOOK_BITS for mine in _looks(one) for theirs in _turned(_looks(other)))


def _looks(reading: Reading) -> tuple[str, ...]:
    """Return the hash of how a document looks; see `fingerprints.py` for what a reading keeps."""
    return reading.fingerprints[:1]


def _turned(looks: Sequence[str]) -> Iterator[str]:
    """Return looks, 8 × 8 bits row by row, turned by none to three right angles."""
    for look in looks:
        rows = [f"{int(look[index : index + 2], 16):08b}" for index in range(0, 16, 2)]
        for _ in range(4):
            yield "".join(f"{int(row, 2):02x}" for row in rows)
            rows = ["".join(column) for column in zip(*reversed(rows), strict=True)]


def pixels(reading: Reading) -> tuple[str, ...]:
    """Return the hash of a picture's pixels, nothing for what is no picture."""
    return reading.fingerprints[1:2]


def _name(reading: Reading) -> list[str]:
    """Return the words of the holder's name in an order of their own; none for less than a full name."""
    words = sorted({word for word in words_of(reading.holder.value) if len(word) > 1}) if reading.holder else []
    return words if len(words) > 1 else []


def _numbered_apart(one: Reading, other: Reading) -> bool:
    """Tell two papers with numbers of their own, surely read: of two people of one name."""
    return bool(one.numbers and other.numbers) and not set(one.numbers) & set(other.numbers) and not _is_poor(one, other)


def _is_poor(*readings: Reading) -> bool:
    return any(reading.holder is not None and reading.holder.source is Source.OCR for reading in readings)


def _bits(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def _key(kind: str, text: str) -> str:
    # Hashed, so that the table holds no name.
    return hashlib.sha256(f"{kind} {text}".encode()).hexdigest()[:KEY_DIGITS]
