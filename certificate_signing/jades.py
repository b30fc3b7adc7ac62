"""JSON signatures of the European Union's kind: JAdES baseline B-B (ETSI TS 119 182-1) by the key of a seal.

One signature in the general JSON serialisation, over the payload as it stands (`b64` false, RFC 7797), RS256, with the whole chain in it.
"""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import datetime
from typing import Any, Final

from cryptography.hazmat.primitives.serialization import Encoding

from certificate_signing.instants import xsd_instant
from certificate_signing.key_types import SealKey

# Headers of JAdES that a reader must understand or refuse (RFC 7515, section 4.1.11).
_CRITICAL: Final = ("b64", "sigT")


def sign_jades(document: dict[str, Any], key: SealKey, at: datetime) -> bytes:
    """Return a document with its signature, as JSON; `at` is the time that the signer claims."""
    payload = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    protected = _base64url(json.dumps(_headers(key, at), separators=(",", ":")).encode())
    signature = _base64url(key.sign(protected.encode() + b"." + payload.encode()))
    signed = {"payload": payload, "signatures": [{"protected": protected, "signature": signature}]}
    return json.dumps(signed, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(key: SealKey, at: datetime) -> dict[str, Any]:
    chain = [certificate.public_bytes(Encoding.DER) for certificate in (key.certificate, *key.chain)]
    return {
        "alg": "RS256",
        "typ": "jose+json",
        "cty": "json",
        "x5t#S256": _base64url(hashlib.sha256(chain[0]).digest()),
        # Plain base64, as RFC 7515, section 4.1.6, has it.
        "x5c": [base64.b64encode(der).decode() for der in chain],
        "b64": False,
        "sigT": xsd_instant(at),
        "crit": list(_CRITICAL),
    }


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
