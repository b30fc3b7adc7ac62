"""Credentials as JWTs: what is signed verifies, what differs in anything is refused and told apart."""

from __future__ import annotations

import base64
import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from certificate_parts import AWARD, BASE, CONTENT, content
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey

from certificate_signing.did import did_document, did_web, jwk_address, jwt_keys, public_jwk
from certificate_signing.errors import CredentialLossy
from certificate_signing.key_types import JwtKey
from certificate_signing.keyring import KeyRing
from certificate_signing.vc_jwt import check_jwt, looks_like_jwt, sign_jwt
from lti_tool.issuing import badge
from lti_tool.issuing.make import signed_jwt

ISSUER = did_web(BASE)


def encoded(part: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()


def decoded(part: bytes) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))


@pytest.fixture(scope="module")
def token(ring: KeyRing) -> bytes:
    made = signed_jwt(CONTENT, AWARD, ring)
    assert made is not None
    return made


def resigned(ring: KeyRing, token: bytes, payload: Callable[[dict[str, Any]], None] | None = None, **header: Any) -> bytes:
    """The same token with something else in it, signed by our own key all the same: what a careless issuer might sign."""
    first, second, _ = (decoded(part) if index < 2 else part for index, part in enumerate(token.split(b".")))
    for name, value in header.items():
        if value is None:
            first.pop(name, None)
        else:
            first[name] = value
    if payload is not None:
        payload(second)
    signed = f"{encoded(first)}.{encoded(second)}"
    return f"{signed}.{base64.urlsafe_b64encode(ring.jwt.sign(signed.encode())).rstrip(b'=').decode()}".encode()


def told(ring: KeyRing, token: bytes) -> tuple[str, ...]:
    checked = check_jwt(token, jwt_keys(BASE, ring.jwt_public), ISSUER)
    assert checked.ok is (not checked.codes)
    return checked.codes


@pytest.mark.parametrize(
    "changes",
    [{}, {"holder_name": 'Ελένη "Λ\\n" 😀 <b>'}, {"expires_on": CONTENT.issued_on.replace(year=2028)}, {"level": ""}],
)
def test_what_is_signed_verifies_and_is_the_credential(ring: KeyRing, changes: dict[str, Any]) -> None:
    said = content(**changes)
    made = signed_jwt(said, AWARD, ring)
    assert made is not None
    checked = check_jwt(made, jwt_keys(BASE, ring.jwt_public), ISSUER)
    assert checked.ok, checked.codes
    assert checked.document == badge.credential(said, AWARD)
    assert checked.key_id == jwk_address(BASE, ring.jwt.key_id)


def test_the_claims_mirror_the_credential(token: bytes) -> None:
    header, payload = (decoded(part) for part in token.split(b".")[:2])
    assert header == {"alg": "ES256", "typ": "JWT", "kid": payload_kid(header)}
    assert {name: payload[name] for name in ("iss", "jti", "sub", "nbf")} == {
        "iss": payload["issuer"]["id"],
        "jti": payload["id"],
        "sub": payload["credentialSubject"]["id"],
        "nbf": 1795255200,
    }
    assert "exp" not in payload
    assert "proof" not in payload


def payload_kid(header: dict[str, Any]) -> str:
    kid = header["kid"]
    assert isinstance(kid, str)
    assert kid.startswith(f"{BASE}/keys/jwt-")
    return kid


def test_another_library_verifies_it_by_the_public_jwk(ring: KeyRing, token: bytes) -> None:
    """joserfc's JWT layer, with the key as it is published and not as we hold it."""
    jwk = ECKey.import_key(public_jwk(ring.jwt_public[ring.jwt.key_id]))
    assert jwt.decode(token.decode(), jwk, algorithms=["ES256"]).claims["jti"] == f"{CONTENT.address}.json"


def test_the_did_document_lists_it_by_both_names(ring: KeyRing) -> None:
    document = did_document(BASE, ring.credential_public, ring.jwt_public)
    method = next(each for each in document["verificationMethod"] if each["type"] == "JsonWebKey")
    assert method["id"] in document["assertionMethod"]
    assert method["publicKeyJwk"]["kid"] == jwk_address(BASE, ring.jwt.key_id)
    assert "d" not in method["publicKeyJwk"]


def _del(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda payload: payload.pop(name)


def _set(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda payload: payload.update(changes)


def _subject(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda payload: payload["credentialSubject"].update(changes)


# What only our own key could sign, and never does.
CARELESS: dict[str, tuple[Callable[[dict[str, Any]], None] | None, dict[str, Any], str]] = {
    "no iss": (_del("iss"), {}, "claims-differ"),
    "no jti": (_del("jti"), {}, "claims-differ"),
    "no sub": (_del("sub"), {}, "claims-differ"),
    "no nbf": (_del("nbf"), {}, "claims-differ"),
    "another iss": (_set(iss="did:web:evil.example"), {}, "claims-differ"),
    "another jti": (_set(jti=f"{BASE}/c/OTHER.json"), {}, "claims-differ"),
    "another sub": (_set(sub="did:example:other"), {}, "claims-differ"),
    "another nbf": (_set(nbf=1), {}, "claims-differ"),
    "nbf as text": (_set(nbf="1795255200"), {}, "claims-differ"),
    "an exp that the credential does not have": (_set(exp=4102444800), {}, "claims-differ"),
    "a validUntil without exp": (_set(validUntil="2030-01-01T00:00:00Z"), {}, "claims-differ"),
    "a validUntil without a zone": (_set(validUntil="2030-01-01T00:00:00", exp=1893456000), {}, "claims-differ"),
    "another issuer with its iss": (
        lambda payload: payload.update(iss="did:web:evil.example", issuer={**payload["issuer"], "id": "did:web:evil.example"}),
        {},
        "issuer-differs",
    ),
    "another credential id than jti": (_set(id=f"{BASE}/c/OTHER.json"), {}, "claims-differ"),
    "a subject without an id": (lambda payload: payload["credentialSubject"].pop("id"), {}, "claims-differ"),
    "two subjects": (lambda payload: payload.update(credentialSubject=[payload["credentialSubject"]] * 2), {}, "claims-differ"),
    "a foreign context": (lambda payload: payload["@context"].append("https://evil.example/v1"), {}, "context-unknown"),
    "a context of its own": (lambda payload: payload.update({"@context": [{"@vocab": "https://evil.example/#"}]}), {}, "context-unknown"),
    "an unknown term": (_subject(gradedBy="me"), {}, "terms-lost"),
    "a claim that we never make": (_set(iat=1), {}, "claims-differ"),
    "an audience": (_set(aud="https://employer.example"), {}, "claims-differ"),
    "an unknown claim": (_set(scope="all"), {}, "terms-lost"),
    "a null": (_subject(role=None), {}, "terms-lost"),
    "a relative address": (_set(evidence=[{"id": "evidence.html", "type": ["Evidence"]}]), {}, "terms-lost"),
    "a context inside": (_subject(**{"@context": "https://www.w3.org/ns/credentials/v2"}), {}, "credential-unreadable"),
    "a proof inside": (_set(proof={"type": "DataIntegrityProof"}), {}, "credential-unreadable"),
    "wrapped as vc": (lambda payload: payload.update({"vc": copy.deepcopy(payload)}), {}, "credential-unreadable"),
    "no algorithm": (None, {"alg": "none"}, "header-unknown"),
    "another algorithm": (None, {"alg": "HS256"}, "header-unknown"),
    "another elliptic algorithm": (None, {"alg": "ES384"}, "header-unknown"),
    "another type": (None, {"typ": "vp+jwt"}, "header-unknown"),
    "no type": (None, {"typ": None}, "header-unknown"),
    "no kid": (None, {"kid": None}, "header-unknown"),
    "a kid that is no text": (None, {"kid": ["x"]}, "method-unknown"),
    "a kid of nobody": (None, {"kid": f"{BASE}/keys/jwt-0000000000000000"}, "method-unknown"),
    "a kid elsewhere": (None, {"kid": "https://evil.example/keys/1"}, "method-unknown"),
    "its own key": (None, {"jwk": {"kty": "EC"}}, "header-unknown"),
    "its own certificates": (None, {"x5c": ["AAAA"]}, "header-unknown"),
    "an address of keys": (None, {"jku": "https://evil.example/jwks"}, "header-unknown"),
    "critical": (None, {"crit": ["b64"], "b64": False}, "header-unknown"),
}


@pytest.mark.parametrize("name", CARELESS)
def test_what_our_own_key_would_never_sign_is_refused(ring: KeyRing, token: bytes, name: str) -> None:
    payload, header, code = CARELESS[name]
    assert told(ring, resigned(ring, token, payload, **header)) == (code,)


def test_signed_again_without_a_change_it_verifies(ring: KeyRing, token: bytes) -> None:
    """So the refusals above are not refusals of how these tests sign."""
    assert told(ring, resigned(ring, token)) == ()


def _swapped(token: bytes) -> bytes:
    header, payload, signature = token.split(b".")
    changed = decoded(payload)
    changed["credentialSubject"]["achievement"]["name"] = "Rocket science"
    return b".".join((header, encoded(changed).encode(), signature))


def _flipped(token: bytes) -> bytes:
    header, payload, signature = token.split(b".")
    raw = bytearray(base64.urlsafe_b64decode(signature + b"=="))
    raw[5] ^= 1
    return b".".join((header, payload, base64.urlsafe_b64encode(bytes(raw)).rstrip(b"=")))


def _der(token: bytes) -> bytes:
    header, payload, signature = token.split(b".")
    raw = base64.urlsafe_b64decode(signature + b"==")
    der = b"\x30\x44\x02\x20" + raw[:32] + b"\x02\x20" + raw[32:]
    return b".".join((header, payload, base64.urlsafe_b64encode(der).rstrip(b"=")))


def _hmac(token: bytes) -> bytes:
    """A symmetric algorithm, with a secret that everybody knows."""
    header, payload = (decoded(part) for part in token.split(b".")[:2])
    return jws.serialize_compact(header | {"alg": "HS256"}, json.dumps(payload), OctKey.import_key("x" * 32), algorithms=["HS256"]).encode()


FORGED: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "another content": (_swapped, "content-changed"),
    "another signature": (_flipped, "content-changed"),
    "a signature in another form": (_der, "content-changed"),
    "no signature": (lambda token: token.rpartition(b".")[0] + b".", "content-changed"),
    "zeros": (lambda token: token.rpartition(b".")[0] + b"." + b"A" * 86, "content-changed"),
    "a shared secret": (_hmac, "header-unknown"),
    "two parts": (lambda token: token.rpartition(b".")[0], "jwt-unreadable"),
    "four parts": (lambda token: token + b".AAAA", "jwt-unreadable"),
    "padded": (lambda token: token + b"==", "jwt-unreadable"),
    "spaces inside": (lambda token: token.replace(b".", b" ."), "jwt-unreadable"),
    "the other alphabet": (lambda token: b"e+/=." + token, "jwt-unreadable"),
    "a key twice": (
        lambda token: b".".join((base64.urlsafe_b64encode(b'{"alg":"ES256","alg":"none"}').rstrip(b"="), *token.split(b".")[1:])),
        "jwt-unreadable",
    ),
    "no object": (lambda token: b".".join((b"W10", *token.split(b".")[1:])), "jwt-unreadable"),
    "empty": (lambda _: b"", "jwt-unreadable"),
    "bytes": (lambda _: b"\xff\xfe.\x00.\x01", "jwt-unreadable"),
    "huge": (lambda token: token + b"A" * 3_000_000, "jwt-unreadable"),
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused_and_told_apart(ring: KeyRing, token: bytes, name: str) -> None:
    forge, code = FORGED[name]
    assert told(ring, forge(token)) == (code,)


def test_somebody_elses_key_does_not_speak_for_us(ring: KeyRing, other_ring: KeyRing, token: bytes) -> None:
    """The same credential, signed by another body that names our key, and by one that names its own."""
    document = badge.credential(CONTENT, AWARD)
    ours = sign_jwt(document, other_ring.jwt, jwk_address(BASE, ring.jwt.key_id))
    theirs = sign_jwt(document, other_ring.jwt, jwk_address(BASE, other_ring.jwt.key_id))
    assert told(ring, ours.encode()) == ("content-changed",)
    assert told(ring, theirs.encode()) == ("method-unknown",)
    assert told(other_ring, token) == ("method-unknown",)


def test_one_byte_of_it_may_not_change(ring: KeyRing, token: bytes) -> None:
    for place in range(0, len(token), 97):
        changed = bytearray(token)
        changed[place] = ord("B") if changed[place] != ord("B") else ord("C")
        assert told(ring, bytes(changed)) != (), place


@pytest.mark.parametrize("change", [{"gradedBy": "me"}, {"evidence": [{"id": "x.html", "type": ["Evidence"]}]}, {"name": None}])
def test_what_would_mean_nothing_is_not_signed(ring: KeyRing, change: dict[str, Any]) -> None:
    with pytest.raises(CredentialLossy):
        sign_jwt({**badge.credential(CONTENT, AWARD), **change}, ring.jwt, jwk_address(BASE, ring.jwt.key_id))


def test_a_key_has_one_name(ring: KeyRing) -> None:
    key = generate_private_key(SECP256R1())
    assert JwtKey.of(key).key_id == JwtKey.of(key).key_id != ring.jwt.key_id
    assert len(ring.jwt_public[ring.jwt.key_id].public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)) == 65


@pytest.mark.parametrize(("content", "likely"), [(b"eyJhbGciOiJFUzI1NiJ9.eyJ9.AA", True), (b"eyJ.x", False), (b"{}", False), (b"7QK3-M9ZV", False)])
def test_what_looks_like_one(content: bytes, likely: bool) -> None:
    assert looks_like_jwt(content) is likely
