"""Papers drawn by reportlab: no tags, every word put where it stands, in one of several orders."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from random import Random

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from documents.paper import Block, Paper, Style, capitals

_FILES = {
    "serif": ("dejavu/DejaVuSerif", ""),
    "sans": ("dejavu/DejaVuSans", ""),
    "office-sans": ("liberation/LiberationSans-Regular", "liberation/LiberationSans-Bold"),
    "office-serif": ("liberation/LiberationSerif-Regular", "liberation/LiberationSerif-Bold"),
    "wide": ("freefont/FreeSans", "freefont/FreeSansBold"),
}
_STANDARD = {"office-sans": ("Helvetica", "Helvetica-Bold"), "office-serif": ("Times-Roman", "Times-Bold")}
MARGIN = 62.0


@cache
def _registered(file: str) -> str:
    """Register a font; the one that every Debian has stands in for one that is not there."""
    place = Path("/usr/share/fonts/truetype") / f"{file}.ttf"
    place = place if place.exists() else Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
    name = file.replace("/", "-")
    pdfmetrics.registerFont(TTFont(name, str(place)))
    return name


def _fonts(paper: Paper, style: Style, words: str) -> tuple[str, str]:
    """Return a plain and a bold font: one of the standard fourteen, which are not embedded, where the letters allow it."""
    try:
        words.encode("cp1252")
        if style.family in _STANDARD:
            return _STANDARD[style.family]
    except UnicodeEncodeError:
        pass
    if paper.language in ("hy", "ka", "ar"):
        return _registered("dejavu/DejaVuSans"), _registered("dejavu/DejaVuSans")
    plain, bold = _FILES[style.family]
    return _registered(plain), _registered(bold or plain)


def render(paper: Paper, style: Style, rng: Random) -> bytes:
    """Return the PDF of a paper."""
    words = "".join(block.text + "".join(label + value for label, value in block.rows) for page in paper.pages for block in page)
    plain, bold = _fonts(paper, style, words + style.watermark)
    stream = io.BytesIO()
    size = landscape(A4) if style.landscape else A4
    canvas = Canvas(stream, pagesize=size, pageCompression=rng.randrange(2))
    for page in paper.pages:
        _Page(canvas, style, size, (plain, bold), rng).draw(page)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


class _Page:
    """One page being drawn, from the top down; what overflows is set smaller."""

    def __init__(self, canvas: Canvas, style: Style, size: tuple[float, float], fonts: tuple[str, str], rng: Random) -> None:
        self.canvas, self.style, self.size = canvas, style, size
        self.plain, self.bold = fonts
        self.lowered = rng.choice([0, 0, 30, 80])
        self.word_by_word = rng.random() < 0.3
        self.name_last = rng.random() < 0.3
        self.calls: list[tuple[str, str, float, str, float, float]] = []
        self.scale = 1.0

    def draw(self, blocks: Sequence[Block]) -> None:
        self._ground()
        for scale in (1.0, 0.85, 0.7, 0.55):
            self.scale, self.calls, top = scale, [], self.size[1] - MARGIN - 10 - self.lowered * scale
            for block in blocks:
                top = self._block(block, top)
            if top > MARGIN / 2:
                break
        # A form that is filled in by a program: what is filled in comes last in the file.
        calls = sorted(self.calls, key=lambda call: call[0] in ("name", "date")) if self.name_last else self.calls
        for _, font, size, text, x, y in calls:
            self.canvas.setFont(font, size)
            self._put(text, font, size, x, y)

    def _ground(self) -> None:
        canvas, style, (width, height) = self.canvas, self.style, self.size
        if style.tint:
            canvas.setFillColor(HexColor(f"#{style.tint}"))
            canvas.rect(0, 0, width, height, stroke=0, fill=1)
        canvas.setStrokeColor(HexColor(f"#{style.accent}"))
        if style.frame in ("line", "double"):
            canvas.rect(28, 28, width - 56, height - 56)
        if style.frame == "band":
            canvas.setFillColor(HexColor(f"#{style.accent}"))
            canvas.rect(0, height - 34, width, 34, stroke=0, fill=1)
        if style.watermark:
            canvas.saveState()
            canvas.setFillColor(HexColor("#cccccc"))
            canvas.setFont(self.bold, 70)
            canvas.translate(width / 2, height / 2)
            canvas.rotate(30)
            canvas.drawCentredString(0, 0, style.watermark)
            canvas.restoreState()
        canvas.setFillColor(HexColor(f"#{style.ink}"))

    def _block(self, block: Block, top: float) -> float:
        style = self.style
        if block.role in ("table", "pair"):
            return self._rows(block, top)
        if block.role == "sign":
            self.canvas.line(MARGIN, top - 14, MARGIN + 140, top - 14)
            top -= 18
        sizes = {"head": style.head, "name": style.name, "course": style.course, "series": style.size + 1, "small": max(7, style.size - 3)}
        size = sizes.get(block.role, style.size) * self.scale
        font = self.bold if block.role in ("head", "course", "logo") else self.plain
        text = capitals(block.text) if block.role == "head" and style.upper_head else block.text
        width = 220 if style.narrow and block.role in ("course", "note") else self.size[0] - 2 * MARGIN
        for line in self._wrapped(text, font, size, width):
            top -= size * 1.25
            self.calls.append((block.role, font, size, line, self._left(line, font, size), top))
        return top - style.gap * style.size * self.scale

    def _rows(self, block: Block, top: float) -> float:
        size = self.style.size * self.scale
        half = self.size[0] / 2
        second = half if block.role == "pair" else MARGIN + 165
        for label, value in block.rows:
            height = top
            for column, text, end in ((MARGIN, label, second), (second, value, self.size[0] - MARGIN)):
                y = top
                for line in self._wrapped(text, self.plain, size, end - column - 10):
                    y -= size * 1.25
                    self.calls.append(("row", self.plain, size, line, column, y))
                height = min(height, y)
            top = height - 6
        return top - self.style.gap * size

    def _left(self, line: str, font: str, size: float) -> float:
        free = self.size[0] - 2 * MARGIN - pdfmetrics.stringWidth(line, font, size)
        return MARGIN + float({"center": free / 2, "right": free}.get(self.style.align, 0))

    def _wrapped(self, text: str, font: str, size: float, width: float) -> list[str]:
        lines, line = [], ""
        for word in text.split(" "):
            longer = f"{line} {word}".strip()
            if line and pdfmetrics.stringWidth(longer, font, size) > width:
                head, tail = self._broken(word) if self.style.hyphenate else ("", word)
                fits = head and pdfmetrics.stringWidth(f"{line} {head}-", font, size) <= width
                lines.append(f"{line} {head}-" if fits else line)
                line = tail if fits else word
            else:
                line = longer
        return [*lines, line]

    @staticmethod
    def _broken(word: str) -> tuple[str, str]:
        """Break a long word as a setter would: after a vowel near its middle."""
        if len(word) < 9 or not word.isalpha():
            return "", word
        at = next(
            (index for index in range(len(word) // 2, len(word) - 3) if re.match("[aeiouyäöüáéíóúàèìòùαεηιουωаеиоу]", word[index - 1].lower())), 0
        )
        return (word[:at], word[at:]) if at > 2 else ("", word)

    def _put(self, text: str, font: str, size: float, x: float, y: float) -> None:
        if not self.word_by_word:
            self.canvas.drawString(x, y, text)
            return
        for word in text.split(" "):
            self.canvas.drawString(x, y, word)
            x += pdfmetrics.stringWidth(f"{word} ", font, size)
