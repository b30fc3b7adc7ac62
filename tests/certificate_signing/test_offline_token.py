"""The token behind the `#`: it says what it says in one form alone, and nothing altered gets by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from token_cases import CASES, CLAIMS, ENDING, GENUINE, KEY, KEYS

from certificate_signing.cose_sign1 import CoseWrong, read, sign1
from certificate_signing.decimal_text import digits, from_digits
from certificate_signing.offline_token import LARGEST, check_token, sign_token


@pytest.mark.parametrize(("token", "code"), CASES.values(), ids=CASES.keys())
def test_what_a_check_finds(token: bytes, code: str) -> None:
    checked = check_token(token, KEYS)
    assert checked.code == code
    assert checked.ok is (code == "")
    # What is not signed by a key of ours is not shown to anybody.
    assert (checked.claims is None) is (code in {"token-unreadable", "key-unknown", "token-altered"})


def test_most_cases_are_refusals() -> None:
    assert sum(code != "" for _, code in CASES.values()) >= 0.9 * len(CASES)


@pytest.mark.parametrize("claims", [CLAIMS, ENDING])
def test_what_is_signed_is_read_back(claims) -> None:
    token = sign_token(claims, KEY)
    assert check_token(token, KEYS).claims == claims
    assert sign_token(claims, KEY) == token


def test_it_is_small() -> None:
    assert len(GENUINE) == 185


@pytest.mark.parametrize(
    "changes",
    [{"holder": ""}, {"holder": "x" * 301}, {"award": "a\0b"}, {"number": b""}, {"status_index": -1}, {"level": "x" * 41},
     {"last_day": date(2030, 1, 1)}, {"ends_at": datetime(2030, 1, 1, tzinfo=UTC)}, {"issued_on": date(1969, 12, 31)}],
)  # fmt: skip
def test_what_no_check_would_take_is_not_signed(changes) -> None:
    with pytest.raises(ValueError, match=r"."):
        sign_token(replace(CLAIMS, **changes), KEY)


def test_no_byte_of_a_token_may_be_another() -> None:
    for place in range(len(GENUINE)):
        for bit in (0x01, 0x20, 0x80):
            changed = bytearray(GENUINE)
            changed[place] ^= bit
            assert check_token(bytes(changed), KEYS).code in {"token-unreadable", "key-unknown", "token-altered"}


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=600))
def test_nothing_raises(content: bytes) -> None:
    assert check_token(b"\xd2\x84" + content, KEYS).code
    assert check_token(content, KEYS).code


def test_a_typed_message_is_not_taken_for_another() -> None:
    listed = sign1(b"\xa0", KEY, media_type="application/statuslist+cwt")
    assert read(listed, 512, media_type="application/statuslist+cwt").payload == b"\xa0"
    for media_type in ("", "application/statuslist+jwt"):
        with pytest.raises(CoseWrong):
            read(listed, 512, media_type=media_type)


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=300).filter(lambda content: content[0] != 0))
def test_digits_come_back(content: bytes) -> None:
    text = digits(content)
    assert text.isdecimal()
    assert from_digits(text, 300) == content


@pytest.mark.parametrize("text", ["", "0", "01", "-1", "+1", " 1", "1 ", "1_0", "1.0", "١", "9" * 900, "9" * 10_000, "1e9", "0x1", "1\n"])
def test_other_texts_are_no_digits(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        from_digits(text, 200)


@pytest.mark.parametrize("content", [b"", b"\0", b"\0\1"])
def test_bytes_that_a_number_would_lose(content: bytes) -> None:
    with pytest.raises(ValueError, match="zero"):
        digits(content)


def test_the_longest_token_is_read() -> None:
    assert from_digits(digits(b"\xff" * LARGEST), LARGEST) == b"\xff" * LARGEST
