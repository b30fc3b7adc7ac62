"""Quick checking: what is learnt gives, byte for byte, what canonicalisation gives, and only trusted documents teach."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from certificate_parts import AWARD, BASE, CONTENT, NOW, content
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from certificate_signing import data_integrity
from certificate_signing.canonical import CONTEXTS, canonical
from certificate_signing.canonical_learnt import LearntTemplates
from certificate_signing.data_integrity import add_proof, check_proof
from certificate_signing.did import verification_keys, verification_method
from certificate_signing.errors import CredentialLossy
from certificate_signing.keyring import CredentialKey, KeyRing
from lti_tool.issuing.badge import credential

Document = dict[str, Any]
DOCUMENT = credential(CONTENT, AWARD)


def taught(*documents: Document) -> LearntTemplates:
    learnt = LearntTemplates()
    for document in documents:
        learnt.learn(document)
        learnt.learn(document)
    return learnt


LEARNT = taught(DOCUMENT)


def places(value: Any, before: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where texts stand, type names and contexts among them."""
    if isinstance(value, str):
        return [before]
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place for step, inner in steps for place in places(inner, (*before, step))]


def put(document: Document, place: tuple[Any, ...], value: Any) -> Document:
    changed = copy.deepcopy(document)
    inner: Any = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = value
    return changed


def agrees(learnt: LearntTemplates, document: Document) -> bool:
    """Whether the quick answer, if there is one, is the slow one; what the slow way refuses must have no quick answer."""
    quick = learnt.canonical(document)
    try:
        return quick in (None, canonical(document))
    except CredentialLossy:
        return quick is None


TEXTS = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from('"\\<>{}\t\n\r_: \x85\u2028\x1c\x00'), max_size=40)
ODD = st.sampled_from(
    ["", "_:b0", "_:c14n0", "urn:sealwright-varying:0:end", "urn:sealwright-varying:7:end", "did:key:z6Mk", "https://x> .", "https:x", "https://é.example/ü",
     "urn:uuid:1", "did:web:a:b", "http://", "http://x/../y", "ceasn:Competency", "schema:name", "Certificate", "id", "@id", "\\u0041", "https://x\\y"]
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(place=st.sampled_from(places(DOCUMENT)), value=TEXTS | ODD)
def test_any_text_in_any_place_gives_what_pyld_gives(place: tuple[Any, ...], value: str) -> None:
    assert agrees(LEARNT, put(DOCUMENT, place, value))


@settings(max_examples=40, deadline=None)
@given(values=st.lists(TEXTS | ODD, min_size=6, max_size=6), data=st.data())
def test_several_texts_at_once_do_too(values: list[str], data: st.DataObject) -> None:
    document = DOCUMENT
    for value in values:
        document = put(document, data.draw(st.sampled_from(places(DOCUMENT))), value)
    assert agrees(LEARNT, document)


OTHER_VALUES = [None, True, False, 0, 1, 1.0, 1e21, -0.0, [], {}, ["a"], {"id": "https://x"}, {"type": "Profile"}, [["a"]], ["a", "a"]]


@pytest.mark.parametrize("value", OTHER_VALUES, ids=repr)
def test_what_is_no_text_gives_what_pyld_gives(value: object) -> None:
    assert all(agrees(LEARNT, put(DOCUMENT, place, value)) for place in places(DOCUMENT)[::5])


ADDRESSES = [("id",), ("credentialSubject", "id"), ("credentialSubject", "achievement", "id"), ("evidence", 0, "id"), ("credentialStatus", "id")]


@pytest.mark.parametrize("one", ADDRESSES, ids=str)
@pytest.mark.parametrize("other", ADDRESSES, ids=str)
def test_nodes_that_become_one_give_what_pyld_gives(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    document = put(put(DOCUMENT, one, "https://example.org/same"), other, "https://example.org/same")
    assert LEARNT.canonical(document) is not None
    assert agrees(LEARNT, document)


@pytest.mark.parametrize("name", [*DOCUMENT, "salary"])
def test_another_shape_is_not_known(name: str) -> None:
    with_it = {**DOCUMENT, name: [DOCUMENT.get(name), "more"]}
    without = {key: value for key, value in DOCUMENT.items() if key != name}
    assert all(LEARNT.canonical(each) is None for each in (with_it, without) if each != DOCUMENT)


def test_the_order_of_terms_is_no_other_shape() -> None:
    backwards = dict(reversed(DOCUMENT.items()))
    assert LEARNT.canonical(backwards) == canonical(DOCUMENT)


@pytest.mark.parametrize("place", [("type", 1), ("credentialSubject", "achievement", "type", 0), ("issuer", "type", 0)], ids=str)
def test_the_name_of_a_type_is_a_part_of_the_shape(place: tuple[Any, ...]) -> None:
    assert LEARNT.canonical(put(DOCUMENT, place, "VerifiableCredential")) is None


def test_two_nodes_without_names_have_no_template() -> None:
    document = put(DOCUMENT, ("evidence", 0), {"type": ["Evidence"], "name": "unnamed"})
    learnt = taught(document)
    assert learnt.canonical(document) is None
    assert checked_all_the_same(document)


def checked_all_the_same(document: Document) -> bool:
    key = CredentialKey.of(Ed25519PrivateKey.generate())
    keys = verification_keys(BASE, {key.key_id: key.private_key.public_key().public_bytes_raw()})
    return check_proof(add_proof(document, key, verification_method(BASE, key.key_id), NOW), keys).ok


@pytest.fixture
def learning(monkeypatch: pytest.MonkeyPatch) -> LearntTemplates:
    fresh = LearntTemplates()
    monkeypatch.setattr(data_integrity, "_LEARNT", fresh)
    return fresh


def test_the_third_credential_of_a_kind_is_checked_without_canonicalising(
    ring: KeyRing, learning: LearntTemplates, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_: object) -> bytes:
        raise AssertionError

    method, keys = verification_method(BASE, ring.credential.key_id), verification_keys(BASE, ring.credential_public)
    signed = [add_proof(credential(content(holder_name=name), AWARD), ring.credential, method, NOW) for name in ("Ána", "Bo", 'C "\n')]
    assert all(check_proof(each, keys).ok for each in signed[:2])
    monkeypatch.setattr(data_integrity, "canonical", never)
    assert check_proof(signed[2], keys).ok
    assert check_proof(put(signed[2], ("name",), "forged"), keys).codes == ("content-changed",)


def test_nobody_but_the_trusted_teaches(ring: KeyRing, learning: LearntTemplates) -> None:
    method, keys = verification_method(BASE, ring.credential.key_id), verification_keys(BASE, ring.credential_public)
    stranger = CredentialKey.of(Ed25519PrivateKey.generate())
    for _ in range(4):
        assert not check_proof(add_proof(DOCUMENT, stranger, method, NOW), keys).ok
    assert learning.canonical(DOCUMENT) is None


def test_what_is_kept_has_a_bound() -> None:
    learnt = LearntTemplates()
    plain = {"@context": list(CONTEXTS)[:1], "id": "https://x.example/1", "type": ["VerifiableCredential"], "issuer": "did:web:x.example"}
    for number in range(70):
        for _ in range(2):
            learnt.learn({**plain, "credentialSubject": {"id": "https://x.example/2", "name": "n"}, "description": [number]})
    assert len(learnt._seen) <= 64
    assert len(learnt._templates) <= 64
