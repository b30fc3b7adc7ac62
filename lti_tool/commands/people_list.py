"""A list of people as a CSV file: read strictly, since what stands in it is certified letter by letter."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from lti_tool.issuing.many import Row
from lti_tool.launch.claims import text
from lti_tool.problem import Problem

MOST_ROWS: Final = 500_000
LONGEST_NAME: Final = 200
LONGEST_ID: Final = 100
_SEPARATORS: Final = ",;\t"


def read_people(file: Path) -> list[Row]:
    """Read a list with the columns ``name``, or ``given_name`` and ``family_name``, and perhaps ``id``; in UTF-8.

    Raises Problem: list-unreadable, list-columns-missing, list-row-wrong, list-row-twice or list-empty, naming the line.
    """
    rows: list[Row] = []
    lines: dict[str, int] = {}
    for line, cells in _cells(file):
        row = _row(line, cells)
        if row.key in lines:
            raise Problem("list-row-twice", line=line, other=lines[row.key])
        lines[row.key] = line
        rows.append(row)
        if len(rows) > MOST_ROWS:
            raise Problem("list-unreadable", reason=f"> {MOST_ROWS}")
    if not rows:
        raise Problem("list-empty")
    return rows


def _cells(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            head = opened.readline()
            separator = max(_SEPARATORS, key=head.count)
            opened.seek(0)
            table = csv.reader(opened, delimiter=separator, strict=True)
            names = [name.strip().lower() for name in next(table, [])]
            if not ({"name"} <= set(names) or {"given_name", "family_name"} <= set(names)) or len(set(names)) != len(names):
                raise Problem("list-columns-missing")
            for cells in table:
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(names):
                    raise Problem("list-row-wrong", line=table.line_num)
                yield table.line_num, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}
    except (OSError, UnicodeError, csv.Error) as error:
        raise Problem("list-unreadable", reason=str(error)) from None


def _row(line: int, cells: dict[str, str]) -> Row:
    name = cells["name"] if "name" in cells else f"{cells['given_name']} {cells['family_name']}"
    plain = unicodedata.normalize("NFC", " ".join(name.split()))
    key = cells.get("id", plain)
    # Nothing is mended in silence: what would have to be left out of a name is for its author to correct.
    if not plain or text(plain, LONGEST_NAME) != plain or not 0 < len(key) <= max(LONGEST_ID, len(plain)) or not key.isprintable():
        raise Problem("list-row-wrong", line=line)
    return Row(key, plain)
