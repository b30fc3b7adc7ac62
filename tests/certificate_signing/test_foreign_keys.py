"""JWKs of other issuers: read as PEM and multibase are, and taken at their word on what they are for (RFC 7517, sections 4.2 to 4.4)."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from certificate_signing.foreign_credentials import foreign_credential
from certificate_signing.foreign_keys import public_key
from certificate_signing.samples import badge
from lti_tool.evidence.trust import TrustedIssuer

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
DID = "did:web:issuer.example"
METHOD = f"{DID}#key-1"
BADGE = json.dumps(badge(DID, "Anna Muster", "MOOC 3: Teaching and learning", NOW))


def pem(private: Any) -> bytes:
    written: bytes = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return written


KEYS: dict[str, Any] = {
    "RSA": RSAKey.import_key(pem(rsa.generate_private_key(65537, 2048))),
    "EC": ECKey.import_key(pem(ec.generate_private_key(ec.SECP256R1()))),
    "OKP": OKPKey.import_key(pem(Ed25519PrivateKey.generate())),
}


def jwk(kind: str, **said: Any) -> str:
    return json.dumps(KEYS[kind].as_dict(private=False) | said)


def code(kind: str, algorithm: str, **said: Any) -> str:
    token = jws.serialize_compact({"alg": algorithm}, BADGE, KEYS[kind], algorithms=[algorithm])
    return foreign_credential(token.encode(), {METHOD: public_key(jwk(kind, **said))}, NOW).code


# Kind of key, algorithm of the token, what the JWK says of itself, and what is found.
TOKENS: list[tuple[str, str, dict[str, Any], str]] = [
    ("RSA", "RS256", {}, "good"),
    ("RSA", "PS256", {}, "good"),
    ("EC", "ES256", {}, "good"),
    ("OKP", "Ed25519", {}, "good"),
    ("EC", "ES256", {"alg": "ES256", "use": "sig", "key_ops": ["verify"], "kid": "1"}, "good"),
    ("OKP", "Ed25519", {"alg": "EdDSA"}, "good"),
    ("RSA", "PS256", {"alg": "PS256"}, "good"),
    ("RSA", "RS256", {"alg": "RS256", "key_ops": ["sign", "verify"]}, "good"),
    ("RSA", "RS256", {"alg": "PS256"}, "broken"),
    ("RSA", "PS256", {"alg": "RS256"}, "broken"),
]


@pytest.mark.parametrize(("kind", "algorithm", "said", "found"), TOKENS)
def test_a_token_is_signed_as_the_jwk_says(kind: str, algorithm: str, said: dict[str, Any], found: str) -> None:
    assert code(kind, algorithm, **said) == found


def test_a_token_that_names_another_algorithm_than_it_has_is_broken() -> None:
    private = KEYS["RSA"].private_key
    token = jws.serialize_compact({"alg": "RS256"}, BADGE, KEYS["RSA"], algorithms=["RS256"]).rpartition(".")[0]
    signature = private.sign(token.encode(), padding.PSS(padding.MGF1(hashes.SHA256()), 32), hashes.SHA256())
    forged = f"{token}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}".encode()
    for said in ({}, {"alg": "PS256"}, {"alg": "RS256"}):
        assert foreign_credential(forged, {METHOD: public_key(jwk("RSA", **said))}, NOW).code == "broken"


# Kind of key, and what its JWK says that makes it a key for something else, or none.
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("RSA", {"alg": "PS512"}),
    ("RSA", {"alg": "RSA-OAEP"}),
    ("RSA", {"alg": "ES256"}),
    ("RSA", {"alg": "none"}),
    ("RSA", {"alg": ["RS256"]}),
    ("RSA", {"alg": None}),
    ("RSA", {"use": "enc"}),
    ("RSA", {"use": None}),
    ("RSA", {"e": None}),
    ("RSA", {"n": "AQAB"}),
    ("EC", {"use": "enc"}),
    ("EC", {"key_ops": ["encrypt"]}),
    ("EC", {"key_ops": []}),
    ("EC", {"key_ops": "verify"}),
    ("EC", {"alg": "ES384"}),
    ("EC", {"y": "AA"}),
    ("EC", {"d": "AA"}),
    ("OKP", {"alg": "ES256"}),
    ("OKP", {"key_ops": ["sign"]}),
    ("OKP", {"crv": "X25519"}),
    ("OKP", {"x": "AA"}),
    ("OKP", {"kty": "oct", "k": "AAAA"}),
    ("OKP", {"kty": ["OKP"]}),
]


@pytest.mark.parametrize(("kind", "said"), REFUSED)
def test_a_key_that_is_for_something_else_is_refused(kind: str, said: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        public_key(jwk(kind, **said))


def test_a_jwk_says_everything_once() -> None:
    with pytest.raises(ValueError, match="no JWK"):
        public_key(jwk("EC").replace("{", '{"use": "enc", "use": "sig", ', 1))


def test_a_trust_list_takes_and_refuses_them() -> None:
    assert TrustedIssuer(name="Badge Office", keys={METHOD: jwk("RSA", alg="RS256")}).keys
    with pytest.raises(ValueError, match="`use` is not `sig`"):
        TrustedIssuer(name="Badge Office", keys={METHOD: jwk("RSA", use="enc")})
