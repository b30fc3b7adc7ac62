"""Commitments: only the salt and the file together open one."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificate_signing.commitment import SALT_BYTES, as_multibase, commitment, new_salt, opens
from certificate_signing.multibase import from_base64url

FILE = b"%PDF-1.7 a certificate"
SALT = bytes(range(SALT_BYTES))
COMMITTED = commitment(SALT, hashlib.sha256(FILE).digest())


def test_it_is_what_the_documentation_says() -> None:
    """So that anybody can compute it with a tool of their own."""
    said = hashlib.sha256(b"sealwright evidence commitment 1\0" + SALT + hashlib.sha256(FILE).digest()).digest()
    assert said == COMMITTED
    assert from_base64url(as_multibase(COMMITTED)) == b"\x12\x20" + COMMITTED


def test_the_salt_and_the_file_open_it() -> None:
    assert opens(COMMITTED, SALT, FILE)


@pytest.mark.parametrize(
    ("committed", "salt", "content"),
    [
        (COMMITTED, SALT, FILE + b"\n"),
        (COMMITTED, SALT, b""),
        (COMMITTED, bytes(SALT_BYTES), FILE),
        (COMMITTED, SALT[:-1], FILE),
        (COMMITTED, SALT + b"\0", FILE),
        (COMMITTED, b"", SALT + FILE),
        (COMMITTED[:-1], SALT, FILE),
        (b"", SALT, FILE),
        (hashlib.sha256(FILE).digest(), SALT, FILE),
    ],
)
def test_nothing_else_does(committed: bytes, salt: bytes, content: bytes) -> None:
    assert not opens(committed, salt, content)


@given(st.binary(max_size=200), st.binary(min_size=SALT_BYTES, max_size=SALT_BYTES))
def test_any_file_with_any_salt(content: bytes, salt: bytes) -> None:
    committed = commitment(salt, hashlib.sha256(content).digest())
    assert opens(committed, salt, content)
    assert not opens(committed, salt, content + b"\0")


@pytest.mark.parametrize(("salt", "digest"), [(b"short", bytes(32)), (SALT, b"short"), (b"", b"")])
def test_lengths_are_fixed_so_that_nothing_can_be_shifted(salt: bytes, digest: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        commitment(salt, digest)


def test_salts_are_random() -> None:
    assert len({new_salt() for _ in range(100)}) == 100
