"""What a holder may rearrange without breaking a proof: readers see the same credential all the same."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificate_signing.canonical import canonical
from certificate_signing.errors import CredentialLossy
from certificate_signing.foreign_credentials import foreign_credential
from certificate_signing.foreign_proofs import ProofRules, add_general_proof
from certificate_signing.key_types import CredentialKey
from certificate_signing.restated import restated
from certificate_signing.samples import badge

Document = dict[str, Any]
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DID = "did:web:issuer.example"
KEY = CredentialKey.of(Ed25519PrivateKey.generate())
KEYS = {f"{DID}#key-1": KEY.private_key.public_key()}
BADGE = badge(DID, "Anna Muster", "MOOC 3: Teaching and learning", NOW)
BADGE["credentialSubject"]["id"] = "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"
SIGNED = add_general_proof(BADGE, KEY, f"{DID}#key-1", NOW, ProofRules())


def subject(document: Document) -> Document:
    found: Document = document["credentialSubject"]
    return found


def identity(document: Document) -> Document:
    found: Document = subject(document)["identifier"][0]
    return found


def as_list(place: Callable[[Document], Document], name: str, wrap: Callable[[Any], Any] = lambda value: [value]) -> Callable[[Document], object]:
    return lambda document: place(document).update({name: wrap(place(document)[name])})


def halved(place: Callable[[Document], Document], name: str) -> Callable[[Document], object]:
    """Write a node as two that have one id."""

    def change(document: Document) -> None:
        node = place(document)[name]
        half = {"id": node["id"], "type": node["type"]}
        place(document)[name] = [half, node]

    return change


def whole(document: Document) -> Document:
    return document


REARRANGED: dict[str, Callable[[Document], object]] = {
    "nothing": lambda document: None,
    "a name as a list of one": as_list(identity, "identityHash"),
    "a name as lists in lists": as_list(identity, "identityHash", lambda value: [[value]]),
    "a name as a value object": as_list(identity, "identityHash", lambda value: {"@value": value}),
    "a name twice": as_list(identity, "identityHash", lambda value: [value, value]),
    "false as a text": as_list(identity, "hashed", lambda value: "false"),
    "false as a list of one": as_list(identity, "hashed"),
    "identities in a list in a list": as_list(subject, "identifier"),
    "an identity without its list": as_list(subject, "identifier", lambda value: value[0]),
    "the subject as a list of one": as_list(whole, "credentialSubject"),
    "the subject in two halves": halved(whole, "credentialSubject"),
    "the achievement in two halves": halved(subject, "achievement"),
    "the issuer in two halves": halved(whole, "issuer"),
    "a day as a list of one": as_list(whole, "validFrom"),
    "another order": lambda document: document.update(reversed(list(document.items()))),
}  # fmt: skip


@pytest.mark.parametrize("name", REARRANGED)
def test_a_rearranged_credential_reads_the_same(name: str) -> None:
    document = copy.deepcopy(SIGNED)
    REARRANGED[name](document)
    assert canonical({key: value for key, value in document.items() if key != "proof"}) == canonical(BADGE)
    found = foreign_credential(json.dumps(document).encode(), KEYS, NOW)
    # The issuer's own parts may not be found by a check that looks for one issuer: then it is no good credential, and proves nothing.
    if name == "the issuer in two halves":
        assert (found.code, found.key_id) == ("unreadable", "")
        return
    assert found.code == "good"
    assert found.document == restated(BADGE)
    assert found.document["credentialSubject"]["identifier"] == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "Anna Muster", "identityType": "name"}
    ]
    assert found.document["credentialSubject"]["achievement"]["name"] == "MOOC 3: Teaching and learning"
    assert found.document["validFrom"] == "2026-11-21T10:00:00Z"


def test_the_one_form_is_its_own() -> None:
    once = restated(SIGNED)
    assert restated(once) == once
    assert canonical(once) == canonical(BADGE)
    assert "proof" not in once


NO_CREDENTIALS: list[Document] = [{}, {"@context": ["https://example.org/unknown"]}, {**BADGE, "@context": 1}]


@pytest.mark.parametrize("document", NO_CREDENTIALS, ids=lambda document: str(document)[:40])
def test_what_is_no_credential_has_no_form(document: Document) -> None:
    with pytest.raises(CredentialLossy):
        restated(document)
