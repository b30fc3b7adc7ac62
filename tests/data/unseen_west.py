"""Papers written before the rules that read them: in each language certificates that are fine, and what must never pass.

`unseen_west/*.toml` holds per language the blocks `fine` and `bad`, and of a second round `fine_again` and `bad_again`. Papers are apart by
an empty line; their first line is `@given name|surname|what|day of issue`, where what is the number of a course, `nql`, or what is wrong.
``# `` begins a heading, ``## `` a large line, ``- `` small print; `` | `` parts columns; ``---`` begins another page.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from pathlib import Path

import typst

FOLDER = Path(__file__).parent / "unseen_west"
LANGUAGES = sorted(path.stem for path in FOLDER.glob("*.toml"))
_SIZES = {"# ": 24, "## ": 17, "- ": 8}


@dataclass(frozen=True)
class Unseen:
    """One paper: whose it is, what it is (the number of a course, "nql", or what is wrong with it), its day, its lines."""

    name: str
    language: str
    given: str
    family: str
    what: str
    issued: date | None
    lines: tuple[str, ...]


def papers(language: str, *blocks: str) -> Iterator[Unseen]:
    """Return the papers of blocks ("fine", "bad", "fine_again", "bad_again") of a language."""
    table = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    for block in blocks:
        for place, text in enumerate(table.get(block, "").strip().split("\n\n")):
            first, *lines = text.splitlines()
            given, family, what, *day = first.removeprefix("@").split("|")
            yield Unseen(f"{language}-{block}-{place}", language, given, family, what, date.fromisoformat(day[0]) if day else None, tuple(lines))


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler()


def pdf(paper: Unseen) -> bytes:
    """Return a paper as a PDF."""
    made = _compiler().compile(source(paper).encode())
    assert isinstance(made, bytes), "one file was asked for"
    return made


def source(paper: Unseen) -> str:
    """Return a paper as a source of typst."""
    rows = []
    for parted, group in groupby(paper.lines, lambda line: " | " in line):
        lines = list(group)
        rows += [_table([line.split(" | ") for line in lines])] if parted else [_line(line) for line in lines]
    body = "\n\n".join(rows)
    return f'#set page(paper: "a4", margin: 2.2cm)\n#set text(font: ("Libertinus Serif", "DejaVu Sans"), size: 12pt)\n#set align(center)\n{body}\n'


def _line(line: str) -> str:
    if line == "---":
        return "#pagebreak()"
    mark = next((mark for mark in _SIZES if line.startswith(mark)), "")
    return f"#text({_SIZES.get(mark, 12)}pt)[{_text(line.removeprefix(mark))}]"


def _table(rows: list[list[str]]) -> str:
    cells = ", ".join(f"[{_text(cell.removeprefix('- '))}]" for row in rows for cell in row)
    return f"#align(left)[#grid(columns: (1fr, 1.4fr), gutter: 10pt, {cells})]"


def _text(content: str) -> str:
    return "#" + json.dumps(content, ensure_ascii=False) + ";"
