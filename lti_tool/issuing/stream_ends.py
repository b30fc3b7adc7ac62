"""Where the streams of a PDF end: so that every reader counts the same bytes (ISO 32000-1, 7.3.8.1; ISO 19005-3, 6.1.7.1).

The end-of-line before `endstream` belongs to no stream. Behind data that happen to end in a carriage return a lone line feed looks like
the second half of it, and strict readers count a byte less than /Length says: with compressed data in one certificate of eighty.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Final

_DOUBTFUL: Final = re.compile(rb"\r(?=\nendstream)")
_ENTRY: Final = re.compile(rb"(\d{10})(?= \d{5} n\r\n)")
_START: Final = re.compile(rb"(?<=startxref\n)\d+")


def told_apart(pdf: bytes) -> bytes:
    """Return a PDF of one revision with a cross-reference table in which such data are followed by a whole end-of-line, CR LF; else as it is."""
    behind = [found.end() for found in _DOUBTFUL.finditer(pdf)]
    if not behind:
        return pdf
    body = _DOUBTFUL.sub(b"\r\r", pdf)
    start = int(_START.findall(pdf)[-1])
    # Each object stands as many bytes further back as streams before it were given one.
    table = start + len(behind)
    moved = _ENTRY.sub(lambda entry: b"%010d" % (int(entry[1]) + bisect_left(behind, int(entry[1]))), body[table:])
    return body[:table] + _START.sub(b"%d" % table, moved)
