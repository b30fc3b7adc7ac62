"""A page as its author thinks of it: blocks with a role; and how it is set in type. Every producer draws the same."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from random import Random

FAMILIES = ("serif", "sans", "office-sans", "office-serif", "wide")


@dataclass(frozen=True)
class Block:
    """A piece of a page.

    Roles: head, name, course, series, line, small, date, note, logo, sign (a line to sign on and who), pair (two texts side by side),
    table (rows of label and value), rule, space.
    """

    role: str
    text: str = ""
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Paper:
    """Pages of blocks in one language."""

    pages: tuple[tuple[Block, ...], ...]
    language: str


@dataclass(frozen=True)
class Style:
    """How a paper is set: sizes in points, colours as hexadecimal digits."""

    landscape: bool = True
    align: str = "center"
    family: str = "serif"
    size: int = 12
    head: int = 28
    name: int = 22
    course: int = 16
    gap: float = 0.8
    frame: str = ""
    ink: str = "1a1a1a"
    accent: str = "003399"
    tint: str = ""
    columns: bool = False
    narrow: bool = False
    hyphenate: bool = False
    watermark: str = ""
    upper_head: bool = False


def any_style(rng: Random) -> Style:
    """Choose a style as a designer of some country might."""
    return Style(
        landscape=rng.random() < 0.6,
        align=rng.choice(["center", "center", "center", "left", "right"]) if rng.random() < 0.9 else "left",
        family=rng.choice(FAMILIES),
        size=rng.choice([9, 10, 11, 12, 13]),
        head=rng.choice([20, 24, 28, 34, 40]),
        name=rng.choice([12, 16, 20, 24, 30]),
        course=rng.choice([11, 13, 16, 20]),
        gap=rng.choice([0.4, 0.7, 1.0, 1.4]),
        frame=rng.choice(["", "", "line", "double", "band"]),
        ink=rng.choice(["000000", "1a1a1a", "333333", "1b2a49"]),
        accent=rng.choice(["003399", "7a1f3d", "0b6e4f", "d35400", "444444"]),
        tint=rng.choice(["", "", "", "f7f3e8", "eef4fb"]),
        columns=rng.random() < 0.12,
        narrow=rng.random() < 0.2,
        hyphenate=rng.random() < 0.25,
        upper_head=rng.random() < 0.2,
    )


def capitals(text: str) -> str:
    """Return a text in capitals; Greek ones carry no accent."""
    upper = unicodedata.normalize("NFD", text.upper())
    return unicodedata.normalize("NFC", "".join(letter for at, letter in enumerate(upper) if letter != "\u0301" or not _greek(upper[at - 1])))


def _greek(letter: str) -> bool:
    return "\u0370" <= letter <= "\u03ff"
