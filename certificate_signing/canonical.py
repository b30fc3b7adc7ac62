"""RDF canonicalisation (RDFC-1.0) of credentials with contexts that lie in this package, and nothing lost on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from pyld import jsonld
from pyld.context_resolver import ContextResolver

from certificate_signing.errors import CredentialLossy

CONTEXTS: Final = {
    "https://www.w3.org/ns/credentials/v2": "credentials-v2.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json": "open-badges-3.0.3.json",
    "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json": "open-badges-extensions.json",
}
# What PyLD made of contexts, each for one call at a time; as many as there ever were calls at once.
_free: Final[list[dict[str, Any]]] = []
# Our own contexts make some thirty entries. What strangers' credentials bring along must not stay for ever.
_MOST_ENTRIES: Final = 100
# Whatever stands relative in a document is resolved against this, and so can be told and refused.
_RELATIVE: Final = "relative://here/"
_ABSOLUTE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")


def canonical(document: dict[str, Any], further: Mapping[str, Any] = MappingProxyType({})) -> bytes:
    """Return the canonical N-Quads of a document whose contexts are all in CONTEXTS or in `further`, address → JSON-LD document.

    Raises CredentialLossy if a term, a value or a relative address would be dropped: PyLD drops them in silence, and
    they would then stand in the credential unsigned.
    """
    try:
        with options(further) as given:
            expanded = jsonld.expand(document, given, on_property_dropped=_refuse_dropped)
            _refuse_relative(expanded)
            _refuse_null(document)
            text = jsonld.normalize(expanded, {**given, "algorithm": "URDNA2015", "format": "application/n-quads"})
        assert isinstance(text, str)  # noqa: S101 - the format asked for is text
        return text.encode()
    except jsonld.JsonLdError as error:
        raise CredentialLossy(f"no JSON-LD that we can read: {error.type}") from error
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as error:
        # PyLD trips over some contexts and values instead of refusing them.
        raise CredentialLossy(f"no JSON-LD that PyLD can read: {type(error).__name__}") from error


@contextmanager
def options(further: Mapping[str, Any] = MappingProxyType({})) -> Iterator[dict[str, Any]]:
    """Give the options with which PyLD is asked: no context but ours and the `further` ones, and nothing is ever fetched.

    PyLD's own cache of contexts is one for all threads and breaks where two use it at once: a genuine credential was then read as one
    whose terms are lost. So each call has one to itself, and hands it on.
    """

    def load(address: str, _options: object = None) -> dict[str, Any]:
        if address not in CONTEXTS and address not in further:
            raise CredentialLossy(f"the context {address} is not one of ours")
        document = _context(address) if address in CONTEXTS else further[address]
        return {"contextUrl": None, "documentUrl": address, "document": document}

    try:
        kept = _free.pop()
    except IndexError:
        kept = {}
    yield {"documentLoader": load, "base": _RELATIVE, "contextResolver": ContextResolver(kept, load)}
    # Not after an error: what was half made is thrown away.
    if len(kept) <= _MOST_ENTRIES:
        _free.append(kept)


@cache
def _context(address: str) -> Any:
    return json.loads(resources.files("certificate_signing.contexts").joinpath(CONTEXTS[address]).read_bytes())


def _refuse_dropped(term: str | None) -> None:
    raise CredentialLossy(f"a term has no meaning in the contexts: {term}")


def _refuse_null(value: object) -> None:
    if value is None:
        raise CredentialLossy("a value is null")
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        _refuse_null(inner)


def _refuse_relative(expanded: object) -> None:
    """Refuse addresses and types that are not absolute: they make no quad."""
    if isinstance(expanded, list):
        for inner in expanded:
            _refuse_relative(inner)
    elif isinstance(expanded, dict):
        for name in ("@id", "@type"):
            names = expanded.get(name, ())
            for address in [names] if isinstance(names, str) else names:
                if address.startswith(_RELATIVE) or not _ABSOLUTE.fullmatch(address):
                    raise CredentialLossy(f"{address.removeprefix(_RELATIVE)!r} is no absolute address")
        for inner in expanded.values():
            _refuse_relative(inner)
