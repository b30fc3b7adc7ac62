"""Proofs as anybody writes them: what the specification says of one, of sets and of chains, and all that must not hold."""

from __future__ import annotations

import copy
import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from certificate_signing.canonical import canonical
from certificate_signing.data_integrity import add_proof, check_proof
from certificate_signing.did_key import did_key, did_key_method, did_key_public
from certificate_signing.errors import CredentialLossy, CredentialUnreadable
from certificate_signing.foreign_proofs import ProofRules, add_general_proof, check_proofs
from certificate_signing.key_types import CredentialKey
from certificate_signing.multibase import ED25519_PUBLIC, base58, from_base58
from certificate_signing.samples import badge

Document = dict[str, Any]
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
V2 = "https://www.w3.org/ns/credentials/v2"
KEY, OTHER = (CredentialKey.of(Ed25519PrivateKey.generate()) for _ in range(2))
DID, METHOD = did_key(KEY.public_bytes), did_key_method(KEY.public_bytes)
RULES = ProofRules()
CREDENTIAL: Document = {
    "@context": [V2],
    "type": ["VerifiableCredential"],
    "issuer": DID,
    "credentialSubject": {"id": "did:example:s", "name": "Anna"},
}
ID = "urn:uuid:9c9a36f8-518f-4976-a934-6649502d0008"


def proved(document: Document = CREDENTIAL, key: CredentialKey = KEY, rules: ProofRules = RULES) -> Document:
    return add_general_proof(document, key, did_key_method(key.public_bytes), NOW, rules)


def with_option(document: Document = CREDENTIAL, key: CredentialKey = KEY, **options: Any) -> Document:
    """Sign with more, or other, options of the proof than our own signing writes."""

    made = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": did_key_method(key.public_bytes),
        "proofPurpose": "assertionMethod",
    }
    proof = {name: value for name, value in {**made, **options}.items() if value is not None}
    earlier = document.get("proof", [])
    earlier = earlier if isinstance(earlier, list) else [earlier]
    named = proof.get("previousProof", [])
    chain = [other for other in earlier if other.get("id") in (named if isinstance(named, list) else [named])]
    unsigned = {name: value for name, value in document.items() if name != "proof"} | ({"proof": chain} if chain else {})
    signed = hashlib.sha256(canonical({"@context": [V2], **proof})).digest() + hashlib.sha256(canonical(unsigned)).digest()
    proofs = [*earlier, {**proof, "proofValue": base58(key.private_key.sign(signed))}]
    return {**document, "proof": proofs if len(proofs) > 1 else proofs[0]}


def changed(change: Callable[[Document], object], document: Document | None = None) -> Document:
    made = copy.deepcopy(document or proved())
    change(made)
    return made


def in_proof(**changes: Any) -> Document:
    return changed(lambda made: made["proof"].update(changes))


def in_chain(place: int, **changes: Any) -> Document:
    """Change one of the two proofs of a chain."""
    return changed(lambda made: made["proof"][place].update(changes), CHAIN)


def without(name: str) -> Document:
    return changed(lambda made: made["proof"].pop(name))


ENDING = with_option(expires="2026-11-22T10:00:00Z")
SET = add_general_proof(proved(), OTHER, did_key_method(OTHER.public_bytes), NOW, RULES)
CHAIN = with_option(with_option(id=ID), previousProof=ID)
GOOD: dict[str, Document] = {
    "one proof": proved(),
    "one proof in a list": changed(lambda made: made.update(proof=[made["proof"]])),
    "no time": with_option(),
    "a time with a zone": with_option(created="2026-11-21T10:00:00+01:00"),
    "still good": with_option(expires="2026-11-22T10:00:00Z"),
    "a nonce": with_option(nonce="abc", domain="example.org", challenge="123"),
    "an id": with_option(id=ID),
    "two proofs": proved(proved(), OTHER),
    "a chain": CHAIN,
    "a chain by a list": with_option(with_option(id=ID), previousProof=[ID]),
    "a chain of somebody else before": with_option(with_option(id=ID, key=OTHER), previousProof=ID),
    "a name with its language": proved({**CREDENTIAL, "name": {"@value": "Zeugnis", "@language": "de"}}),
}
BAD: dict[str, tuple[Any, str]] = {
    "nothing": (None, "credential-unreadable"),
    "a text": ("{}", "credential-unreadable"),
    "a list": ([proved()], "credential-unreadable"),
    "no proof": (CREDENTIAL, "no-proof"),
    "null for a proof": (changed(lambda made: made.update(proof=None)), "no-proof"),
    "a text for a proof": (changed(lambda made: made.update(proof="z1")), "no-proof"),
    "an empty list": (changed(lambda made: made.update(proof=[])), "no-proof"),
    "a list with a text": (changed(lambda made: made.update(proof=[made["proof"], "z1"])), "no-proof"),
    "nine proofs": (changed(lambda made: made.update(proof=[made["proof"]] * 9)), "too-many-proofs"),
    "another type": (in_proof(type="Ed25519Signature2020"), "proof-unknown"),
    "a list of types": (in_proof(type=["DataIntegrityProof"]), "proof-unknown"),
    "another suite": (in_proof(cryptosuite="eddsa-jcs-2022"), "proof-unknown"),
    "another purpose": (in_proof(proofPurpose="authentication"), "proof-unknown"),
    "no method": (without("verificationMethod"), "proof-unknown"),
    "a method that is an object": (in_proof(verificationMethod={"id": METHOD}), "proof-unknown"),
    "no value": (without("proofValue"), "proof-unknown"),
    "null for a value": (in_proof(proofValue=None), "proof-unknown"),
    "a time that is none": (in_proof(created="today"), "proof-unknown"),
    "a time without a zone": (in_proof(created="2026-11-21T10:00:00"), "proof-unknown"),
    "an end that is none": (in_proof(expires="never"), "proof-unknown"),
    "an end put off": (changed(lambda made: made["proof"].update(expires="2036-01-01T00:00:00Z"), ENDING), "content-changed"),
    "another time": (in_proof(created="2026-11-21T10:00:01Z"), "content-changed"),
    "no time any more": (without("created"), "content-changed"),
    "a value without its header": (changed(lambda made: made["proof"].update(proofValue=made["proof"]["proofValue"][1:])), "content-changed"),
    "a value in base64url": (in_proof(proofValue="u" + "A" * 86), "content-changed"),
    "a value with a zero more": (changed(lambda made: made["proof"].update(proofValue="z1" + made["proof"]["proofValue"][1:])), "content-changed"),
    "a value of another credential": (in_proof(proofValue=proved({**CREDENTIAL, "id": ID})["proof"]["proofValue"]), "content-changed"),
    "an empty value": (in_proof(proofValue="z"), "content-changed"),
    "another name": (changed(lambda made: made["credentialSubject"].update(name="Olga")), "content-changed"),
    "another subject": (changed(lambda made: made["credentialSubject"].update(id="did:example:t")), "content-changed"),
    "a claim more": (changed(lambda made: made.update(description="And more")), "content-changed"),
    "a claim fewer": (changed(lambda made: made["credentialSubject"].pop("name")), "content-changed"),
    "an undefined claim": (changed(lambda made: made["credentialSubject"].update(degree="Dr.")), "terms-lost"),
    "an undefined type": (changed(lambda made: made["type"].append("Doctor")), "terms-lost"),
    "an undefined term in the proof": (in_proof(degree="Dr."), "terms-lost"),
    "null": (changed(lambda made: made.update(validUntil=None)), "terms-lost"),
    "a keyword": (changed(lambda made: made["credentialSubject"].update({"@id": "did:example:s"})), "credential-unreadable"),
    "a graph": (changed(lambda made: made.update({"@graph": []})), "credential-unreadable"),
    "a context inside": (changed(lambda made: made["credentialSubject"].update({"@context": {"name": "https://example.org/a"}})), "context-unknown"),
    "a context written in": (changed(lambda made: made["@context"].append({"degree": "https://example.org/degree"})), "context-unknown"),
    "a context of nobody": (changed(lambda made: made["@context"].append("https://example.org/context")), "terms-lost"),
    "no context": (changed(lambda made: made.pop("@context")), "terms-lost"),
    "thirty objects without a name": (changed(lambda made: made.update(evidence=[{"type": "https://example.org/#E"}] * 30)), "credential-unreadable"),
    "as deep as nobody writes": (changed(lambda made: made["credentialSubject"].update(name=[[[[[[[[[[[["x"]]]]]]]]]]]])), "credential-unreadable"),
    "a key of nobody": (in_proof(verificationMethod="did:web:example.org#key-1"), "method-unknown"),
    "a key that is no key": (in_proof(verificationMethod="did:key:z6Mk#z6Mk"), "method-unknown"),
    "a key of small order": (in_proof(verificationMethod=did_key_method(bytes(32))), "method-unknown"),
    "the name of another key": (in_proof(verificationMethod=did_key_method(OTHER.public_bytes)), "content-changed"),
    "one of two proofs broken": (changed(lambda made: made["proof"][1].update(proofValue=SET["proof"][0]["proofValue"]), SET), "content-changed"),
    "a chain without its beginning": (changed(lambda made: made.update(proof=made["proof"][1]), CHAIN), "previous-missing"),
    "a chain to nothing": (with_option(previousProof=ID), "previous-missing"),
    "a chain to itself": (with_option(id=ID, previousProof=ID), "previous-missing"),
    "a chain to a number": (in_chain(1, previousProof=7), "previous-missing"),
    "a chain of two, one missing": (in_chain(1, previousProof=[ID, "urn:uuid:2"]), "previous-missing"),
    "a chain backwards": (changed(lambda made: made["proof"].reverse(), CHAIN), "previous-missing"),
    "a chain cut": (changed(lambda made: made["proof"][1].pop("previousProof"), CHAIN), "content-changed"),
    "a chain whose beginning is broken": (in_chain(0, proofValue=proved()["proof"]["proofValue"]), "content-changed"),
    "a chain with another beginning": (in_chain(0, **with_option(id=ID, nonce="1")["proof"]), "content-changed"),
}  # fmt: skip


@pytest.mark.parametrize("name", GOOD)
def test_every_form_of_a_right_proof_holds(name: str) -> None:
    found = check_proofs(GOOD[name], did_key_public, ProofRules(controller=DID, at=NOW))
    assert found.ok, found
    assert METHOD in found.methods


@pytest.mark.parametrize("name", BAD)
def test_whatever_breaks_it_is_told(name: str) -> None:
    document, code = BAD[name]
    found = check_proofs(document, did_key_public, ProofRules(controller=DID, at=NOW))
    assert (found.ok, found.code, found.methods) == (False, code, ())


RULED: list[tuple[str, Document, ProofRules, str]] = [
    ("past its end", with_option(expires="2026-11-20T10:00:00Z"), ProofRules(at=NOW), "expired"),
    ("no challenge", proved(), ProofRules(challenge="123"), "challenge-differs"),
    ("another challenge", with_option(challenge="124"), ProofRules(challenge="123"), "challenge-differs"),
    ("no domain", proved(), ProofRules(domain="example.org"), "domain-differs"),
    ("other domains", with_option(domain=["a.example", "b.example"]), ProofRules(domain="example.org"), "domain-differs"),
    ("made by another than the issuer", proved(key=OTHER), ProofRules(controller=DID), "controller-differs"),
    ("a proof of a claim for one of presence", proved(), ProofRules("authentication"), "proof-unknown"),
]


@pytest.mark.parametrize(("name", "document", "rules", "code"), RULED, ids=[name for name, _, _, _ in RULED])
def test_a_proof_is_good_for_its_purpose_alone(name: str, document: Document, rules: ProofRules, code: str) -> None:
    assert check_proofs(document, did_key_public, rules).code == code


def test_domains_and_purposes_that_fit_are_taken() -> None:
    made = with_option(proofPurpose="authentication", challenge="123", domain=["example.org", "example.com"])
    assert check_proofs(made, did_key_public, ProofRules("authentication", challenge="123", domain="example.org")).ok


def test_contexts_written_in_hold_only_where_they_are_allowed() -> None:
    rules = ProofRules(inline_contexts=True)
    made = proved({**CREDENTIAL, "@context": [V2, {"degree": "https://example.org/degree"}], "credentialSubject": {"degree": "Dr."}}, rules=rules)
    assert check_proofs(made, did_key_public, rules).ok
    assert check_proofs(made, did_key_public, RULES).code == "context-unknown"
    redefined = changed(lambda document: document["@context"].append({"VerifiableCredential": "https://example.org/other"}), made)
    assert check_proofs(redefined, did_key_public, rules).code == "terms-lost"


def test_a_context_given_for_one_check_is_unknown_to_the_next() -> None:
    address = "https://example.org/context"
    given = ProofRules(contexts={address: {"@context": {"degree": "https://example.org/degree"}}})
    made = proved({**CREDENTIAL, "@context": [V2, address], "credentialSubject": {"degree": "Dr."}}, rules=given)
    assert check_proofs(made, did_key_public, given).ok
    assert check_proofs(made, did_key_public, RULES).code == "terms-lost"
    other = ProofRules(contexts={address: {"@context": {"degree": "https://example.org/another"}}})
    assert check_proofs(made, did_key_public, other).code == "content-changed"


def test_nothing_is_signed_that_would_not_be_read() -> None:
    for wrong in ({"degree": "Dr."}, {"id": "relative"}):
        with pytest.raises(CredentialLossy):
            proved({**CREDENTIAL, "credentialSubject": wrong})
    with pytest.raises(CredentialUnreadable):
        proved({**CREDENTIAL, "evidence": [{"type": "https://example.org/#E"}] * 30})
    with pytest.raises(CredentialLossy):
        proved({**CREDENTIAL, "credentialSubject": {"name": "\ud800"}})


def test_our_own_check_stays_as_strict_as_it_was() -> None:
    """What the general check takes, ours still refuses: sets, chains, optional terms, keys and contexts of others."""
    did = "did:web:issuer.example"
    method = f"{did}#key-1"
    ours, keys = add_proof(badge(did, "Anna Muster", "MOOC 3", NOW), KEY, method, NOW), {method: KEY.public_bytes}
    assert check_proof(ours, keys).ok
    assert check_proofs(ours, keys.__getitem__, ProofRules(controller=did)).ok
    twice = add_general_proof(ours, OTHER, did_key_method(OTHER.public_bytes), NOW, RULES)
    keys |= {METHOD: KEY.public_bytes, did_key_method(OTHER.public_bytes): OTHER.public_bytes}
    assert check_proofs(twice, keys.__getitem__, ProofRules(controller=did)).ok
    assert check_proof(twice, keys).codes == ("two-proofs",)
    for name in ("no time", "a nonce", "an id", "still good"):
        assert check_proof(GOOD[name], keys).codes == ("proof-unknown",)
    assert check_proof(proved(key=OTHER), keys).codes == ("issuer-differs",)


def test_no_document_keeps_the_canonicalisation_busy() -> None:
    """Objects that look alike, in two groups: the count at which the time doubles with each one is refused before it begins."""
    alike = [{"type": "https://example.org/#E", "name": "x"} for _ in range(40)]
    began = time.monotonic()
    assert check_proofs({**proved(), "evidence": alike}, did_key_public, RULES).code == "credential-unreadable"
    assert time.monotonic() - began < 20


def named(content: bytes) -> str:
    return f"did:key:{base58(content)}#{base58(content)}"


DIDS: list[str] = [
    "", "did:key:", "did:key:z", METHOD.partition("#")[0], METHOD + "x", METHOD.replace("did:key", "did:web"), f"{DID}#key-1",
    f"{DID}#{did_key(OTHER.public_bytes)[8:]}", named(ED25519_PUBLIC + KEY.public_bytes + b"x"), named(ED25519_PUBLIC + KEY.public_bytes[1:]),
    named(b"\x80\x24" + bytes(33)), named(bytes(34)), named(ED25519_PUBLIC + bytes(32)), named(ED25519_PUBLIC + b"\x01" + bytes(31)),
    named(ED25519_PUBLIC + b"\xff" * 32), f"did:key:z1{DID[9:]}#z1{DID[9:]}",
]  # fmt: skip


@pytest.mark.parametrize("method", DIDS, ids=range(len(DIDS)))
def test_only_the_one_spelling_of_a_key_is_its_name(method: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        did_key_public(method)


def test_a_did_key_is_its_key() -> None:
    assert did_key_public(METHOD) == KEY.public_bytes
    assert from_base58(DID.removeprefix("did:key:")) == ED25519_PUBLIC + KEY.public_bytes
    assert DID.startswith("did:key:z6Mk")
