"""The report as text, as JSON and as a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from documents.score import OUTCOMES, Row, Scored, rows, total

HEAD = ("", "documents", *OUTCOMES, "fine", "accepted", "holder", "date", "note", "number")
KEYS = ("medium", "language", "trap", "producer")
FACTS = ("holder_name", "issue_date", "disclaimer", "mooc_no")


def cells(name: str, row: Row) -> list[str]:
    """Return one row of a table."""
    counts = [str(row.outcomes[outcome] or "·") for outcome in OUTCOMES]
    accepted = f"{row.accepted / row.fine:.1%}" if row.fine else "–"
    shares = [row.share(fact) for fact in FACTS]
    return [name, str(row.count), *counts, str(row.fine), accepted, *("–" if share is None else f"{share:.1%}" for share in shares)]


def table(documents: Sequence[Scored], key: str) -> list[list[str]]:
    """Return a table over one key, with its sum."""
    return [list(HEAD), *(cells(name, row) for name, row in rows(documents, key).items()), cells("all", total(documents))]


def printed(lines: Sequence[Sequence[str]]) -> str:
    """Return a table in columns."""
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(zip(line, widths, strict=True)))
        for line in lines
    )


def failure(document: Scored) -> str:
    """Say in a line what is not as it should be."""
    wrong = ", ".join(f"{key}: {right!r} read as {given!r}" for key, (right, given) in document.wrong.items())
    wanted = document.asked["truth"]["allowed"][0]
    return f"{document.file}: {document.outcome}, wanted {wanted}, given {document.answer['verdict']} {document.codes} {wrong}"


def failures(documents: Sequence[Scored]) -> list[Scored]:
    """Return what somebody should look at, the worst first."""
    found = [document for document in documents if document.outcome != "right" or document.wrong]
    order = ("false-accept", "false-reject", "to-a-person", "right")
    return sorted(found, key=lambda document: (order.index(document.outcome), document.file))


def as_json(documents: Sequence[Scored], folders: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the figures for programs."""
    row = total(documents)
    return {
        "documents": row.count,
        "outcomes": dict(row.outcomes),
        "accepted": {medium: each.accepted / each.fine for medium, each in rows(documents, "medium").items() if each.fine},
        "facts": {medium: {fact: each.share(fact) for fact in FACTS} for medium, each in rows(documents, "medium").items()},
        "tables": {key: {name: dict(each.wanted) for name, each in rows(documents, key).items()} for key in KEYS},
        "folders": [dict(folder) for folder in folders],
        "failures": [failure(document) for document in failures(documents)],
    }


def page(documents: Sequence[Scored], folders: Sequence[Mapping[str, Any]]) -> str:
    """Return the report as HTML; file names lead to the documents beside it."""
    tables = "".join(f"<h2>By {key}</h2>{_table(table(documents, key))}" for key in KEYS)
    listed = "".join(
        f'<li><a href="documents/{escape(each.file)}">{escape(each.file)}</a> {escape(failure(each))}</li>' for each in failures(documents)
    )
    wrong = "".join(f"<li>{escape(_folder(folder))}</li>" for folder in folders if folder["outcome"] != "right")
    return f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>Evidence report</title><style>
body {{ font: 15px sans-serif; margin: 2em }} td, th {{ padding: 2px 10px; text-align: right; border-bottom: 1px solid #ddd }}
td:first-child, th:first-child {{ text-align: left }} li {{ margin: 3px 0 }}</style>
<h1>Evidence report</h1>{tables}<h2>Folders: {sum(folder["outcome"] == "right" for folder in folders)} of {len(folders)} right</h2><ul>{wrong}</ul>
<h2>To look at</h2><ul>{listed}</ul></html>"""


def _folder(folder: Mapping[str, Any]) -> str:
    return f"{folder['name']}: given {folder['given']}, wanted {folder['allowed'][0]} {' '.join(folder['codes'])}"


def _table(lines: Sequence[Sequence[str]]) -> str:
    head, *rest = ["".join(f"<td>{escape(cell)}</td>" for cell in line) for line in lines]
    return f"<table><tr>{head.replace('<td>', '<th>').replace('</td>', '</th>')}</tr>{''.join(f'<tr>{line}</tr>' for line in rest)}</table>"
