"""What in a file claims to be ours, found in any bytes, within limits."""

from __future__ import annotations

import zlib

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from record_parts import BASE

from lti_tool.installation import Installation
from lti_tool.issuing import keys
from lti_tool.issuing.number import new_number
from lti_tool.verification.traces import find


@pytest.fixture
def seals(tool: Installation) -> tuple[x509.Certificate, ...]:
    return keys.ring(tool).trusted_seals()


def test_nothing_of_ours(seals: tuple[x509.Certificate, ...]) -> None:
    for content in (b"", b"%PDF-1.7", b"https://example.org/c/abc", bytes(100_000), b"stream\n" * 1000):
        found = find(content, BASE, seals)
        assert not found
        assert found.numbers == ()


def test_our_seal_is_known_by_most_of_it(seals: tuple[x509.Certificate, ...]) -> None:
    der = seals[0].public_bytes(Encoding.DER)
    damaged = der[:100] + bytes([der[100] ^ 1]) + der[101:]
    for content in (der, damaged, damaged.hex().encode(), damaged.hex().upper().encode(), der[len(der) // 2 :]):
        assert find(b"x" + content, BASE, seals).seal


def test_addresses_are_found_inside_compressed_streams(seals: tuple[x509.Certificate, ...]) -> None:
    number = new_number()
    inside = b"1 0 obj <<>> stream\r\n" + zlib.compress(f"{BASE}/c/{number}".encode()) + b"\nendstream"
    found = find(inside, BASE, seals)
    assert (found.address, found.numbers) == (True, (number,))


def test_a_number_alone_is_no_proof_of_us(seals: tuple[x509.Certificate, ...]) -> None:
    number = new_number()
    found = find(f"https://evil.example/c/{number}".encode(), BASE, seals)
    assert not found
    assert found.numbers == (number,)


def test_a_bomb_is_not_inflated(seals: tuple[x509.Certificate, ...]) -> None:
    bomb = b"stream\n" + zlib.compress(bytes(50_000_000), 9)
    assert not find(bomb * 20, BASE, seals)
