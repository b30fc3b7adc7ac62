"""Papers as HTML, for the programs that print it."""

from __future__ import annotations

from html import escape

from documents.paper import Block, Paper, Style

FONTS = {
    "serif": "'DejaVu Serif'",
    "sans": "'DejaVu Sans'",
    "office-sans": "'Liberation Sans', Arial",
    "office-serif": "'Liberation Serif', 'Times New Roman'",
    "wide": "FreeSans",
}


def page(paper: Paper, style: Style) -> str:
    """Return a paper as HTML with its style."""
    pages = "".join(f"<section>{''.join(_block(block, style) for block in each)}</section>" for each in paper.pages)
    watermark = f'<div class="mark">{escape(style.watermark)}</div>' if style.watermark else ""
    frame = {"line": "border: 2px solid", "double": "border: 5px double", "band": "border-top: 30px solid"}.get(style.frame, "border: 0 solid")
    return f"""<!doctype html><html lang="{paper.language}"><meta charset="utf-8"><title>{paper.language}</title><style>
@page {{ size: A4 {"landscape" if style.landscape else "portrait"}; margin: 12mm }}
body {{ margin: 0; font: {style.size}pt/1.3 {FONTS[style.family]}, 'DejaVu Sans', sans-serif; color: #{style.ink}; text-align: {style.align};
  hyphens: {"auto" if style.hyphenate else "manual"} }}
section {{ {frame} #{style.accent}; padding: 10mm; {f"background: #{style.tint};" if style.tint else ""} break-after: page; min-height: 150mm;
  -webkit-print-color-adjust: exact }}
section:last-of-type {{ break-after: auto }}
p, h1, h2, table {{ margin: 0 0 {style.gap}em }}
h1 {{ font-size: {style.head}pt; color: #{style.accent}; line-height: 1.1; {"text-transform: uppercase" if style.upper_head else ""} }}
.name {{ font-size: {style.name}pt }} .course {{ font-size: {style.course}pt; font-weight: bold; {"max-width: 7cm" if style.narrow else ""} }}
.series {{ color: #{style.accent} }} .small {{ font-size: {max(7, style.size - 3)}pt }} .note {{ {"max-width: 5cm" if style.narrow else ""} }}
.logo {{ background: #{style.accent}; color: white; display: inline-block; padding: 4px 8px; -webkit-print-color-adjust: exact }}
.sign {{ border-top: 1px solid; display: inline-block; padding: 2px 20px; font-size: 90% }}
table {{ width: 100%; border-collapse: collapse; text-align: left }} td {{ padding: 3px 6px; border: 1px solid #999; vertical-align: top }}
.pair td {{ border: 0; width: 50% }}
.mark {{ position: fixed; top: 40%; left: 10%; font-size: 70pt; color: #ccc; transform: rotate(-30deg); z-index: -1 }}
</style><body>{watermark}{pages}</body></html>"""


def _block(block: Block, style: Style) -> str:
    if block.role in ("table", "pair"):
        rows = "".join(f"<tr><td>{escape(left)}</td><td>{escape(right)}</td></tr>" for left, right in block.rows)
        return f'<table class="{block.role}">{rows}</table>'
    tag = {"head": "h1"}.get(block.role, "p")
    return f'<{tag} class="{block.role}">{escape(block.text)}</{tag}>'
