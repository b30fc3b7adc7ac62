"""did:web, and the two multibase encodings."""

from __future__ import annotations

import pytest
from certificate_parts import BASE
from hypothesis import given
from hypothesis import strategies as st

from certificate_signing.did import did_document, did_web, verification_method
from certificate_signing.keyring import KeyRing
from certificate_signing.multibase import base58, base64url, from_base58, from_base64url


@pytest.mark.parametrize(
    ("base_url", "did"),
    [
        ("https://certificates.example.org", "did:web:certificates.example.org"),
        ("https://certificates.example.org:8443", "did:web:certificates.example.org%3A8443"),
        ("http://localhost:8400", "did:web:localhost%3A8400"),
        ("https://CERTIFICATES.example.org/", "did:web:certificates.example.org"),
    ],
)
def test_the_name_on_the_web(base_url: str, did: str) -> None:
    assert did_web(base_url) == did


@pytest.mark.parametrize("base_url", ["", "certificates.example.org", "https://", "https://x/y", "https://us@evil.example", "https://x:port"])
def test_no_name_for_other_addresses(base_url: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        did_web(base_url)


def test_the_document_lists_every_key_by_its_full_url(ring: KeyRing, other_ring: KeyRing) -> None:
    document = did_document(BASE, ring.credential_public | other_ring.credential_public)
    methods = [verification_method(BASE, each.credential.key_id) for each in (ring, other_ring)]
    assert document["assertionMethod"] == methods
    assert [each["id"] for each in document["verificationMethod"]] == methods
    assert {each["controller"] for each in document["verificationMethod"]} == {document["id"]}
    # 0xed01 in base58btc always begins so.
    assert all(each["publicKeyMultibase"].startswith("z6Mk") for each in document["verificationMethod"])


# Vectors of the base58 draft (draft-msporny-base58-03, section 5).
@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"Hello World!", "z2NEpo7TZRRrLZSi2U"),
        (b"The quick brown fox jumps over the lazy dog.", "zUSm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"),
        (bytes.fromhex("0000287fb4cd"), "z11233QC4"),
        (b"", "z"),
    ],
)
def test_base58_vectors(content: bytes, text: str) -> None:
    assert base58(content) == text
    assert from_base58(text) == content


@given(st.binary(max_size=100))
def test_both_ways(content: bytes) -> None:
    assert from_base58(base58(content)) == content
    assert from_base64url(base64url(content)) == content


@pytest.mark.parametrize("text", ["", "2NEpo7", "z0", "zO", "zI", "zl", "z é", "z" + "2" * 300, "uAAAA"])
def test_no_base58(text: str) -> None:
    with pytest.raises(ValueError, match="base58"):
        from_base58(text)


@pytest.mark.parametrize("text", ["", "AAAA", "uAA+A", "uAA/A", "uAAA=", "uA", "uAA A", "mAAAA"])
def test_no_base64url(text: str) -> None:
    with pytest.raises(ValueError, match=r"base64url"):
        from_base64url(text)
