"""From bytes to a credential, and back: strict JSON, bounded, and nothing in it that could give a term a second meaning."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, NoReturn

from certificate_signing.errors import CredentialUnreadable

LARGEST: Final = 1_000_000  # bytes
_DEEPEST: Final = 12
_MOST_NODES: Final = 100  # canonicalising unnamed nodes can take exponential time
_MOST_UNNAMED: Final = 4


def read_credential(content: bytes) -> dict[str, Any]:
    """Parse a credential. Raises CredentialUnreadable for duplicate keys, NaN, depth, size, and keywords inside."""
    document = read_object(content)
    refuse_wild(document)
    return document


def write_credential(document: Mapping[str, Any]) -> bytes:
    """Return a credential as we store it and the public log knows it: JSON in UTF-8, no spaces, members in the order of the document."""
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def read_object(content: bytes) -> dict[str, Any]:
    """Parse a JSON object of which no key has two meanings. Raises CredentialUnreadable for duplicate keys, NaN and size."""
    if len(content) > LARGEST:
        raise CredentialUnreadable("more than a megabyte")
    try:
        document = json.loads(content.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise CredentialUnreadable(f"no JSON: {error}") from None
    if not isinstance(document, dict):
        raise CredentialUnreadable("no JSON object")
    return document


def refuse_wild(document: dict[str, Any]) -> None:
    """Refuse what we never sign: inner contexts and JSON-LD keywords, great depth, many nodes. Raises CredentialUnreadable."""
    nodes = bounded_nodes({name: value for name, value in document.items() if name != "@context"}, _MOST_UNNAMED)
    if any(name.startswith("@") for node in nodes for name in node):
        raise CredentialUnreadable("a keyword or a context inside")
    hollow = any(_hollow(value) for node in nodes for value in node.values() if isinstance(value, list))
    if hollow or not all(nodes[1:]):
        # It makes no quad, so anybody could add it to what was signed.
        raise CredentialUnreadable("a list or an object with nothing in it")


def _hollow(listed: list[Any]) -> bool:
    return not listed or any(_hollow(inner) for inner in listed if isinstance(inner, list))


def bounded_nodes(document: dict[str, Any], most_unnamed: int) -> list[dict[str, Any]]:
    """Return every object in a document, itself first, without those in contexts. Raises CredentialUnreadable for depth and too many."""
    nodes = list(_nodes(document, _DEEPEST))
    if len(nodes) > _MOST_NODES or sum("id" not in node and "@value" not in node for node in nodes) > most_unnamed:
        raise CredentialUnreadable("too many nodes")
    return nodes


def _nodes(value: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        raise CredentialUnreadable("too deep")
    if isinstance(value, dict):
        yield value
    elif not isinstance(value, list):
        return
    for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(inner, dict | list) and name != "@context":
            yield from _nodes(inner, depth - 1)


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise CredentialUnreadable("a key stands twice in one object")
    return found


def _refuse_constant(constant: str) -> NoReturn:
    raise CredentialUnreadable(f"{constant} is no JSON")
