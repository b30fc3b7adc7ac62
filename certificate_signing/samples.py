"""One signed PDF and a credential in each form, made on the spot: for checking once before it matters, and for showing how it is done."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from joserfc import jws
from joserfc.jwk import OKPKey

from certificate_signing.approval import approve
from certificate_signing.canonical import CONTEXTS
from certificate_signing.data_integrity import add_proof
from certificate_signing.development_pki import development_seal
from certificate_signing.foreign_keys import PublicKey
from certificate_signing.foreign_seals import Anchor
from certificate_signing.key_types import CredentialKey

AT: Final = datetime(2026, 1, 1, 12, tzinfo=UTC)
_DID: Final = "did:web:issuer.example"
_METHOD: Final = f"{_DID}#key-1"


def signed() -> Iterator[tuple[bytes, Anchor]]:
    """Return a signed PDF and the anchor that it is trusted by."""
    key = development_seal("sample", "Example Academy", "BE", AT, bits=2048)
    yield approve(_empty_pdf(), key, AT), Anchor("Example Academy", key.chain[-1], "Example Academy")


def credentials() -> Iterator[tuple[bytes, Mapping[str, PublicKey]]]:
    """Return a credential with a Data Integrity proof and one as a JWT, each with the keys that it is trusted by."""
    key = Ed25519PrivateKey.generate()
    keys: dict[str, PublicKey] = {_METHOD: key.public_key()}
    document = badge(_DID, "Anna Muster", "MOOC 3: Teaching and learning", AT)
    yield json.dumps(add_proof(document, CredentialKey("key-1", key), _METHOD, AT)).encode(), keys
    yield as_jwt(document, key, _METHOD).encode(), keys


def badge(issuer: str, holder: str, title: str, awarded: datetime) -> dict[str, Any]:
    """Return an Open Badges 3.0 credential without a proof."""
    return {
        "@context": list(CONTEXTS),
        "id": f"urn:example:{title.casefold().replace(' ', '-')}",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer, "type": ["Profile"], "name": "Example Academy"},
        "validFrom": awarded.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [{"type": "IdentityObject", "hashed": False, "identityHash": holder, "identityType": "name"}],
            "achievement": {
                "id": "urn:example:achievement",
                "type": ["Achievement"],
                "name": title,
                "description": "A course.",
                "criteria": {"narrative": "Finish it."},
            },
        },
    }


def as_jwt(document: Mapping[str, Any], key: Ed25519PrivateKey, key_id: str) -> str:
    """Return a credential as a compact JWT (VC-JOSE-COSE, section 3.2)."""
    header = {"alg": "Ed25519", "typ": "vc+jwt", "kid": key_id}
    return jws.serialize_compact(header, json.dumps(document), OKPKey.import_key(_pem(key)), algorithms=["Ed25519"])


def _pem(key: Ed25519PrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _empty_pdf() -> bytes:
    body, offsets = b"%PDF-1.7\n", []
    for number, entry in enumerate(
        (b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>"), 1
    ):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, entry)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    return body + b"xref\n0 4\n0000000000 65535 f \n" + table + b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(body)
