"""Whether an address found in a document leads to an allow-listed page, told from its letters alone: nothing is ever fetched."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST: Final = 2000
# Plain letters only: no user before the host, no backslash, no blank, no letter of another alphabet, no address in brackets.
_ADDRESS: Final = re.compile(r"https://(?P<host>[A-Za-z0-9.-]{1,253})(?P<port>:443)?(?P<rest>[/?#][!#$%&'()*+,./0-9:;=?@A-Z_a-z~-]*)?")
_CLIMBS: Final = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Zl", "Zp"})


def leads_to(address: str, prefix: str) -> bool:
    """Tell whether an address lies under a prefix such as ``https://verify.example.org/c/``.

    The host must be the same letter by letter, whatever its case, and the path must begin with the prefix's path as whole parts.
    """
    found, wanted = _ADDRESS.fullmatch(address), _ADDRESS.fullmatch(prefix)
    if found is None or wanted is None or len(address) > LONGEST:
        return False
    if found["host"].lower() != wanted["host"].lower():
        return False
    path, under = re.split(r"[?#]", found["rest"] or "/")[0], wanted["rest"] or "/"
    if _CLIMBS.search(path) or "//" in path or "%" in path:
        return False
    return path == under or path.startswith(under if under.endswith("/") else under + "/")


def is_prefix(text: str) -> bool:
    """Tell whether a text can stand as a prefix: https, a host with a dot, and a path without query, fragment or climbing."""
    found = _ADDRESS.fullmatch(text)
    if found is None or "." not in found["host"].strip("."):
        return False
    rest = found["rest"] or "/"
    return rest.startswith("/") and not set("?#%@") & set(rest) and not _CLIMBS.search(rest) and "//" not in rest


def host_of(address: str) -> str:
    """Return the host of an address of the plain form, in small letters; empty for any other text."""
    found = _ADDRESS.fullmatch(address)
    return found["host"].lower() if found else ""


def plain(text: str) -> str:
    """Return a text from a code or a link as it may be shown: cut, on one line, with nothing in it that can't be seen."""
    seen = "".join("\ufffd" if unicodedata.category(character) in _UNSEEN else character for character in text[:LONGEST])
    return unicodedata.normalize("NFC", seen).strip()
