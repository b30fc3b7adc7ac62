"""Papers exported by LibreOffice Writer, as an office that fills in a template would."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import escape

from documents.paper import Block, Paper, Style

FONTS = {"serif": "DejaVu Serif", "sans": "DejaVu Sans", "office-sans": "Liberation Sans", "office-serif": "Liberation Serif", "wide": "FreeSans"}
_SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in (("office", "office"), ("style", "style"), ("text", "text"), ("table", "table"), ("fo", "xsl-fo-compatible"))
)


def there() -> bool:
    """Tell whether this machine has it."""
    return shutil.which("soffice") is not None


def render_all(papers: Sequence[tuple[Paper, Style]]) -> list[bytes]:
    """Return the PDF of each paper; one run converts them all."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for index, (paper, style) in enumerate(papers):
            (place / f"{index}.fodt").write_text(source(paper, style), encoding="utf-8")
        files = [str(place / f"{index}.fodt") for index in range(len(papers))]
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "pdf", "--outdir", folder, *files]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=300)
        return [(place / f"{index}.pdf").read_bytes() for index in range(len(papers))]


def source(paper: Paper, style: Style) -> str:
    """Return a paper as a flat OpenDocument text."""
    sizes = {"head": style.head, "name": style.name, "course": style.course, "series": style.size + 1, "small": max(7, style.size - 3)}
    roles = {block.role for page in paper.pages for block in page} | {"line", "pagestart"}
    styles = "".join(_style(role, sizes.get(role, style.size), style) for role in sorted(roles))
    body = "".join(_page(page, index) for index, page in enumerate(paper.pages))
    width, height = ("297mm", "210mm") if style.landscape else ("210mm", "297mm")
    fill = f' fo:background-color="#{style.tint}"' if style.tint else ""
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {_SPACES} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text"><office:automatic-styles>
<style:page-layout style:name="layout"><style:page-layout-properties fo:page-width="{width}" fo:page-height="{height}" fo:margin="20mm"{fill}/>
</style:page-layout>{styles}</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="layout"/></office:master-styles>
<office:body><office:text>{body}</office:text></office:body></office:document>"""


def _style(role: str, size: int, style: Style) -> str:
    bold = ' fo:font-weight="bold"' if role in ("head", "course", "logo") else ""
    upper = ' fo:text-transform="uppercase"' if role == "head" and style.upper_head else ""
    start = ' fo:break-before="page"' if role == "pagestart" else ""
    indent = ' fo:margin-right="9cm"' if style.narrow and role in ("course", "note") and style.align == "left" else ""
    return (
        f'<style:style style:name="{role}" style:family="paragraph"><style:paragraph-properties fo:text-align="{style.align}"'
        f' fo:margin-bottom="{style.gap * 10:.0f}pt"{start}{indent}/><style:text-properties fo:font-family="{FONTS[style.family]}"'
        f' fo:font-size="{size}pt"'
        f' fo:color="#{style.accent if role == "head" else style.ink}"{bold}{upper}/></style:style>'
    )


def _page(blocks: Sequence[Block], index: int) -> str:
    start = '<text:p text:style-name="pagestart"/>' if index else ""
    return start + "".join(_block(block) for block in blocks)


def _block(block: Block) -> str:
    if block.role not in ("table", "pair"):
        return f'<text:p text:style-name="{block.role}">{escape(block.text)}</text:p>'
    cells = "".join(
        "<table:table-row>"
        + "".join(f'<table:table-cell><text:p text:style-name="line">{escape(text)}</text:p></table:table-cell>' for text in row)
        + "</table:table-row>"
        for row in block.rows
    )
    return f'<table:table><table:table-column table:number-columns-repeated="2"/>{cells}</table:table>'
