"""JWTs as a forger makes them of one of ours, each with the reason that its reader is told.

Where something is signed, it is signed well, with the forger's own key: only whose key it is tells it from ours.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

Forge = Callable[[bytes], bytes]
FORGER = ec.generate_private_key(ec.SECP256R1())
EVIL = "https://evil.example"


def parts(token: bytes) -> list[bytes]:
    return token.strip().split(b".")


def encoded(value: object) -> bytes:
    return of_bytes(json.dumps(value).encode())


def of_bytes(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")


def decoded(part: bytes) -> Any:
    return json.loads(base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4)))


def payload(token: bytes) -> dict[str, Any]:
    found: dict[str, Any] = decoded(parts(token)[1])
    return found


def for_mallory(token: bytes) -> dict[str, Any]:
    said = payload(token)
    said["credentialSubject"]["identifier"][0]["identityHash"] = "Mallory Example"
    return said


def unsigned(token: bytes, **header: Any) -> bytes:
    """Our header with some changes, and another name: what a signature is to be set under."""
    told = {**decoded(parts(token)[0]), **header}
    return b".".join((encoded({name: value for name, value in told.items() if value is not None}), encoded(for_mallory(token))))


def forged(**header: Any) -> Forge:
    """Signed by the forger, under a header with some changes."""

    def sign(token: bytes) -> bytes:
        content = unsigned(token, **header)
        r, s = decode_dss_signature(FORGER.sign(content, ec.ECDSA(hashes.SHA256())))
        return content + b"." + of_bytes(r.to_bytes(32, "big") + s.to_bytes(32, "big"))

    return sign


def by_shared_secret(token: bytes, secret: bytes) -> bytes:
    """A symmetric algorithm, by a secret that everybody knows, such as our public key."""
    content = unsigned(token, alg="HS256")
    return content + b"." + of_bytes(hmac.new(secret, content, hashlib.sha256).digest())


def jwk() -> dict[str, str]:
    numbers = FORGER.public_key().public_numbers()
    return {"kty": "EC", "crv": "P-256", **{name: of_bytes(getattr(numbers, name).to_bytes(32, "big")).decode() for name in ("x", "y")}}


def certificate() -> str:
    """The forger's key in a certificate that names us, as a header carries it."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Example Academy")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(FORGER.public_key()).serial_number(1)
    made = builder.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2100, 1, 1, tzinfo=UTC))
    return base64.b64encode(made.sign(FORGER, hashes.SHA256()).public_bytes(Encoding.DER)).decode()


def _renamed(token: bytes) -> bytes:
    head, _, seal = parts(token)
    return b".".join((head, encoded(for_mallory(token)), seal))


def _in_der(token: bytes) -> bytes:
    *signed, seal = parts(token)
    raw = base64.urlsafe_b64decode(seal + b"==")
    return b".".join((*signed, of_bytes(b"\x30\x44\x02\x20" + raw[:32] + b"\x02\x20" + raw[32:])))


def _twice(token: bytes) -> bytes:
    head, body, seal = parts(token)
    said = base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4))
    return b".".join((head, of_bytes(said[:-1] + b',"name":"Something else"}'), seal))


def _elsewhere(token: bytes) -> bytes:
    said = for_mallory(token)
    said |= {"iss": "did:web:evil.example", "issuer": {**said["issuer"], "id": "did:web:evil.example"}}
    return b".".join((parts(forged(kid=f"{EVIL}/keys/1")(token))[0], encoded(said), parts(token)[2]))


JWTS: dict[str, tuple[Forge, str]] = {
    "another name": (_renamed, "content-changed"),
    "alg none": (lambda token: unsigned(token, alg="none") + b".", "changed"),
    "alg none, without a kid": (lambda token: unsigned(token, alg="none", kid=None) + b".", "changed"),
    "alg none, our signature": (lambda token: unsigned(token, alg="none") + b"." + parts(token)[2], "changed"),
    "alg none in capitals": (lambda token: unsigned(token, alg="nOnE") + b".", "changed"),
    "signed by another key under our kid": (forged(), "content-changed"),
    "signed by the key that it brings": (forged(jwk=jwk()), "changed"),
    "signed by the key that it brings, and no kid": (forged(jwk=jwk(), kid=None), "changed"),
    "signed by the key of a certificate that it brings": (forged(x5c=[certificate()]), "changed"),
    "signed by a key at an address that it names": (forged(jku=f"{EVIL}/jwks.json"), "changed"),
    "signed by a certificate at an address that it names": (forged(x5u=f"{EVIL}/chain.pem"), "changed"),
    "signed by a key of another address": (forged(kid=f"{EVIL}/keys/1"), "other-signer"),
    "signed by a key of another DID": (forged(kid="did:web:evil.example#1"), "other-signer"),
    "of another issuer": (_elsewhere, "other-signer"),
    "by a secret that everybody knows": (lambda token: by_shared_secret(token, b"x" * 32), "changed"),
    "another algorithm": (forged(alg="ES384"), "changed"),
    "another type": (forged(typ="vp+jwt"), "changed"),
    "critical headers": (forged(crit=["b64"], b64=False), "changed"),
    "no signature": (lambda token: b".".join((*parts(token)[:2], b"")), "content-changed"),
    "the signature cut": (lambda token: token.strip()[:-5], "changed"),
    "a signature of zeros": (lambda token: b".".join((*parts(token)[:2], b"A" * 86)), "content-changed"),
    "a signature in another form": (_in_der, "content-changed"),
    "a key twice": (_twice, "changed"),
    "padded": (lambda token: token.strip() + b"==", "changed"),
}  # fmt: skip
