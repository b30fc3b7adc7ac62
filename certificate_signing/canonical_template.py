"""Canonical N-Quads of credentials that differ only in known places, without canonicalising each one.

A credential with at most one node without an `id` canonicalises to a sorted list of lines in which only the varying
literals and addresses change. The lines are made once by PyLD, with a marker in each varying place; after that they are
filled in and sorted again. A template is refused unless it gives, for difficult values, byte for byte what PyLD gives.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from certificate_signing.canonical import canonical
from certificate_signing.errors import CredentialLossy

# A path leads through dictionaries and lists to one string, e.g. ("credentialSubject", "identifier", 0, "identityHash").
Path = tuple[str | int, ...]

_MARKER: Final = re.compile(r"urn:sealwright-varying:(\d+):end")
_BLANK: Final = re.compile(r"_:c14n\d+")
# Only addresses that no context can shorten or resolve.
_ADDRESS: Final = re.compile(r"(?:https?://|did:web:|urn:uuid:)[^\s<>\"{}|\\^`]+")
_ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
_DIFFICULT: Final = '{} a "quoted" back\\slash\nnew\tline 😀 e\u0301 \\u0041 <x> _:c14n0 ÿ'


def canonical_by_template(document: dict[str, Any], varying: tuple[Path, ...]) -> bytes:
    """Return what `canonical` returns, quickly for a document that is like an earlier one but for the `varying` places.

    Raises CredentialLossy as `canonical` does, and for a document that can not be templated.
    """
    values = [_at(document, path) for path in varying]
    return template(document, varying).filled(values)


def template(document: dict[str, Any], varying: tuple[Path, ...]) -> Template:
    """Return the template of documents that are like this one but for the `varying` places; raises CredentialLossy if there is none."""
    marked: Any = document
    for index, path in enumerate(varying):
        marked = _with(marked, path, marker(index))
    return _template(json.dumps(marked, ensure_ascii=False), varying)


def marker(index: int) -> str:
    """Return what stands in a varying place while its template is made."""
    return f"urn:sealwright-varying:{index}:end"


@dataclass(frozen=True, slots=True)
class Template:
    """Lines split at the markers: text, index of a value, text, …; `addresses` are the values that stand as IRIs."""

    lines: tuple[tuple[str, ...], ...]
    addresses: frozenset[int]

    def filled(self, values: list[str]) -> bytes:
        """Return the canonical N-Quads with these values; raises CredentialLossy for an address that is not absolute."""
        for index in self.addresses:
            if not _ADDRESS.fullmatch(values[index]):
                raise CredentialLossy(f"{values[index]!r} is no absolute address")
        texts = [value.translate(_ESCAPES) for value in values]
        lines = {"".join(part if place % 2 == 0 else texts[int(part)] for place, part in enumerate(line)) for line in self.lines}
        return "".join(sorted(lines)).encode()


@lru_cache(maxsize=64)
def _template(marked: str, varying: tuple[Path, ...]) -> Template:
    document: dict[str, Any] = json.loads(marked)
    text = canonical(document).decode()
    if len(set(_BLANK.findall(text))) > 1:
        raise CredentialLossy("more than one node without an id: their names would depend on the values")
    lines = tuple(tuple(_MARKER.split(line)) for line in re.findall(r"[^\n]*\n", text))
    used = {int(part) for line in lines for part in line[1::2]}
    if used != set(range(len(varying))):
        raise CredentialLossy("a varying value does not reach the quads")
    made = Template(lines, frozenset(int(index) for index in re.findall(r"<urn:sealwright-varying:(\d+):end>", text)))
    _refuse_unequal(made, document, varying)
    return made


def _refuse_unequal(made: Template, document: dict[str, Any], varying: tuple[Path, ...]) -> None:
    values = [f"https://example.org/{index}?a=b#c" if index in made.addresses else _DIFFICULT.format(index) for index in range(len(varying))]
    for path, value in zip(varying, values, strict=True):
        _put(document, path, value)
    if made.filled(values) != canonical(document):
        raise CredentialLossy("the template does not give what canonicalisation gives")


def _at(document: Any, path: Path) -> str:
    for step in path:
        document = document[step]
    if not isinstance(document, str):
        raise CredentialLossy(f"the varying place {path} holds no text")
    return document


def _with(node: Any, path: Path, value: str) -> Any:
    """Return the document with another value at a path; what is beside the path is shared, since copying all of it costs a quarter of a JWT."""
    if not path:
        return value
    changed = node.copy()
    changed[path[0]] = _with(node[path[0]], path[1:], value)
    return changed


def _put(document: Any, path: Path, value: str) -> None:
    for step in path[:-1]:
        document = document[step]
    document[path[-1]] = value
