"""The data model of credentials and presentations (W3C Verifiable Credentials Data Model v2.0, sections 4 and 5).

Only the shape is judged: who signed, what the words mean and whether anything was revoked is for others to say. What JSON-LD
itself refuses, such as a type that no context explains, shows when the document is canonicalised.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from certificate_signing.errors import DataModelWrong

BASE_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
_Rule = Callable[[Any, str], None]
_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
# XML Schema 1.1 dateTimeStamp: a time zone is part of it. Hours and days are left to `datetime`.
_STAMP: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-](0\d|1[0-3]):[0-5]\d|[+-]14:00)")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")


def check_credential(document: object) -> None:
    """Check a credential, with or without its proof. Raises DataModelWrong, which names the first place that is wrong."""
    credential = _document(document, "VerifiableCredential", ("issuer", "credentialSubject"))
    _ruled(credential, _CREDENTIAL)
    begins, ends = (credential.get(name) for name in ("validFrom", "validUntil"))
    if begins is not None and ends is not None and instant(begins, "validFrom") > instant(ends, "validUntil"):
        raise DataModelWrong("validUntil", "ends before it begins")


def check_presentation(document: object) -> None:
    """Check a presentation and every credential in it (section 4.13). Raises DataModelWrong."""
    _ruled(_document(document, "VerifiablePresentation", ()), _PRESENTATION)


def instant(value: object, place: str) -> datetime:
    """Read a dateTimeStamp. Raises DataModelWrong for anything else, such as a time without a zone."""
    if not isinstance(value, str) or not _STAMP.fullmatch(value):
        raise DataModelWrong(place, "is no dateTimeStamp")
    try:
        # Python counts microseconds; what is finer makes no difference to anybody.
        return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", value))
    except ValueError:
        raise DataModelWrong(place, "is no day of the calendar, or no time of a day") from None


def url(value: object, place: str) -> str:
    """Return an absolute URL. Raises DataModelWrong for anything else (section 4.4)."""
    if not isinstance(value, str) or not _URL.fullmatch(value):
        raise DataModelWrong(place, "is no URL")
    return value


def _document(document: object, kind: str, required: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise DataModelWrong("", "is no object")
    for name in ("@context", "type", *required):
        if name not in document:
            raise DataModelWrong(name, "is missing")
    _contexts(document["@context"])
    if kind not in _types(document["type"], "type"):
        raise DataModelWrong("type", f"does not include {kind}")
    return document


def _contexts(value: object) -> None:
    """Section 4.3: an ordered set, of which the first is the base context and the others are URLs or contexts."""
    if not isinstance(value, list) or not value or value[0] != BASE_CONTEXT:
        raise DataModelWrong("@context", "does not begin with the base context")
    for index, each in enumerate(value):
        if not isinstance(each, dict):
            url(each, f"@context[{index}]")


def _types(value: Any, place: str) -> list[str]:
    """Section 4.5: one or more terms or URLs."""
    types: list[str] = value if isinstance(value, list) else [value]
    if not types or not all(isinstance(each, str) and each for each in types):
        raise DataModelWrong(place, "is not one or more texts")
    return types


def _ruled(node: Mapping[str, Any], rules: Mapping[str, _Rule], place: str = "") -> None:
    for name, rule in rules.items():
        if name in node:
            rule(node[name], f"{place}{name}")


def _each(rule: _Rule) -> _Rule:
    """Make a rule for one value or a list of at least one."""

    def every(value: Any, place: str) -> None:
        if value == []:
            raise DataModelWrong(place, "is empty")
        for inner, where in _listed(value, place):
            rule(inner, where)

    return every


def _listed(value: Any, place: str) -> Iterator[tuple[Any, str]]:
    if isinstance(value, list):
        yield from ((inner, f"{place}[{index}]") for index, inner in enumerate(value))
    else:
        yield value, place


def _words(value: Any, place: str) -> None:
    """Section 11.1: a text, or one with its language and direction, and nothing else."""
    if isinstance(value, str):
        return
    if not isinstance(value, dict) or not value.keys() <= {"@value", "@language", "@direction"} or not isinstance(value.get("@value"), str):
        raise DataModelWrong(place, "is neither a text nor a language value object")
    if "@language" in value and not (isinstance(value["@language"], str) and _LANGUAGE.fullmatch(value["@language"])):
        raise DataModelWrong(place, "has a language that is no language tag")
    if value.get("@direction", "ltr") not in ("ltr", "rtl"):
        raise DataModelWrong(place, "has another direction than ltr and rtl")


def _object(required: tuple[str, ...] = (), rules: Mapping[str, _Rule] | None = None) -> _Rule:
    """Make a rule for an object that says something, with a URL as its id and a type as its type if it has them."""

    def one(value: Any, place: str) -> None:
        if not isinstance(value, dict) or not value:
            raise DataModelWrong(place, "is no object, or an empty one")
        for name in required:
            if name not in value:
                raise DataModelWrong(f"{place}.{name}", "is missing")
        _ruled(value, {"id": _url, "type": _kinds, **(rules or {})}, f"{place}.")

    return one


def _identified(value: Any, place: str) -> None:
    """Section 4.7: a URL, or an object whose id is one."""
    if isinstance(value, dict):
        _object(("id",), _NAMED)(value, place)
    else:
        url(value, place)


def _stamp(value: Any, place: str) -> None:
    instant(value, place)


def _url(value: Any, place: str) -> None:
    url(value, place)


def _kinds(value: Any, place: str) -> None:
    _types(value, place)


def _related(value: Any, place: str) -> None:
    """Section 5.3: objects that name each resource once, with at least one digest."""
    if value == []:
        raise DataModelWrong(place, "is empty")
    names = []
    for inner, where in _listed(value, place):
        _object(("id",))(inner, where)
        if not any(isinstance(inner.get(name), str | list) for name in ("digestSRI", "digestMultibase")):
            raise DataModelWrong(where, "has no digest")
        names.append(inner["id"])
    if len(set(names)) != len(names):
        raise DataModelWrong(place, "names a resource twice")


def _held(value: Any, place: str) -> None:
    """Section 4.13: credentials as objects, of which enveloped ones are a data: URL."""
    if not isinstance(value, dict):
        raise DataModelWrong(place, "is no object")
    if "EnvelopedVerifiableCredential" in _types(value.get("type"), f"{place}.type"):
        check_enveloped(value, "EnvelopedVerifiableCredential")
    else:
        check_credential(value)


def check_enveloped(document: object, kind: str) -> str:
    """Check an envelope of a kind (sections 4.13.1 and 4.13.2) and return its data: URL. Raises DataModelWrong."""
    if not isinstance(document, dict) or kind not in _types(document.get("type"), "type"):
        raise DataModelWrong("type", f"does not include {kind}")
    contexts = document.get("@context")
    if BASE_CONTEXT not in (contexts if isinstance(contexts, list) else [contexts]):
        raise DataModelWrong("@context", "does not include the base context")
    address = url(document.get("id"), "id")
    if not address.startswith("data:") or "," not in address:
        raise DataModelWrong("id", "is no data: URL")
    return address


_NAMED: Final[dict[str, _Rule]] = {"name": _each(_words), "description": _each(_words)}
_TYPED: Final = _each(_object(("type",)))
_CREDENTIAL: Final[dict[str, _Rule]] = {
    "id": _url,
    **_NAMED,
    "issuer": _identified,
    "credentialSubject": _each(_object()),
    "validFrom": _stamp,
    "validUntil": _stamp,
    "credentialStatus": _TYPED,
    "credentialSchema": _each(_object(("type", "id"))),
    "relatedResource": _related,
    "refreshService": _TYPED,
    "termsOfUse": _TYPED,
    "evidence": _TYPED,
    "proof": _TYPED,
}
_PRESENTATION: Final[dict[str, _Rule]] = {
    "id": _url,
    "holder": _identified,
    "termsOfUse": _TYPED,
    "verifiableCredential": _each(_held),
    "proof": _TYPED,
}
