"""Addresses of ours: which text is one, and whose number it holds."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import SplitResult, urlsplit

from lti_tool.installation import Installation

OWN_PATH: Final = re.compile(r"/c/([0-9A-Za-z-]+?)(?:\.pdf|\.json)?/?")


def split(text: str) -> SplitResult | None:
    """Return the parts of an address, or None for a text that is none."""
    if "://" not in text:
        return None
    try:
        return urlsplit(text)
    except ValueError:
        return None


def is_ours(installation: Installation, shown: SplitResult) -> bool:
    """Tell an address at our own base URL: the same scheme, host and port, letter by letter, and no user before the host."""
    ours = urlsplit(installation.settings.base_url)
    return (shown.scheme, shown.netloc) == (ours.scheme, ours.netloc)


def number_in(shown: SplitResult) -> str | None:
    """Return what stands where our addresses have the number, well formed or not; None for an address of another form."""
    found = OWN_PATH.fullmatch(shown.path)
    return found.group(1) if found else None
