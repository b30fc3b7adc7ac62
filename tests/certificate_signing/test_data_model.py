"""The data model of credentials and presentations: each statement of the specification that a document alone can break."""

from __future__ import annotations

from typing import Any

import pytest

from certificate_signing.data_model import BASE_CONTEXT, check_credential, check_enveloped, check_presentation
from certificate_signing.errors import DataModelWrong

CREDENTIAL: dict[str, Any] = {
    "@context": [BASE_CONTEXT],
    "type": ["VerifiableCredential"],
    "issuer": "did:example:issuer",
    "credentialSubject": {"id": "did:example:subject"},
}
ENVELOPED = {"@context": BASE_CONTEXT, "type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,e30.e30.AA"}
TYPED = {"id": "https://example.org/1", "type": "https://example.org/#Kind"}
PLAIN = {"id": "https://example.org/1"}
RESOURCE = {**PLAIN, "digestSRI": "sha384-" + "A" * 64}
KINDS = ("credentialStatus", "refreshService", "termsOfUse", "evidence")  # objects whose type is required
NO_URLS: list[Any] = [None, "", "issuer", "https ://example.org", "https://example.org/a b", 1, [], ["https://example.org/"], {}, True]
NO_TYPES: list[Any] = [None, "", [], 1, {}, [1], ["VerifiableCredential", None], ["VerifiableCredential", ""]]
NO_STAMPS: list[Any] = [
    None, "", 0, [], "2026", "2026-11-21", "2026-11-21T10:00:00", "2026-11-21 10:00:00Z", "2026-11-21T10:00Z", "2026-02-30T10:00:00Z",
    "2026-13-01T10:00:00Z", "2026-11-21T25:00:00Z", "2026-11-21T10:60:00Z", "2026-11-21T10:00:00z", "2026-11-21T10:00:00+15:00",
    "2026-11-21T10:00:00+1:00", "21.11.2026", "2026-11-21T10:00:00Z\n", "٢٠٢٦-11-21T10:00:00Z", ["2026-11-21T10:00:00Z"],
]  # fmt: skip
NO_WORDS: list[Any] = [
    None, 1, [], {}, {"@value": 1}, {"@language": "en"}, {"@value": "x", "url": "y"}, {"@value": "x", "@language": "e n"},
    {"@value": "x", "@language": 1}, {"@value": "x", "@direction": "up"}, ["x", None], {"@value": "x", "@type": "@json"},
]  # fmt: skip
NO_OBJECTS: list[Any] = [None, "text", 1, [], {}, [TYPED, {}], [TYPED, "text"], True]

# Changes that leave a good credential good; None stands for a property that is taken away.
GOOD: dict[str, dict[str, Any]] = {
    "the least": {},
    "more contexts": {"@context": [BASE_CONTEXT, "https://example.org/context", {"Kind": "https://example.org/#Kind"}]},
    "one type": {"type": "VerifiableCredential"},
    "types in another order": {"type": ["https://example.org/#Kind", "VerifiableCredential"]},
    "an id": {"id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"},
    "an issuer with a name": {"issuer": {"id": "did:example:issuer", "name": "Example Academy"}},
    "two subjects": {"credentialSubject": [{"id": "did:example:1"}, {"id": "did:example:2"}]},
    "a subject without an id": {"credentialSubject": {"name": "Anna Muster"}},
    "times": {"validFrom": "2025-11-21T10:00:00Z", "validUntil": "2027-11-21T10:00:00-05:00"},
    "the same time": {"validFrom": "2026-11-21T10:00:00Z", "validUntil": "2026-11-21T12:00:00+02:00"},
    "parts of seconds": {"validFrom": "2026-11-21T10:00:00.123456789Z"},
    "a name": {"name": "A certificate"},
    "a name in a language": {"name": {"@value": "A certificate", "@language": "en-GB", "@direction": "ltr"}},
    "names in languages": {"description": [{"@value": "Dog", "@language": "en"}, {"@value": "Hund", "@language": "de"}]},
    "a status": {"credentialStatus": {"type": "https://example.org/#Status"}},
    "two statuses": {"credentialStatus": [TYPED, TYPED]},
    "a schema": {"credentialSchema": TYPED},
    "evidence": {"evidence": [{"type": "https://example.org/#E"}]},
    "a resource": {"relatedResource": RESOURCE},
    "two resources": {"relatedResource": [RESOURCE, {"id": "https://example.org/2", "digestMultibase": "uAA"}]},
}  # fmt: skip

# What is changed → the values that break it → the place that is named.
BROKEN: list[tuple[str, list[Any], str]] = [
    ("@context", ["x", BASE_CONTEXT, [], [1], None, {}, ["https://example.org/context", BASE_CONTEXT]], "@context"),
    ("@context", [[BASE_CONTEXT, 1], [BASE_CONTEXT, "https ://example.org"], [BASE_CONTEXT, None]], "@context[1]"),
    ("type", [*NO_TYPES, ["https://example.org/#Kind"], "Verifiablecredential"], "type"),
    ("id", NO_URLS, "id"),
    ("issuer", [None, "", "issuer", 1, [], ["did:example:issuer"]], "issuer"),
    ("issuer", [{"name": "Example Academy"}], "issuer.id"),
    ("issuer", [{"id": wrong} for wrong in NO_URLS], "issuer.id"),
    ("issuer", [{"id": "did:example:issuer", "name": wrong} for wrong in NO_WORDS[:4]], "issuer.name"),
    ("credentialSubject", [None, "text", 1, [], {}], "credentialSubject"),
    ("credentialSubject", [[{"id": "did:example:1"}, {}], [{"id": "did:example:1"}, "did:example:2"]], "credentialSubject[1]"),
    ("credentialSubject", [{"id": wrong} for wrong in NO_URLS], "credentialSubject.id"),
    ("validFrom", NO_STAMPS, "validFrom"),
    ("validUntil", NO_STAMPS, "validUntil"),
    ("name", NO_WORDS, "name"),
    ("description", NO_WORDS, "description"),
    *((name, NO_OBJECTS, name) for name in (*KINDS, "credentialSchema", "relatedResource", "proof")),
    *((name, [PLAIN], f"{name}.type") for name in (*KINDS, "credentialSchema")),
    *((name, [{"type": wrong} for wrong in NO_TYPES], f"{name}.type") for name in (*KINDS, "proof")),
    ("credentialStatus", [{"type": "https://example.org/#Kind", "id": wrong} for wrong in NO_URLS], "credentialStatus.id"),
    ("credentialSchema", [{"type": "https://example.org/#Kind"}], "credentialSchema.id"),
    ("relatedResource", [{"digestSRI": RESOURCE["digestSRI"]}], "relatedResource.id"),
    ("relatedResource", [PLAIN, {**PLAIN, "digestSRI": 1}, {**PLAIN, "mediaType": "text/plain"}, [RESOURCE, RESOURCE]], "relatedResource"),
    ("relatedResource", [["https://example.org/1"]], "relatedResource[0]"),
]  # fmt: skip
EACH = [(name, value, place) for name, values, place in BROKEN for value in values]


@pytest.mark.parametrize("name", GOOD)
def test_good_credentials_are_good(name: str) -> None:
    check_credential({**CREDENTIAL, **GOOD[name]})


@pytest.mark.parametrize(("name", "value", "place"), EACH, ids=[f"{name}={str(value)[:60]}" for name, value, _ in EACH])
def test_each_statement_is_held(name: str, value: Any, place: str) -> None:
    with pytest.raises(DataModelWrong) as wrong:
        check_credential({**CREDENTIAL, name: value})
    assert wrong.value.place.startswith(place.partition("[")[0])


@pytest.mark.parametrize("name", ["@context", "type", "issuer", "credentialSubject"])
def test_what_is_required_is_missed(name: str) -> None:
    with pytest.raises(DataModelWrong, match="missing") as wrong:
        check_credential({key: value for key, value in CREDENTIAL.items() if key != name})
    assert wrong.value.place == name


@pytest.mark.parametrize("document", [None, [], [CREDENTIAL], "text", 1, {}, True])
def test_only_objects_are_documents(document: Any) -> None:
    for check in (check_credential, check_presentation):
        with pytest.raises(DataModelWrong):
            check(document)


def test_nothing_ends_before_it_begins() -> None:
    with pytest.raises(DataModelWrong, match="before it begins"):
        check_credential({**CREDENTIAL, "validFrom": "2026-11-21T10:00:00Z", "validUntil": "2026-11-21T11:00:00+02:00"})


PRESENTATION: dict[str, Any] = {"@context": [BASE_CONTEXT], "type": ["VerifiablePresentation"]}
GOOD_PRESENTATIONS: list[dict[str, Any]] = [
    {}, {"id": "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"}, {"holder": "did:example:holder"}, {"holder": {"id": "did:example:holder"}},
    {"verifiableCredential": CREDENTIAL}, {"verifiableCredential": [CREDENTIAL, ENVELOPED]}, {"type": ["VerifiablePresentation", "https://example.org/#Kind"]},
]  # fmt: skip
WRONG_PRESENTATIONS: list[dict[str, Any]] = [
    *({"@context": wrong} for wrong in ([], None, ["https://example.org/context"], ["https://example.org/context", BASE_CONTEXT])),
    *({"type": wrong} for wrong in (*NO_TYPES, ["VerifiableCredential"])),
    *({"id": wrong} for wrong in NO_URLS),
    *({"holder": wrong} for wrong in ("holder", None, 1, {}, {"name": "Anna"}, {"id": "holder"}, ["did:example:holder"])),
    *({"verifiableCredential": wrong} for wrong in ("e30.e30.AA", None, 1, [], {}, ["https://example.org/1"], [CREDENTIAL, "text"])),
    {"verifiableCredential": {**CREDENTIAL, "type": []}},
    {"verifiableCredential": {**CREDENTIAL, "issuer": "nobody"}},
    {"verifiableCredential": {**ENVELOPED, "id": "e30.e30.AA"}},
    {"verifiableCredential": {**ENVELOPED, "@context": []}},
]  # fmt: skip


@pytest.mark.parametrize("changes", GOOD_PRESENTATIONS, ids=str)
def test_good_presentations_are_good(changes: dict[str, Any]) -> None:
    check_presentation({**PRESENTATION, **changes})


@pytest.mark.parametrize("changes", WRONG_PRESENTATIONS, ids=lambda changes: str(changes)[:80])
def test_presentations_are_held_to_it_too(changes: dict[str, Any]) -> None:
    with pytest.raises(DataModelWrong):
        check_presentation({**PRESENTATION, **changes})


def test_an_envelope_is_a_data_url_of_its_kind() -> None:
    assert check_enveloped(ENVELOPED, "EnvelopedVerifiableCredential") == ENVELOPED["id"]
    wrong: list[dict[str, Any]] = [{"type": "VerifiableCredential"}, {"@context": "https://example.org/"}]
    wrong += [{"id": address} for address in ("https://example.org/", "data:text/plain", "", "e30.e30.AA")]
    for changes in wrong:
        with pytest.raises(DataModelWrong):
            check_enveloped({**ENVELOPED, **changes}, "EnvelopedVerifiableCredential")
    with pytest.raises(DataModelWrong):
        check_enveloped(ENVELOPED, "EnvelopedVerifiablePresentation")
