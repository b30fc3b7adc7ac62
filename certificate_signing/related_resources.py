"""Resources that a credential names with their digests (W3C Verifiable Credentials Data Model v2.0, section 5.3)."""

from __future__ import annotations

import base64
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from certificate_signing.errors import DataModelWrong
from certificate_signing.multibase import from_base58, from_base64url

_SRI: Final = re.compile(r"sha(256|384|512)-([A-Za-z0-9+/]+={0,2})")
_LENGTHS: Final = {"256": 32, "384": 48, "512": 64}
# Multihash: the name of a hash and its length before it.
_MULTIHASH: Final = {b"\x12\x20": 32, b"\x20\x30": 48, b"\x13\x40": 64}


def check_related(document: Mapping[str, Any], known: Mapping[str, Collection[bytes]]) -> None:
    """Compare the digests of `relatedResource` with those of the resources that are known, address → SHA-256, -384 and -512.

    A resource that is not known can't be judged, and is not. Raises DataModelWrong for a digest that can't be read or differs.
    """
    value = document.get("relatedResource", [])
    for index, resource in enumerate(value if isinstance(value, list) else [value]):
        place = f"relatedResource[{index}]"
        for digest in _digests(resource, place):
            if resource["id"] in known and digest not in known[resource["id"]]:
                raise DataModelWrong(place, "has another digest than the resource")


def _digests(resource: Mapping[str, Any], place: str) -> Iterator[bytes]:
    for text in _texts(resource.get("digestSRI")):
        found = _SRI.fullmatch(text)
        content = _from_base64(found[2]) if found else b""
        if found is None or len(content) != _LENGTHS[found[1]]:
            raise DataModelWrong(f"{place}.digestSRI", "is no digest")
        yield content
    for text in _texts(resource.get("digestMultibase")):
        yield _from_multibase(text, f"{place}.digestMultibase")


def _texts(value: object) -> list[str]:
    return [part for each in (value if isinstance(value, list) else [value]) if isinstance(each, str) for part in each.split()]


def _from_base64(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _from_multibase(text: str, place: str) -> bytes:
    try:
        content = from_base58(text) if text.startswith("z") else from_base64url(text)
    except ValueError:
        raise DataModelWrong(place, "is no multibase") from None
    # Some issuers write the hash with its name before it, some without.
    return content[2:] if _MULTIHASH.get(content[:2]) == len(content) - 2 else content
