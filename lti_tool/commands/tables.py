"""Tables for people: aligned by what is seen, in colour only on a terminal."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Sequence
from typing import Final

import click

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
_COLOURS: Final = {
    "accept": "green", "award": "green", "met": "green",
    "review": "yellow", "doubtful": "yellow", "incomplete": "yellow", "missing": "yellow",
    "reject": "red", "not-met": "red",
}  # fmt: skip


def printable(text: str) -> str:
    """Return a text from a document without characters that would steer a terminal."""
    return "".join(" " if unicodedata.category(character).startswith("C") else character for character in text)


def spreadsheet_cell(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236)."""
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


def width(text: str) -> int:
    """Return the number of columns that a text takes on a terminal."""
    marks = sum(1 for character in text if unicodedata.combining(character))
    wide = sum(1 for character in text if unicodedata.east_asian_width(character) in "WF")
    return len(text) - marks + wide


def table(rows: Sequence[Sequence[str]], head: Sequence[str]) -> str:
    """Return rows as aligned columns under their heads; words of verdicts are coloured on a terminal."""
    shown = [[printable(cell) for cell in row] for row in rows]
    widths = [max(width(cell) for cell in column) for column in zip(head, *shown, strict=True)]
    lines = ["  ".join(_padded(cell, size) for cell, size in zip(head, widths, strict=True)).rstrip()]
    lines += ["  ".join(coloured(cell, _padded(cell, size)) for cell, size in zip(row, widths, strict=True)).rstrip() for row in shown]
    return "\n".join(lines)


def coloured(word: str, text: str | None = None) -> str:
    """Return a word, or `text` that shows it, in the colour of the verdict that it names, if somebody looks at a terminal."""
    shown = word if text is None else text
    return click.style(shown, fg=_COLOURS[word]) if word in _COLOURS and sys.stdout.isatty() else shown


def _padded(cell: str, size: int) -> str:
    return cell + " " * (size - width(cell))
