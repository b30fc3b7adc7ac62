"""Sheets of paper as a laid-out document, made from a few lines of text without a PDF.

``# `` begins a heading, ``## `` a large line, ``- `` small print; `` | `` parts columns; ``~ `` sets a narrow block with hyphens at the
ends of lines; ``---`` begins another page. Everything else is running text in the middle of the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from lti_tool.checks.check import check_piece
from lti_tool.checks.findings import PieceFindings
from lti_tool.evidence.arrangement import document_of
from lti_tool.evidence.dossier import Applicant, Piece
from lti_tool.evidence.facts import reading_of
from lti_tool.evidence.layout import Document, Word
from lti_tool.evidence.reading import Reading
from lti_tool.scheme.catalogue import shipped

SCHEME = shipped().get("digital-competence", "2026")
DAY = date(2026, 11, 21)
WIDTH, HEIGHT = 595.0, 842.0
SIZES = {"# ": 26.0, "## ": 18.0, "- ": 9.0, "~ ": 11.0}
COLUMNS = (60.0, 300.0, 430.0)


def sheet(lines: Sequence[str], name: str = "") -> Document:
    """Lay out lines; a line that is `name` alone is set large."""
    words: list[Word] = []
    page, top = 1, 60.0
    for line in lines:
        if line == "---":
            page, top = page + 1, 60.0
            continue
        mark = next((mark for mark in SIZES if line.startswith(mark)), "")
        text, size = line[len(mark) :], SIZES.get(mark, 20.0 if line == name else 12.0)
        parts = text.split(" | ")
        if len(parts) > 1:
            for part, left in zip(parts, COLUMNS, strict=False):
                words += _set(part.split(), left, top, size, page)
            top += 1.5 * size
        else:
            for row in _broken(text, size, 170.0 if mark == "~ " else 480.0):
                words += _set(row, (WIDTH - _width(" ".join(row), size)) / 2, top, size, page)
                top += 1.25 * size
        top += 0.9 * size
    return document_of(words, page)


def _width(text: str, size: float) -> float:
    return 0.5 * size * len(text)


def _broken(text: str, size: float, room: float) -> Iterator[list[str]]:
    row: list[str] = []
    for word in text.split():
        if row and _width(" ".join([*row, word]), size) > room:
            if room < 200 and len(word) > 9 and word.isalpha():
                yield [*row, word[:4] + "-"]
                row = [word[4:]]
                continue
            yield row
            row = []
        row.append(word)
    yield row


def _set(texts: Sequence[str], left: float, top: float, size: float, page: int) -> Iterator[Word]:
    for text in texts:
        width = _width(text, size)
        yield Word(text, page, (left / WIDTH, top / HEIGHT, (left + width) / WIDTH, (top + 1.15 * size) / HEIGHT), size)
        left += width + 0.5 * size


def read(lines: Sequence[str], name: str = "") -> Reading:
    """Read lines as a document."""
    return reading_of(sheet(lines, name), SCHEME, sha256="0" * 64, media_type="application/pdf")


def judged(reading: Reading, given: str, family: str) -> PieceFindings:
    """Judge a reading for an applicant."""
    return check_piece(Piece("d", "d.pdf", reading), Applicant(given, family), DAY, SCHEME)
