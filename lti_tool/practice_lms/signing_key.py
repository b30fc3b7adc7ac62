"""The platform's own RSA key: made at the first start, kept in its folder, readable by the owner alone."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa


class SigningKey:
    """Signs id_tokens with RS256 and publishes the public half."""

    def __init__(self, private: rsa.RSAPrivateKey) -> None:
        self._private = private
        public = private.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.kid = hashlib.sha256(public).hexdigest()[:20]

    @classmethod
    def open(cls, file: Path) -> SigningKey:
        """Read the key, or make one of 2048 bits."""
        if not file.is_file():
            _make(file)
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError(f"{file} holds no RSA key")
        return cls(key)

    def signed(self, claims: dict[str, Any]) -> str:
        """Return the claims as a compact JWT."""
        return jwt.encode(claims, self._private, algorithm="RS256", headers={"kid": self.kid})

    def public_jwks(self) -> dict[str, list[dict[str, Any]]]:
        """Return the key set of /mod/lti/certs.php (RFC 7517)."""
        jwk: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._private.public_key()))
        jwk.pop("key_ops", None)
        return {"keys": [{**jwk, "kid": self.kid, "alg": "RS256", "use": "sig"}]}


def _make(file: Path) -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
        stream.write(pem)
