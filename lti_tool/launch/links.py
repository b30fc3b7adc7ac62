"""Link headers (RFC 8288) as platforms write them, Moodle's curly quotes and ``&amp;`` included."""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import urljoin

_LINK: Final = re.compile(r"<([^<>]*)>((?:\s*;\s*[^\s=;,\"]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\";,]+))?)*)")
_PARAMETER: Final = re.compile(r";\s*([^\s=;,\"]+)\s*(?:=\s*(?:\"([^\"]*)\"|([^\s\";,]+)))?")
_STRAIGHT: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "″": '"'})


def next_page(header: str, page_url: str) -> str | None:
    """Return the absolute address of the next page that a Link header names, its letters' case kept; None when there is none.

    `header` is as requests gives it: bytes read as Latin-1, though Moodle writes UTF-8.
    """
    text = header.encode("latin-1", "replace").decode("utf-8", "replace").translate(_STRAIGHT)
    for target, parameters in _LINK.findall(text):
        relations = [quoted or plain for name, quoted, plain in _PARAMETER.findall(parameters) if name.lower() == "rel"]
        if "next" in " ".join(relations).lower().split():
            return urljoin(page_url, html.unescape(target.strip()))
    return None
