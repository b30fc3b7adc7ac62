"""The status list, against the specification's layout and against bombs."""

from __future__ import annotations

import base64
import gzip
import tracemalloc
from datetime import timedelta

import pytest
from certificate_parts import BASE, NOW
from hypothesis import given, settings
from hypothesis import strategies as st

from certificate_signing.canonical import canonical
from certificate_signing.did import did_web
from certificate_signing.errors import StatusListWrong
from certificate_signing.status_list import LARGEST, SMALLEST, StatusList, decode, status_entry, status_list_credential


def encoded(bits: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(gzip.compress(bits, mtime=0)).decode().rstrip("=")


@pytest.mark.parametrize(("index", "byte", "value"), [(0, 0, 0x80), (1, 0, 0x40), (7, 0, 0x01), (8, 1, 0x80), (131_071, 16_383, 0x01)])
def test_the_most_significant_bit_comes_first(index: int, byte: int, value: int) -> None:
    status = StatusList.empty().with_set([index])
    assert status.bits[byte] == value
    assert sum(status.bits) == value


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, SMALLEST - 1), max_size=200))
def test_what_was_set_is_read_back(indexes: set[int]) -> None:
    status = decode(StatusList.empty().with_set(indexes).encoded())
    assert {index for index in range(SMALLEST) if status.is_set(index)} == indexes


def test_the_same_bits_give_the_same_text() -> None:
    assert StatusList.empty().with_set([3]).encoded() == StatusList.empty().with_set([3, 3]).encoded()


@pytest.mark.parametrize("index", [-1, SMALLEST, 10**12])
def test_an_index_outside_is_refused(index: int) -> None:
    status = StatusList.empty()
    with pytest.raises(StatusListWrong):
        status.with_set([index])
    with pytest.raises(StatusListWrong):
        status.is_set(index)


WRONG = {
    "empty": "",
    "another base": "z" + encoded(bytes(SMALLEST // 8))[1:],
    "no base": encoded(bytes(SMALLEST // 8))[1:],
    "padded": encoded(bytes(SMALLEST // 8)) + "=",
    "the other alphabet": "u" + base64.b64encode(gzip.compress(bytes(range(256)) * 64)).decode().rstrip("="),
    "no gzip": "u" + base64.urlsafe_b64encode(bytes(SMALLEST // 8)).decode().rstrip("="),
    "too short": encoded(bytes(SMALLEST // 8 - 1)),
    "too long": encoded(bytes(LARGEST // 8 + 1)),
    "a bomb": encoded(bytes(200_000_000)),
    "cut off": encoded(bytes(SMALLEST // 8))[:-8],
    "something behind": "u" + base64.urlsafe_b64encode(gzip.compress(bytes(SMALLEST // 8)) + b"extra").decode().rstrip("="),
    "two members": "u" + base64.urlsafe_b64encode(gzip.compress(bytes(SMALLEST // 8)) * 2).decode().rstrip("="),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_list_is_refused(name: str) -> None:
    with pytest.raises(StatusListWrong):
        decode(WRONG[name])


def test_a_bomb_is_not_inflated() -> None:
    bomb = WRONG["a bomb"]
    tracemalloc.start()
    with pytest.raises(StatusListWrong):
        decode(bomb)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


def test_a_small_list_tells_too_much() -> None:
    with pytest.raises(StatusListWrong):
        StatusList.empty(SMALLEST - 8)


def test_the_published_credential_loses_nothing_when_it_is_signed() -> None:
    status = StatusList.empty().with_set([7])
    document = status_list_credential(status, address=f"{BASE}/status/1", issuer=did_web(BASE), valid_from=NOW, ttl=timedelta(minutes=1))
    assert document["credentialSubject"]["ttl"] == 60_000
    assert decode(document["credentialSubject"]["encodedList"]) == status
    assert b"BitstringStatusList" in canonical(document)


def test_an_index_is_a_string() -> None:
    assert status_entry(f"{BASE}/status/1", 94_567) == {
        "id": f"{BASE}/status/1#94567",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": f"{BASE}/status/1",
    }
