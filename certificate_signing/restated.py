"""A proved credential in one form of the many that mean the same.

A proof is over what a document means, so its holder may write it otherwise: a text as a list of one, a truth value as a text, a
node as two halves with one id. The proof holds, and a reader who takes keys for what they seem overlooks what is written
unusually, such as whose credential it is. Readers of credentials by others get this form, whatever was handed in.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any, Final

from pyld import jsonld

from certificate_signing.canonical import options
from certificate_signing.errors import CredentialLossy

# The contexts write the address of XML Schema with http and with https.
_SCHEMA: Final = re.compile(r"https?://www\.w3\.org/2001/XMLSchema#(boolean|integer|nonNegativeInteger)")
_one_at_a_time: Final = threading.Lock()
_TRUTHS: Final = {"true": True, "false": False}
_WHOLE: Final = re.compile(r"-?[1-9]\d{0,14}|0")


def restated(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a credential, without its proof, in the one form. Its contexts must all be in CONTEXTS. Raises CredentialLossy."""
    unsigned = {name: value for name, value in document.items() if name != "proof"}
    frame = {"@context": unsigned.get("@context"), "type": "VerifiableCredential"}
    if isinstance(unsigned.get("id"), str):
        frame["id"] = unsigned["id"]
    try:
        # What PyLD keeps for writing things short is one for all threads, and can't be another one.
        with options() as given, _one_at_a_time:
            expanded = _native(jsonld.expand(unsigned, given))
            framed: dict[str, Any] = jsonld.frame(expanded, frame, {**given, "omitGraph": True, "embed": "@always"})
    except jsonld.JsonLdError as error:
        raise CredentialLossy(f"no JSON-LD that we can read: {error.type}") from error
    if "@graph" in framed:
        raise CredentialLossy("not one credential")
    return framed


def _native(value: Any) -> Any:
    """Turn truth values and whole numbers that are written as texts into themselves: in RDF they are the same."""
    if isinstance(value, list):
        return [_native(each) for each in value]
    if not isinstance(value, dict):
        return value
    kind, text = _SCHEMA.fullmatch(str(value.get("@type"))), value.get("@value")
    if kind and isinstance(text, str):
        return {**value, "@value": _TRUTHS.get(text, text) if kind[1] == "boolean" else int(text) if _WHOLE.fullmatch(text) else text}
    return {name: _native(inner) for name, inner in value.items()}
