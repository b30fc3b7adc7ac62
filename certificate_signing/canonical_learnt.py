"""Canonical N-Quads for checking proofs, by templates that are learnt from documents whose proof has held.

Whoever shows a document of a new shape waits for the canonicalisation itself. A shape that was seen before, and was signed by
a trusted key each time, is filled in as `canonical_template` does for signing. Nobody else's document makes a template, so that
strangers can neither fill the memory nor choose what is kept; and a template gives, byte for byte, what `canonical` gives.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from certificate_signing.canonical_template import Path, Template, marker, template
from certificate_signing.errors import CredentialLossy

# Values of these stand for something else than themselves in the quads, so they are a part of the shape.
_FIXED: Final = frozenset({"@context", "type"})
# An issuer has a handful of shapes: one for each scheme, with and without an end, an event, a level.
_MOST: Final = 64


class LearntTemplates:
    """Templates by shape. Safe to share between threads: at worst two of them learn the same."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}
        self._templates: dict[str, Template] = {}

    def canonical(self, document: dict[str, Any]) -> bytes | None:
        """Return what `canonical` returns, or None for a document of a shape that is not known, or whose values `canonical` must see."""
        shape, texts = _outline(document)
        known = self._templates.get(shape)
        try:
            return None if known is None else known.filled(texts)
        except CredentialLossy:
            return None

    def learn(self, document: dict[str, Any]) -> None:
        """Take a document whose proof by a trusted key has held; the second one of a shape makes its template.

        So whoever checks a single file does not wait for a template, and a shape that can have none is tried once.
        """
        if len(self._seen) >= _MOST:
            self._seen.clear()
            self._templates.clear()
        shape, _ = _outline(document)
        self._seen[shape] = times = self._seen.get(shape, 0) + 1
        if times == 2:
            with suppress(CredentialLossy):
                self._templates[shape] = template(document, tuple(_paths(document)))


def _outline(document: dict[str, Any]) -> tuple[str, list[str]]:
    """Return a document's shape, with a marker for each text, and the texts in the order of their markers."""
    texts: list[str] = []
    return json.dumps(_marked(document, texts), ensure_ascii=False), texts


def _marked(value: Any, texts: list[str]) -> Any:
    if isinstance(value, str):
        texts.append(value)
        return marker(len(texts) - 1)
    if isinstance(value, dict):
        return {name: inner if name in _FIXED else _marked(inner, texts) for name, inner in sorted(value.items())}
    return [_marked(inner, texts) for inner in value] if isinstance(value, list) else value


def _paths(value: Any, before: Path = ()) -> Iterator[Path]:
    """Yield where `_marked` puts its markers, in their order."""
    if isinstance(value, str):
        yield before
    elif isinstance(value, dict | list):
        for step, inner in sorted(value.items()) if isinstance(value, dict) else enumerate(value):
            if step not in _FIXED:
                yield from _paths(inner, (*before, step))
