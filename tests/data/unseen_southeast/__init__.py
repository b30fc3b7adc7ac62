"""Papers that were written before the rules that read them, in eleven languages: one file of texts each.

A paper begins with ``@ what | given name | surname | day of issue``: `what` is the number of a course, ``nql`` for a label with the note, or
``bad`` and why. Its lines follow: ``# `` begins a heading, ``## `` a large line, ``- `` small print; `` | `` parts columns.
Files named ``*-2.txt`` are a second batch, written after the rules were generalised by the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from certificates import FONTS, escape, render

FOLDER = Path(__file__).parent
SIZES = {"# ": 24, "## ": 17, "- ": 8}


@dataclass(frozen=True)
class Unseen:
    """One paper: its lines, whose it should be, and what is right; `issued` None for one that must not pass."""

    name: str
    what: str
    given: str
    family: str
    issued: date | None
    lines: tuple[str, ...]

    @property
    def fine(self) -> bool:
        """Tell whether it is to be accepted."""
        return self.issued is not None

    def pdf(self) -> bytes:
        """Return it as a PDF; font, size and alignment differ from paper to paper."""
        turn = sum(map(ord, self.name))
        body = "\n\n".join(_line(line) for line in self.lines)
        return render(
            f'#set page(paper:"a4", flipped:{str(turn % 3 == 0).lower()}, margin:2.2cm)\n'
            f'#set text(font:("{FONTS[turn % len(FONTS)]}", "DejaVu Sans"), size:{10 + turn % 4}pt, hyphenate:false)\n'
            f"#set align({('center', 'left')[turn % 2]})\n#set par(spacing:{8 + turn % 7}pt)\n{body}"
        )


def _line(line: str) -> str:
    mark = next((mark for mark in SIZES if line.startswith(mark)), "")
    if " | " in line:
        cells = ", ".join(f"[{escape(cell)}]" for cell in line.split(" | "))
        return f"#grid(columns:(1fr, 1fr), gutter:1em, align:left, {cells})"
    return f"#text(size:{SIZES[mark]}pt)[{escape(line[len(mark) :])}]" if mark else escape(line)


def languages() -> list[str]:
    """Return the codes of the languages."""
    return sorted(path.stem for path in FOLDER.glob("??.txt"))


def papers(code: str) -> Iterator[Unseen]:
    """Yield every paper of a language."""
    for path in sorted(FOLDER.glob(f"{code}*.txt")):
        blocks = path.read_text(encoding="utf-8").strip().split("\n\n")
        for number, block in enumerate(blocks, start=1):
            head, *lines = block.splitlines()
            what, given, family, *issued = head.removeprefix("@ ").split(" | ")
            day = date.fromisoformat(issued[0]) if issued else None
            yield Unseen(f"{path.stem}-{number}-{what.replace(' ', '-')}", what, given, family, day, tuple(lines))
