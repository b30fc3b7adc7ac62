"""The list that a page keeps: what is in it comes back, and nothing that the issuer did not sign is taken."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from token_cases import GENUINE, KEY, KID, STRANGER, Impostor

from certificate_signing.cose_sign1 import CoseWrong, sign1
from certificate_signing.status_token import MEDIA_TYPE, REPLACED, REVOKED, VALID, StatusToken, packed, read_status, sign_status

SIZE = 1_048_576
AT = datetime(2026, 11, 21, 14, 3, tzinfo=UTC)
ADDRESS = "https://certificates.example.org/c/offline/status.cwt"
KEYS = {KID: KEY.public_bytes}
STATUSES = {0: REVOKED, 1: REPLACED, 94_567: REVOKED, SIZE - 1: REPLACED}
LISTED = sign_status(StatusToken(ADDRESS, AT, packed(STATUSES, SIZE)), timedelta(seconds=60), KEY)


def claims(**changes: object) -> dict[Any, Any]:
    inner: dict[Any, Any] = {"bits": 2, "lst": zlib.compress(bytes(100))}
    outer: dict[Any, Any] = {2: ADDRESS, 6: int(AT.timestamp()), 65533: inner, 65534: 60}
    for name, value in changes.items():
        place, label = (inner, name) if name in {"bits", "lst", "aggregation_uri"} else (outer, int(name[1:]))
        place[label] = value
        if value is ...:
            del place[label]
    return outer


def listed(**changes: object) -> bytes:
    return sign1(cbor2.dumps(claims(**changes), canonical=True), KEY, media_type=MEDIA_TYPE)


def test_what_is_listed_comes_back() -> None:
    found = read_status(LISTED, KEYS)
    assert (found.address, found.issued_at, len(found)) == (ADDRESS, AT, SIZE)
    assert [found.status(index) for index in (*STATUSES, 2, 94_566, 94_568)] == [*STATUSES.values(), VALID, VALID, VALID]


def test_it_is_small_and_always_the_same() -> None:
    assert sign_status(StatusToken(ADDRESS, AT, packed(dict(reversed(STATUSES.items())), SIZE)), timedelta(seconds=60), KEY) == LISTED
    assert len(LISTED) < 600


@settings(max_examples=30, deadline=None)
@given(st.dictionaries(st.integers(0, 4095), st.sampled_from([REVOKED, 2, REPLACED])))
def test_every_index_has_its_own_status(statuses: dict[int, int]) -> None:
    found = StatusToken(ADDRESS, AT, packed(statuses, 4096))
    assert {index: found.status(index) for index in range(4096) if found.status(index)} == statuses


@pytest.mark.parametrize("index", [-1, SIZE, SIZE + 1])
def test_an_index_outside(index: int) -> None:
    with pytest.raises(IndexError):
        read_status(LISTED, KEYS).status(index)
    with pytest.raises(IndexError):
        packed({index: REVOKED}, SIZE)


WRONG: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "an offline token": lambda: GENUINE,
    "no type": lambda: sign1(cbor2.dumps(claims(), canonical=True), KEY),
    "another type": lambda: sign1(cbor2.dumps(claims(), canonical=True), KEY, media_type="application/cwt"),
    "a stranger's": lambda: sign1(cbor2.dumps(claims(), canonical=True), STRANGER, media_type=MEDIA_TYPE),
    "a stranger's under our name": lambda: sign1(cbor2.dumps(claims(), canonical=True), Impostor(STRANGER, KEY.public_bytes), media_type=MEDIA_TYPE),
    "one bit turned": lambda: LISTED[:-1] + bytes([LISTED[-1] ^ 1]),
    "a bit of the list turned": lambda: LISTED[:200] + bytes([LISTED[200] ^ 1]) + LISTED[201:],
    "cut": lambda: LISTED[:-3],
    "something behind": lambda: LISTED + b"\0",
    "no address": lambda: listed(c2=...),
    "no instant": lambda: listed(c6=...),
    "an instant as text": lambda: listed(c6="2026"),
    "an instant beyond all calendars": lambda: listed(c6=2**60),
    "an address as bytes": lambda: listed(c2=b"x"),
    "no list": lambda: listed(c65533=...),
    "another claim": lambda: listed(c4=1),
    "one bit an entry": lambda: listed(bits=1),
    "an address of more": lambda: listed(aggregation_uri="https://elsewhere.example"),
    "not compressed": lambda: listed(lst=bytes(100)),
    "compressed as text": lambda: listed(lst="x"),
    "cut compression": lambda: listed(lst=zlib.compress(bytes(100))[:-2]),
    "something behind the compression": lambda: listed(lst=zlib.compress(bytes(100)) + b"x"),
    "an empty list": lambda: listed(lst=zlib.compress(b"")),
    "a bomb": lambda: listed(lst=zlib.compress(bytes(100_000_000))),
    "no map": lambda: sign1(cbor2.dumps([1]), KEY, media_type=MEDIA_TYPE),
}


@pytest.mark.parametrize("made", WRONG.values(), ids=WRONG.keys())
def test_what_is_not_taken(made: Callable[[], bytes]) -> None:
    with pytest.raises(CoseWrong):
        read_status(made(), KEYS)


def test_no_trusted_keys_no_list() -> None:
    with pytest.raises(CoseWrong):
        read_status(LISTED, {})
