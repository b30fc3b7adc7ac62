"""Papers set by typst: tagged PDF, subset fonts, text in reading order."""

from __future__ import annotations

import json
from functools import cache

import typst

from documents.paper import Block, Paper, Style, capitals

FONTS = {
    "serif": "Libertinus Serif",
    "sans": "DejaVu Sans",
    "office-sans": "Liberation Sans",
    "office-serif": "Liberation Serif",
    "wide": "Noto Sans",
}


@cache
def _compiler() -> typst.Compiler:
    from importlib.resources import files

    return typst.Compiler(font_paths=[str(files(package) / "files") for package in ("fontpkg_noto_serif", "fontpkg_noto_sans")])


def render(paper: Paper, style: Style) -> bytes:
    """Return the PDF of a paper."""
    made = _compiler().compile(source(paper, style).encode())
    assert isinstance(made, bytes), "one file was asked for"
    return made


def text(content: str) -> str:
    """Return a text as typst content that is no markup."""
    return "#" + json.dumps(content, ensure_ascii=False) + ";"


def source(paper: Paper, style: Style) -> str:
    """Return the typst source of a paper."""
    pages = "\n#pagebreak()\n".join("\n\n".join(_block(block, style) for block in page) for page in paper.pages)
    if style.columns:
        pages = f"#grid(columns: (1fr, 3fr), gutter: 1cm, [{_side(style)}], [{pages}])" if len(paper.pages) == 1 else pages
    return f"""#set page(paper: "a4", flipped: {str(style.landscape).lower()}, margin: 2.2cm{_fill(style)}{_background(style)})
#set text(font: ("{FONTS[style.family]}", "Noto Sans", "DejaVu Sans"), size: {style.size}pt, lang: "{paper.language}", fill: rgb("{style.ink}"),
  hyphenate: {str(style.hyphenate).lower()})
#set par(spacing: {style.gap}em, leading: 0.6em, justify: {str(style.hyphenate and style.align != "center").lower()})
#set align({style.align})
{pages}
"""


def _fill(style: Style) -> str:
    return f', fill: rgb("{style.tint}")' if style.tint else ""


def _background(style: Style) -> str:
    parts = []
    if style.frame in ("line", "double"):
        parts.append(f'#place(top + left, dx: 1cm, dy: 1cm, rect(width: 100% - 2cm, height: 100% - 2cm, stroke: 2pt + rgb("{style.accent}")))')
    if style.frame == "double":
        parts.append(
            f'#place(top + left, dx: 1.15cm, dy: 1.15cm, rect(width: 100% - 2.3cm, height: 100% - 2.3cm, stroke: 0.5pt + rgb("{style.accent}")))'
        )
    if style.frame == "band":
        parts.append(f'#place(top + left, rect(width: 100%, height: 1.2cm, fill: rgb("{style.accent}")))')
    if style.watermark:
        parts.append(f'#place(center + horizon, rotate(-30deg, text(70pt, fill: rgb("cccccc"), hyphenate: false)[{text(style.watermark)}]))')
    return f", background: [{' '.join(parts)}]" if parts else ""


def _side(style: Style) -> str:
    return f'#rect(width: 100%, height: 8cm, fill: rgb("{style.accent}"))[#text(fill: white, 14pt)[{text("European School Education Platform")}]]'


def _sized(block: Block, size: float, style: Style, *, bold: bool = False, colour: str = "") -> str:
    fill = f', fill: rgb("{colour}")' if colour else ""
    return f'#text({size}pt, weight: "{"bold" if bold else "regular"}"{fill})[{text(block.text)}]'


def _block(block: Block, style: Style) -> str:
    if block.role in ("pair", "table"):
        return _rows(block)
    if block.role == "sign":
        return f"#v(0.6cm)#line(length: 5cm, stroke: 0.5pt)\n{_sized(block, max(7, style.size - 2), style)}"
    if block.role == "logo":
        return f'#box(inset: 6pt, fill: rgb("{style.accent}"))[#text(fill: white, weight: "bold")[{text(block.text)}]]'
    shown = Block("head", capitals(block.text)) if block.role == "head" and style.upper_head else block
    size = {"head": style.head, "name": style.name, "course": style.course, "series": style.size + 1, "note": max(8, style.size - 2)}
    size["small"] = max(7, style.size - 3)
    bold = block.role in ("head", "course") or (block.role == "name" and style.name < 16)
    colour = style.accent if block.role in ("head", "series") else ""
    made = _sized(shown, size.get(block.role, style.size), style, bold=bold, colour=colour)
    width = {"note": 5 if style.narrow else 14, "course": 7 if style.narrow else 0}.get(block.role, 0)
    return f"#block(width: {width}cm)[{made}]" if width else made


def _rows(block: Block) -> str:
    if block.role == "pair":
        left, right = block.rows[0]
        return f"#grid(columns: (1fr, 1fr), gutter: 1cm, [{text(left)}], [{text(right)}])"
    cells = ", ".join(f"[{text(label)}], [{text(value)}]" for label, value in block.rows)
    return f"#align(left)[#table(columns: (5cm, 1fr), {cells})]"
