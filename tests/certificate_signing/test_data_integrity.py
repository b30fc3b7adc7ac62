"""Credential proofs: nothing unsigned gets in, nothing altered gets by (threats S15, S16)."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from certificate_parts import AWARD, BASE, CONTENT, NOW, content
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificate_signing import data_integrity
from certificate_signing.canonical import CONTEXTS, canonical
from certificate_signing.canonical_learnt import LearntTemplates
from certificate_signing.canonical_template import canonical_by_template
from certificate_signing.data_integrity import add_proof, check_proof
from certificate_signing.did import verification_keys, verification_method
from certificate_signing.errors import CredentialLossy
from certificate_signing.keyring import CredentialKey, KeyRing
from lti_tool.issuing.badge import credential, varying

Document = dict[str, Any]


def method(ring: KeyRing) -> str:
    return verification_method(BASE, ring.credential.key_id)


def trusted(ring: KeyRing) -> dict[str, bytes]:
    return verification_keys(BASE, ring.credential_public)


@pytest.fixture(scope="session")
def signed(ring: KeyRing) -> Document:
    document = credential(CONTENT, AWARD)
    return add_proof(document, ring.credential, method(ring), NOW, varying=varying(document))


def test_a_proof_holds(ring: KeyRing, signed: Document) -> None:
    checked = check_proof(signed, trusted(ring))
    assert (checked.ok, checked.codes) == (True, ())
    assert (checked.verification_method, checked.created) == (method(ring), "2026-11-21T10:00:00Z")


def test_a_proof_as_a_list_of_one_holds(ring: KeyRing, signed: Document) -> None:
    assert check_proof({**signed, "proof": [signed["proof"]]}, trusted(ring)).ok


def test_the_quick_way_gives_the_same_proof(ring: KeyRing, signed: Document) -> None:
    assert add_proof(credential(CONTENT, AWARD), ring.credential, method(ring), NOW) == signed


def test_an_older_proof_is_replaced(ring: KeyRing, signed: Document) -> None:
    assert add_proof(signed, ring.credential, method(ring), NOW) == signed


def test_a_time_in_another_zone_is_the_same_time(ring: KeyRing, signed: Document) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=5)))
    assert add_proof(credential(CONTENT, AWARD), ring.credential, method(ring), there) == signed
    with pytest.raises(ValueError, match="time zone"):
        add_proof(credential(CONTENT, AWARD), ring.credential, method(ring), datetime(2026, 1, 1))


def _set(*path: Any) -> Callable[[Document], None]:
    *steps, last, value = path

    def change(document: Document) -> None:
        for step in steps:
            document = document[step]
        document[last] = value

    return change


def _delete(*path: Any) -> Callable[[Document], None]:
    *steps, last = path

    def change(document: Document) -> None:
        for step in steps:
            document = document[step]
        del document[last]

    return change


SUBJECT = "credentialSubject"
EVIL = {"@vocab": "https://evil.example/"}
V2, OB = list(CONTEXTS)[:2]

ALTERED: dict[str, tuple[Callable[[Document], None], str]] = {
    "the holder": (_set(SUBJECT, "identifier", 0, "identityHash", "Somebody Else"), "content-changed"),
    "one letter of the title": (_set("name", "digital competencies for educators"), "content-changed"),
    "the level": (_set(SUBJECT, "result", 0, "value", "C2"), "content-changed"),
    "an area more": (lambda d: d[SUBJECT]["achievement"]["tag"].append("Flying"), "content-changed"),
    "an area less": (lambda d: d[SUBJECT]["achievement"]["tag"].pop(), "content-changed"),
    "the date": (_set("validFrom", "2020-01-01T00:00:00Z"), "content-changed"),
    "the end put off": (_set("validUntil", "2099-01-01T00:00:00Z"), "content-changed"),
    "the status index": (_set("credentialStatus", "statusListIndex", "7"), "content-changed"),
    "no status": (_delete("credentialStatus"), "content-changed"),
    "hashed or not": (_set(SUBJECT, "identifier", 0, "hashed", True), "content-changed"),
    "a term that nobody knows": (_set("salary", "huge"), "terms-lost"),
    "a term inside that nobody knows": (_set(SUBJECT, "rank", "first"), "terms-lost"),
    "a null": (_set("description", None), "terms-lost"),
    "a relative id": (_set("id", "x"), "terms-lost"),
    "a type that nobody knows": (_set("type", ["VerifiableCredential", "OpenBadgeCredential", "Diploma"]), "terms-lost"),
    "an inner context": (_set(SUBJECT, "@context", EVIL), "credential-unreadable"),
    "a graph inside": (_set("@graph", []), "credential-unreadable"),
    "an included node": (_set(SUBJECT, "@included", [{"id": "urn:x"}]), "credential-unreadable"),
    "another context": (_set("@context", [V2, OB, "https://evil.example/context"]), "context-unknown"),
    "a context of its own": (_set("@context", [*CONTEXTS, EVIL]), "context-unknown"),
    "contexts in another order": (_set("@context", [OB, V2]), "context-unknown"),
    "a context less": (_set("@context", [V2]), "terms-lost"),
    "contexts as a text": (_set("@context", V2), "context-unknown"),
    "no context": (_delete("@context"), "context-unknown"),
    "another issuer": (_set("issuer", "id", "did:web:evil.example"), "issuer-differs"),
    "the issuer as a text": (_set("issuer", "did:web:evil.example"), "issuer-differs"),
    "no issuer": (_delete("issuer"), "issuer-differs"),
    "the issuer a list": (_set("issuer", [{"id": "did:web:certificates.example.org"}]), "issuer-differs"),
    "no proof": (_delete("proof"), "no-proof"),
    "an empty proof": (_set("proof", []), "no-proof"),
    "the proof a text": (_set("proof", "yes"), "no-proof"),
    "two proofs": (lambda d: d.update(proof=[d["proof"], d["proof"]]), "two-proofs"),
    "a proof without value": (_delete("proof", "proofValue"), "proof-unknown"),
    "a proof with an extra term": (_set("proof", "expires", "2099-01-01T00:00:00Z"), "proof-unknown"),
    "a proof with a context": (_set("proof", "@context", EVIL), "proof-unknown"),
    "another suite": (_set("proof", "cryptosuite", "eddsa-jcs-2022"), "proof-unknown"),
    "another purpose": (_set("proof", "proofPurpose", "authentication"), "proof-unknown"),
    "another type of proof": (_set("proof", "type", "Ed25519Signature2020"), "proof-unknown"),
    "a proof value that is a number": (_set("proof", "proofValue", 7), "proof-unknown"),
    "the time of the proof": (_set("proof", "created", "2020-01-01T00:00:00Z"), "content-changed"),
    "a key that is not ours": (_set("proof", "verificationMethod", "did:web:evil.example#key-1"), "method-unknown"),
    "a key that is nobody's": (_set("proof", "verificationMethod", ""), "method-unknown"),
    "an empty signature": (_set("proof", "proofValue", "z"), "content-changed"),
    "a signature without its letter": (lambda d: _set("proof", "proofValue", d["proof"]["proofValue"][1:])(d), "content-changed"),
    "a signature with a zero before": (lambda d: _set("proof", "proofValue", "z1" + d["proof"]["proofValue"][1:])(d), "content-changed"),
    "a signature with foreign letters": (_set("proof", "proofValue", "z0OIl"), "content-changed"),
    "a very long signature": (_set("proof", "proofValue", "z" + "2" * 100_000), "content-changed"),
    "forty nodes without names": (_set("evidence", [{"type": ["Evidence"], "name": "x"}] * 40), "credential-unreadable"),
    "a deep hole": (_set("evidence", json.loads("[" * 60 + "]" * 60)), "credential-unreadable"),
}  # fmt: skip


@pytest.mark.parametrize("warm", [False, True])
@pytest.mark.parametrize("name", ALTERED)
def test_an_altered_credential_is_refused_and_told_apart(
    ring: KeyRing, signed: Document, name: str, warm: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_integrity, "_LEARNT", LearntTemplates())
    for _ in range(3 * warm):
        assert check_proof(signed, trusted(ring)).ok
    change, code = ALTERED[name]
    altered = copy.deepcopy(signed)
    change(altered)
    assert altered != signed
    checked = check_proof(altered, trusted(ring))
    assert (checked.ok, checked.codes) == (False, (code,))


@pytest.mark.parametrize("document", [{}, {"proof": {}}, {"proof": None}, {"@context": [], "proof": []}])
def test_what_is_no_credential_is_refused(ring: KeyRing, document: Document) -> None:
    assert not check_proof(document, trusted(ring)).ok


def test_another_bodys_key_does_not_speak_for_us(ring: KeyRing) -> None:
    stranger = CredentialKey.of(Ed25519PrivateKey.generate())
    document = credential(CONTENT, AWARD)
    forged = add_proof(document, stranger, verification_method(BASE, stranger.key_id), NOW)
    assert check_proof(forged, trusted(ring)).codes == ("method-unknown",)
    renamed = add_proof(document, stranger, method(ring), NOW)
    assert check_proof(renamed, trusted(ring)).codes == ("content-changed",)


def test_a_key_of_one_issuer_does_not_speak_for_another(ring: KeyRing) -> None:
    """The issuer in the credential must be the controller of the key, even if both are trusted."""
    other = "https://other.example.org"
    document = credential(content(base_url=other), AWARD)
    forged = add_proof(document, ring.credential, method(ring), NOW)
    keys = trusted(ring) | verification_keys(other, ring.credential_public)
    assert check_proof(forged, keys).codes == ("issuer-differs",)


def test_whatever_a_library_raises_is_not_a_pass(ring: KeyRing, signed: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: object) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(data_integrity, "_LEARNT", LearntTemplates())
    monkeypatch.setattr(data_integrity, "canonical", broken)
    assert check_proof(signed, trusted(ring)).codes == ("cannot-be-verified",)


@pytest.mark.parametrize("extra", [{"salary": "huge"}, {"description": None}, {"id": "relative"}, {"type": ["VerifiableCredential", "Diploma"]}])
@pytest.mark.parametrize("quick", [False, True])
def test_what_would_stand_there_unsigned_is_not_signed(ring: KeyRing, extra: Document, quick: bool) -> None:
    document = credential(CONTENT, AWARD) | extra
    with pytest.raises(CredentialLossy):
        add_proof(document, ring.credential, method(ring), NOW, varying=varying(document) if quick else ())


def test_a_foreign_context_is_never_fetched(ring: KeyRing) -> None:
    document = credential(CONTENT, AWARD)
    document["@context"].append("https://www.w3.org/2018/credentials/v1")
    with pytest.raises(CredentialLossy):
        add_proof(document, ring.credential, method(ring), NOW)


NAMES = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from('"\\<>{}\t\n\r_: '), min_size=1, max_size=60)


@settings(max_examples=60, deadline=None)
@given(name=NAMES, index=st.integers(0, 131_071), number=st.text("23456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=24, max_size=24))
def test_templates_give_byte_for_byte_what_pyld_gives(name: str, index: int, number: str) -> None:
    document = credential(content(number=number, address=f"{BASE}/c/{number}", status_index=index), AWARD)
    document["credentialSubject"]["identifier"][0]["identityHash"] = name
    assert canonical_by_template(document, varying(document)) == canonical(document)


@settings(max_examples=40, deadline=None)
@given(name=NAMES, other=NAMES)
def test_two_names_are_two_documents(name: str, other: str) -> None:
    document = credential(CONTENT, AWARD)
    place = document["credentialSubject"]["identifier"][0]
    quads = []
    for each in (name, other):
        place["identityHash"] = each
        quads.append(canonical_by_template(document, varying(document)))
    assert (quads[0] == quads[1]) == (name == other)


BAD_TEMPLATES: dict[str, tuple[Document, tuple[tuple[str | int, ...], ...]]] = {
    "two nodes without names": (
        {"@context": [V2, OB], "id": "urn:uuid:1", "type": ["VerifiableCredential", "OpenBadgeCredential"], "issuer": "did:web:x",
         "credentialSubject": {"type": ["AchievementSubject"], "identifier": [{"type": "IdentityObject", "identityHash": "a"}]}},
        (("credentialSubject", "identifier", 0, "identityHash"),),
    ),
    "a place that is no text": ({"@context": [V2], "id": "urn:uuid:1", "issuer": {"id": "did:web:x"}}, (("issuer",),)),
    "a relative address": ({"@context": [V2], "id": "x", "issuer": "did:web:x"}, (("id",),)),
    "an address with a line break": ({"@context": [V2], "id": "https://x\n", "issuer": "did:web:x"}, (("id",),)),
    "an address that ends its quad": ({"@context": [V2], "id": "https://x> .", "issuer": "did:web:x"}, (("id",),)),
    "a name of a term": ({"@context": [V2, OB], "id": "https://x", "type": ["VerifiableCredential"], "issuer": "did:web:x"}, (("type", 0),)),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD_TEMPLATES)
def test_what_can_not_be_templated_is_refused(case: str) -> None:
    document, places = BAD_TEMPLATES[case]
    with pytest.raises(CredentialLossy):
        canonical_by_template(document, places)


def test_the_proof_is_dated_in_utc(signed: Document) -> None:
    assert datetime.fromisoformat(signed["proof"]["created"]) == NOW.astimezone(UTC)
