"""Commitments to files: a signed document says which files were checked without saying what they are.

A commitment is SHA-256 over a fixed prefix, a random salt and the SHA-256 of the file. Without the salt it tells nothing, not
even to somebody who has the file; with salt and file anybody can compute it again.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from typing import Final

from certificate_signing.multibase import base64url

SALT_BYTES: Final = 32
# What is hashed here is never hashed for another purpose.
_PREFIX: Final = b"sealwright evidence commitment 1\0"
_MULTIHASH_SHA256: Final = b"\x12\x20"


def new_salt() -> bytes:
    """Return 32 random bytes."""
    return secrets.token_bytes(SALT_BYTES)


def commitment(salt: bytes, file_sha256: bytes) -> bytes:
    """Return the 32 bytes of a commitment to the file of this SHA-256. Raises ValueError for a salt or a hash of another length."""
    if len(salt) != SALT_BYTES or len(file_sha256) != 32:
        raise ValueError("a salt and a SHA-256 have 32 bytes each")
    return hashlib.sha256(_PREFIX + salt + file_sha256).digest()


def opens(committed: bytes, salt: bytes, content: bytes) -> bool:
    """Tell whether this salt and this file are what was committed to. Never raises for bytes."""
    if len(salt) != SALT_BYTES:
        return False
    return hmac.compare_digest(commitment(salt, hashlib.sha256(content).digest()), committed)


def as_multibase(committed: bytes) -> str:
    """Return a commitment as credentials state it: a multihash (sha2-256) in multibase base64url."""
    return base64url(_MULTIHASH_SHA256 + committed)
