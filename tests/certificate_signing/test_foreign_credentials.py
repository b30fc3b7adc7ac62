"""Credentials of other issuers: both forms are proved by the given keys alone, and what is wrong is told apart."""

from __future__ import annotations

import base64
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

from certificate_signing.data_integrity import add_proof
from certificate_signing.did_key import did_key, did_key_method
from certificate_signing.foreign_credentials import foreign_credential
from certificate_signing.foreign_keys import PublicKey, public_key
from certificate_signing.foreign_proofs import ProofRules, add_general_proof
from certificate_signing.key_types import CredentialKey
from certificate_signing.multibase import ED25519_PUBLIC, base58
from certificate_signing.samples import as_jwt, badge

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DID = "did:web:issuer.example"
METHOD = f"{DID}#key-1"
KEY = Ed25519PrivateKey.generate()
OTHER = Ed25519PrivateKey.generate()
KEYS: dict[str, PublicKey] = {METHOD: KEY.public_key()}
BADGE = badge(DID, "Anna Muster", "MOOC 3: Teaching and learning", NOW)


def proved(document: dict[str, Any] = BADGE, key: Ed25519PrivateKey = KEY, method: str = METHOD) -> bytes:
    return json.dumps(add_proof(document, CredentialKey("key-1", key), method, NOW)).encode()


def jwt(document: dict[str, Any] = BADGE, key: Ed25519PrivateKey = KEY) -> bytes:
    return as_jwt(document, key, METHOD).encode()


def renamed(token: bytes) -> bytes:
    """Put another name into the claims of a token and keep its signature."""
    header, claims, signature = token.split(b".")
    content = base64.urlsafe_b64decode(claims + b"=" * (-len(claims) % 4)).replace(b"Anna Muster", b"Olga Muster")
    return b".".join((header, base64.urlsafe_b64encode(content).rstrip(b"="), signature))


def unsigned(token: bytes) -> bytes:
    """The algorithm "none", with no signature at all."""
    header = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=")
    return b".".join((header, token.split(b".")[1], b""))


def with_something_critical() -> bytes:
    """Signed well, under a header that names what must be understood (RFC 7515, section 4.1.11)."""
    start = base64.urlsafe_b64encode(b'{"alg":"EdDSA","crit":["exp"],"exp":1}').rstrip(b"=") + b"." + jwt().split(b".")[1]
    return start + b"." + base64.urlsafe_b64encode(KEY.sign(start)).rstrip(b"=")


def by_public_key_as_secret() -> bytes:
    """The public key, which everybody has, used as a secret of HMAC."""
    secret = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    header = base64.urlsafe_b64encode(b'{"alg":"HS256"}').rstrip(b"=")
    start = b".".join((header, jwt().split(b".")[1]))
    return start + b"." + base64.urlsafe_b64encode(hmac.digest(secret, start, "sha256")).rstrip(b"=")


CASES: dict[str, tuple[bytes, str]] = {
    "a proof": (proved(), "good"),
    "a token": (jwt(), "good"),
    "a token of the older model": (jwt({"vc": BADGE, "iss": DID}), "good"),
    "a proof, another name": (proved().replace(b"Anna Muster", b"Olga Muster"), "broken"),
    "a token, another name": (renamed(jwt()), "broken"),
    "a token without a signature": (unsigned(jwt()), "broken"),
    "a token by the public key as a secret": (by_public_key_as_secret(), "broken"),
    "a proof by another key": (proved(key=OTHER), "broken"),
    "a token that asks for something unknown": (with_something_critical(), "unchecked"),
    "a token by another key": (jwt(key=OTHER), "broken"),
    "a proof of somebody else": (proved(badge("did:web:other.example", "Anna Muster", "x", NOW), method="did:web:other.example#key-1"), "unknown"),
    "a proof by our key for another issuer": (proved(badge("did:web:other.example", "Anna Muster", "x", NOW)), "unknown"),
    "a token of somebody else": (jwt(badge("did:web:other.example", "Anna Muster", "x", NOW)), "unknown"),
    "a token of two issuers": (jwt({"vc": BADGE, "iss": "did:web:other.example"}), "unreadable"),
    "no proof": (json.dumps(BADGE).encode(), "unsigned"),
    "a proof of another suite": (proved().replace(b"eddsa-rdfc-2022", b"ecdsa-rdfc-2019"), "unchecked"),
    "another context": (proved().replace(b"context-3.0.3", b"context-3.0.2"), "unchecked"),
    "valid no more": (proved({**BADGE, "validUntil": "2026-11-20T00:00:00Z"}), "expired"),
    "valid till tomorrow": (proved({**BADGE, "validUntil": "2026-11-22T00:00:00Z"}), "good"),
    "not valid yet": (jwt({**BADGE, "validFrom": "2026-12-01T00:00:00Z"}), "not-yet-valid"),
    "a token past its own end": (jwt({**BADGE, "exp": NOW.timestamp()}), "expired"),
    "a token of the older model past its end": (jwt({"vc": BADGE, "iss": DID, "exp": int(NOW.timestamp()) - 1}), "expired"),
    "a token before its own beginning": (jwt({**BADGE, "nbf": NOW.timestamp() + 60}), "not-yet-valid"),
    "a token in its own time": (jwt({**BADGE, "nbf": NOW.timestamp(), "exp": NOW.timestamp() + 60}), "good"),
    "a token whose end is a text": (jwt({**BADGE, "exp": "2036-01-01T00:00:00Z"}), "unchecked"),
    "a token whose end is no time": (jwt({**BADGE, "exp": 10**30}), "unchecked"),
    "a token whose end is true": (jwt({**BADGE, "exp": True}), "unchecked"),
    "two names in one object": (b'{"issuer": "a", "issuer": "b"}', "unreadable"),
    "no JSON": (b"{", "unreadable"),
    "no token": (b"eyJ.x", "unreadable"),
    "nothing": (b"", "unreadable"),
    "not text": (b"\xff\xfe\x00", "unchecked"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_is_told_apart(name: str) -> None:
    content, code = CASES[name]
    found = foreign_credential(content, KEYS, NOW)
    assert found.code == code
    assert found.key_id == (METHOD if code in ("good", "expired", "not-yet-valid") else "")


def test_nothing_is_good_without_keys() -> None:
    assert {foreign_credential(content, {}, NOW).code for content, _ in CASES.values()}.isdisjoint({"good"})


@pytest.mark.parametrize("kind", ["p256", "rsa"])
def test_tokens_of_other_kinds_of_keys_are_proved_too(kind: str) -> None:
    private = ec.generate_private_key(ec.SECP256R1()) if kind == "p256" else rsa.generate_private_key(65537, 2048)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    key, algorithm = (ECKey.import_key(pem), "ES256") if kind == "p256" else (RSAKey.import_key(pem), "RS256")
    token = jws.serialize_compact({"alg": algorithm}, json.dumps(BADGE), key).encode()
    assert foreign_credential(token, {METHOD: public_key(public)}, NOW).code == "good"
    assert foreign_credential(renamed(token), {METHOD: public_key(public)}, NOW).code == "broken"
    assert foreign_credential(token, KEYS, NOW).code == "broken"


def test_keys_are_read_as_people_write_them() -> None:
    raw = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    assert public_key(base58(ED25519_PUBLIC + raw)) == KEY.public_key()
    point = ec.generate_private_key(ec.SECP256R1()).public_key()
    compressed = point.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    assert public_key(base58(b"\x80\x24" + compressed)) == point
    small = rsa.generate_private_key(65537, 1024).public_key()  # noqa: S505 - to be refused
    on_other_curve = ec.generate_private_key(ec.SECP384R1()).public_key()
    for wrong in (small, on_other_curve):
        with pytest.raises(ValueError, match=r"RSA key of fewer|another curve"):
            public_key(wrong.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode())
    for text in (
        "",
        "z",
        "zzz",
        base58(b"\x12\x20" + bytes(32)),
        "-----BEGIN PUBLIC KEY-----",
        base58(ED25519_PUBLIC + bytes(5)),
        base58(ED25519_PUBLIC + bytes(32)),
    ):
        with pytest.raises(ValueError, match=r"."):
            public_key(text)


def test_issuers_that_are_their_key_and_proofs_with_more_in_them_are_good() -> None:
    public = KEY.public_key().public_bytes_raw()
    did, method = did_key(public), did_key_method(public)
    document = badge(did, "Anna Muster", "MOOC 3: Teaching and learning", NOW)
    once = add_general_proof(document, CredentialKey("key-1", KEY), method, NOW, ProofRules())
    twice = add_general_proof(once, CredentialKey("key-2", OTHER), did_key_method(OTHER.public_key().public_bytes_raw()), NOW, ProofRules())
    keys: dict[str, PublicKey] = {method: KEY.public_key(), did_key_method(OTHER.public_key().public_bytes_raw()): OTHER.public_key()}
    for made in (once, twice):
        found = foreign_credential(json.dumps(made).encode(), keys, NOW)
        assert (found.code, found.key_id) == ("good", method)
        assert foreign_credential(json.dumps(made).encode().replace(b"Anna", b"Olga"), keys, NOW).code == "broken"
    # Every proof that stands there must hold, and one of them must be the issuer's own.
    assert foreign_credential(json.dumps(twice).encode(), {method: KEY.public_key()}, NOW).code == "unknown"
    assert foreign_credential(json.dumps({**twice, "proof": twice["proof"][1]}).encode(), keys, NOW).code == "unknown"
