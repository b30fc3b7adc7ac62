"""From bytes to a credential: strict JSON, bounded, and nothing in it that could give a term a second meaning."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from certificate_signing.errors import CredentialUnreadable

LARGEST: Final = 1_000_000  # bytes
_DEEPEST: Final = 12
_MOST_NODES: Final = 100  # canonicalising unnamed nodes can take exponential time
_MOST_UNNAMED: Final = 4


def read_credential(content: bytes) -> dict[str, Any]:
    """Parse a credential. Raises CredentialUnreadable for duplicate keys, NaN, depth, size, and keywords inside."""
    if len(content) > LARGEST:
        raise CredentialUnreadable("more than a megabyte")
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise CredentialUnreadable(f"no JSON: {error}") from None
    if not isinstance(document, dict):
        raise CredentialUnreadable("no JSON object")
    refuse_wild(document)
    return document


def refuse_wild(document: dict[str, Any]) -> None:
    """Refuse what we never sign: inner contexts and JSON-LD keywords, great depth, many nodes. Raises CredentialUnreadable."""
    nodes = _nodes({name: value for name, value in document.items() if name != "@context"}, _DEEPEST)
    if len(nodes) > _MOST_NODES or sum("id" not in node for node in nodes) > _MOST_UNNAMED:
        raise CredentialUnreadable("too many nodes")
    if any(name.startswith("@") for node in nodes for name in node):
        raise CredentialUnreadable("a keyword or a context inside")


def _nodes(value: object, depth: int) -> list[dict[str, Any]]:
    if not isinstance(value, dict | list):
        return []
    if depth == 0:
        raise CredentialUnreadable("too deep")
    inner = value.values() if isinstance(value, dict) else value
    found = [node for each in inner for node in _nodes(each, depth - 1)]
    return [value, *found] if isinstance(value, dict) else found


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CredentialUnreadable("a key stands twice in one object")
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise CredentialUnreadable(f"{constant} is no JSON")
